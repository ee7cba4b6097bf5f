/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "runtime/source.h"
#include "runtime/error.h"
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_path(const char *path, uint64_t max_size, xtr_error *error) {
    xtr_source *source = xtr_source_new_path(path);
    xtr_input *input;
    int code = xtr__input_open(&input, source, max_size, NULL, error);
    xtr__input_drop(input);
    xtr_source_drop(source);
    return code;
}

TEST(source, bad_files_have_their_own_errors) {
    char folder[] = "/tmp/libextract-XXXXXX";
    char path[64];
    xtr_error error;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(open_path("/nowhere/to/be/found.pdf", 0, &error), XTR_E_NOT_FOUND);
    ck_assert_str_eq(error.message, "/nowhere/to/be/found.pdf: no such file");
    ck_assert_int_eq(error.os_error, 2);
    ck_assert_int_eq(open_path(folder, 0, &error), XTR_E_DIRECTORY);
    snprintf(path, sizeof path, "%s/empty", folder);
    close(open(path, O_CREAT | O_WRONLY, 0600));
    ck_assert_int_eq(open_path(path, 0, &error), XTR_E_EMPTY);
    unlink(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(open_path(path, 0, &error), XTR_E_EMPTY);
    unlink(path);
    rmdir(folder);
    ck_assert_int_eq(open_path("/proc/self/exe", 10, &error), XTR_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "max_input_size"));
}

TEST(source, pipes_are_read_to_their_end) {
    int ends[2];
    size_t size;
    xtr_source *source;
    xtr_input *input;
    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    ck_assert_int_eq(xtr_source_open_fd(&source, ends[0], NULL), XTR_OK);
    close(ends[0]);
    ck_assert_int_eq(write(ends[1], "hello", 5), 5);
    close(ends[1]);
    ck_assert_int_eq(xtr__input_open(&input, source, 0, NULL, NULL), XTR_OK);
    xtr_source_drop(source);
    ck_assert_uint_eq(xtr_input_size(input), 5);
    ck_assert_mem_eq(xtr_input_bytes(input, &size), "hello", 5);
    xtr__input_drop(input);
}

static void count_release(void *payload) {
    ++*(int *)payload;
}

TEST(source, memory_is_released_once_and_last) {
    int released = 0;
    char part[8];
    xtr_input *input;
    xtr_source *source = xtr_source_new_bytes("0123456789", 10, count_release, &released);
    ck_assert_int_eq(xtr__input_open(&input, source, 0, NULL, NULL), XTR_OK);
    xtr_source_drop(source);
    ck_assert_int_eq(released, 0);
    ck_assert_int_eq(xtr_input_read(input, 8, part, sizeof part), 2);
    ck_assert_int_eq(xtr_input_read(input, 11, part, sizeof part), 0);
    ck_assert_int_eq(xtr_input_read(input, UINT64_MAX, part, sizeof part), 0);
    xtr__input_drop(input);
    ck_assert_int_eq(released, 1);
}

TEST(error, messages_stay_one_line_and_whole) {
    xtr_error error;
    char *long_name = malloc(5000);
    for (size_t i = 0; i < 4998; i += 3)
        memcpy(long_name + i, "\xE2\x82\xAC", 3);
    long_name[4998] = '\0';
    xtr__error(&error, XTR_E_IO, "x%s", long_name);
    size_t size = strlen(error.message);
    ck_assert_uint_lt(size, sizeof error.message);
    ck_assert_uint_eq((size - 1) % 3, 0);
    xtr__error(&error, XTR_E_IO, "two\nlines");
    ck_assert_str_eq(error.message, "two lines");
    free(long_name);
}

TEST(error, table_is_consistent) {
    size_t count;
    const xtr_error_info *table = xtr_error_table(&count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_eq(xtr_error_describe(table[i].code), &table[i]);
        ck_assert_int_ge(table[i].code, 1);
        /* Exit statuses from 126 on belong to shells, but 130 is what Ctrl-C means. */
        ck_assert(table[i].code <= 125 || table[i].code == 130);
        if (i)
            ck_assert_int_gt(table[i].code, table[i - 1].code);
    }
    ck_assert_str_eq(xtr_error_describe(-7)->name, "INTERNAL");
}
