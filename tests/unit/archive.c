/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Archives and compressed files: what is listed, what is handed over, and what is refused. */
#include "archive/archive.h"
#include "extract.h"
#include "zipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char *const listed[] = {"isolation", "thread", NULL};
static const char *const extracted[] = {"isolation", "thread", "attachments", "extract", NULL};
static const char *const in_process[] = {"isolation", "process", "attachments", "extract", NULL};

static char *read_fixture(const char *name, const char *const *settings) {
    char path[100];
    snprintf(path, sizeof path, "archive/%s", name);
    return extract_json(xtr_source_new_path(fixture(path)), 1, settings);
}

static void check_has(const char *json, const char *what) {
    ck_assert_msg(strstr(json, what) != NULL, "no %s in %s", what, json);
}

TEST(archive, members_are_listed) {
    char *json = read_fixture("tree.zip", listed);
    check_has(json, "docs/\\t\\t2021-03-04T05:06:08\\tfolder\\n"
                    "docs/note.txt\\t22\\t2021-03-04T05:06:08\\tfile\\n");
    check_has(json, "docs/Größe/页面.html\\t63\\t");
    check_has(json, "\\tlink to docs/note.txt\\n");
    check_has(json, "\"comment\":\"Made for tests\"");
    check_has(json, "\"member_count\":\"8\"");
    check_has(json, "\"children\":[]");
    free(json);
}

TEST(archive, paths_stay_below) {
    char *json = read_fixture("tree.zip", extracted);
    check_has(json, "../../escape.txt\\t");
    check_has(json, "{\"name\":\"escape.txt\",\"content\":\"A note in an archive.\\n\"");
    check_has(json, "{\"name\":\"etc/absolute.txt\",\"content\":\"A note in an archive.\\n\"");
    check_has(json, "{\"name\":\"Users/drive.txt\",\"content\":\"A note in an archive.\\n\"");
    ck_assert_ptr_null(strstr(json, "\"name\":\"latest\""));
    free(json);
}

TEST(archive, names_are_tamed) {
    static const char *const paths[][2] = {
        {"a/b.txt", "a/b.txt"}, {"/a", "a"},        {"..", ""},     {"../a/../b", "a/b"},
        {"c:\\x\\y", "x/y"},    {"a//./b/", "a/b"}, {"c:x", "c:x"}, {"...", "..."},
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char path[20];
        strcpy(path, paths[i][0]);
        xtr__names_tame(path);
        ck_assert_str_eq(path, paths[i][1]);
    }
}

TEST(archive, every_format_has_its_member) {
    static const char *const files[] = {"tree.zip",    "tree.tar",  "tree.tgz",   "tree.tar.bz2",
                                        "tree.tar.xz", "tree.7z",   "tree.rar",   "rar4.rar",
                                        "tree.cab",    "tree.a",    "tree.cpio",  "tree.iso.gz",
                                        "dos.zip",     "latin.tar", "broken.zip", "cut.tar"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *here = read_fixture(files[i], extracted);
        char *there = read_fixture(files[i], in_process);
        check_has(here, "\"content\":\"A note in an archive.\\n\"");
        ck_assert_str_eq(here, there);
        free(here);
        free(there);
    }
}

TEST(archive, names_have_a_charset) {
    static const char *const files[][2] = {{"dos.zip", "\"name\":\"Straßen.txt\""},
                                           {"dos.zip", "\"name\":\"Größen.txt\""},
                                           {"latin.tar", "\"name\":\"résumé français.txt\""},
                                           {"tree.7z", "\"name\":\"Größe.txt\""},
                                           {"tree.rar", "\"name\":\"Größe.txt\""}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *json = read_fixture(files[i][0], listed);
        check_has(json, files[i][1]);
        free(json);
    }
}

TEST(archive, compressed_files_are_unwrapped) {
    static const char *const files[][2] = {{"report.pdf.gz", "\"mime_type\":\"application/pdf\""},
                                           {"note.txt.bz2", "\"content\":\"A note in"},
                                           {"page.html.xz", "\"title\":\"Page\""},
                                           {"note.txt.lz4", "\"content\":\"A note in"},
                                           {"note.txt.zst", "\"content\":\"A note in"},
                                           {"cut.txt.gz", "\"status\":\"partial\""}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *json = read_fixture(files[i][0], listed);
        check_has(json, files[i][1]);
        free(json);
    }
}

TEST(archive, passwords_are_tried) {
    static const char *const right[] = {
        "isolation", "thread", "attachments", "extract", "password", "x", "password", "open", NULL};
    static const char *const wrong[] = {"isolation", "thread", "attachments", "extract",
                                        "password",  "x",      NULL};
    char *none = read_fixture("locked.zip", extracted);
    char *bad = read_fixture("locked.zip", wrong);
    char *good = read_fixture("locked.zip", right);
    check_has(none, "encrypted file");
    check_has(none, "{\"name\":\"secret.txt\",\"error\":{\"code\":\"PASSWORD_REQUIRED\"");
    check_has(bad, "{\"name\":\"secret.txt\",\"error\":{\"code\":\"PASSWORD_WRONG\"");
    check_has(good, "{\"name\":\"secret.txt\",\"content\":\"A note in an archive.\\n\"");
    free(none);
    free(bad);
    free(good);
}

TEST(archive, damage_leaves_the_rest) {
    char *broken = read_fixture("broken.zip", extracted);
    char *cut = read_fixture("cut.zip", extracted);
    check_has(broken, "{\"name\":\"bad.txt\",\"error\":{\"code\":\"CORRUPT\"");
    check_has(broken, "{\"name\":\"last.txt\",\"content\":\"A note");
    check_has(cut, "{\"name\":\"docs/note.txt\",\"content\":\"A note");
    check_has(cut, "\"status\":\"partial\"");
    free(broken);
    free(cut);
}

TEST(archive, only_so_many_members) {
    static const char *const few[] = {"isolation", "thread", "max_archive_entries", "10", NULL};
    char *json = read_fixture("many.zip", few);
    check_has(json, "\"member_count\":\"10\"");
    check_has(json, "\"status\":\"partial\"");
    check_has(json, "max_archive_entries");
    free(json);
}

/* A ZIP archive of two members behind `before` bytes. Its directory has `count` entries, of which
 * the first leads to the second member, and others nowhere. When the end tells of fewer, the one
 * that it leads to is another directory, with one entry. */
static unsigned char *crowded(size_t before, int count, int told, size_t *size) {
    enum { NAME = 30, ENTRY = 46 + NAME, GAP = 8, END = 22 };
    static const char text[100] = "text";
    archive *a = calloc(1, sizeof *a);
    ck_assert_ptr_nonnull(a);
    add(a, "a-----------------------------", false, text, sizeof text);
    uint32_t second = (uint32_t)(before + a->size);
    add(a, "b-----------------------------", false, text, sizeof text);
    size_t head = a->size, other = told < count ? ENTRY + GAP : 0;
    finish(a);
    *size = before + head + other + (size_t)count * ENTRY + END;
    unsigned char *data = calloc(1, *size), *at = data + before;
    ck_assert_ptr_nonnull(data);
    memcpy(at, a->data, head + ENTRY);
    put(at + head + 42, second, 4);
    at += head + other;
    for (int i = 0; i < count; i++, at += ENTRY) {
        char name[16];
        memcpy(at, a->data + head, ENTRY);
        put(at + 42, second - (uint32_t)other + (uint32_t)i, 4); /* as if there were no other */
        snprintf(name, sizeof name, "%07d", i);
        memcpy(at + 46, name, 7);
    }
    memcpy(at, a->data + a->size - END, END);
    put(at + 8, (uint32_t)told, 2);
    put(at + 10, (uint32_t)told, 2);
    put(at + 12, (uint32_t)count * ENTRY, 4);
    put(at + 16, (uint32_t)(before + head), 4);
    free(a);
    return data;
}

/* What libarchive takes for the directory is larger than what its limits were checked by. */
TEST(archive, directories_are_what_was_looked_at) {
    size_t size;
    unsigned char *data = crowded(0, 40000, 1, &size);
    char *json = extract_json(xtr_source_new_copy(data, size), 1, listed);
    check_has(json, "\"member_count\":\"2\"");
    check_has(json, "\"status\":\"complete\"");
    free(json);
    free(data);
}

/* An archive behind a program, or other data, has the same limits. */
TEST(archive, behind_other_data) {
    static const struct {
        int told, code;
        const char *member, *message;
    } cases[] = {{5, XTR_OK, "b---", NULL},
                 {12000, XTR_E_LIMIT, NULL, "max_archive_entries"},
                 {1, XTR_E_CORRUPT, NULL, "damaged"}};
    xtr_options *options = xtr_options_new();
    ck_assert_int_eq(xtr_options_set(options, "mime_type", "application/zip", NULL), XTR_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;
        int told = cases[i].told;
        unsigned char *data = crowded(5, told == 1 ? 40000 : told, told, &size);
        xtr_source *source = xtr_source_new_copy(data, size);
        xtr_result *result;
        xtr_error error;
        ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), cases[i].code);
        if (cases[i].member)
            check_has(xtr_result_content(result, NULL), cases[i].member);
        else
            check_has(error.message, cases[i].message);
        xtr_result_drop(result);
        xtr_source_drop(source);
        free(data);
    }
    xtr_options_drop(options);
}

/* A TAR archive of a note and then a file of zeros, packed by gzip. */
static unsigned char *bomb(size_t megabytes, size_t *size) {
    static unsigned char zeros[1 << 20];
    size_t room = (megabytes << 11) + (64 << 10), count;
    unsigned char *out = malloc(room), header[512] = "big.bin";
    unsigned sum = 0;
    FILE *file = fopen(fixture("archive/tree.tar"), "rb");
    unsigned char note[1536 + 1024];
    z_stream z = {.next_out = out, .avail_out = (uInt)room};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    count = fread(note, 1, 1536, file); /* a folder, a header and its note */
    fclose(file);
    ck_assert_uint_eq(count, 1536);
    snprintf((char *)header + 100, 12, "0000644");
    snprintf((char *)header + 124, 13, "%011zo", megabytes << 20);
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < sizeof header; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
    z.next_in = note;
    z.avail_in = 1536;
    deflate(&z, Z_NO_FLUSH);
    z.next_in = header;
    z.avail_in = sizeof header;
    deflate(&z, Z_NO_FLUSH);
    for (size_t i = 0; i <= megabytes; i++) {
        z.next_in = zeros;
        z.avail_in = sizeof zeros;
        deflate(&z, i == megabytes ? Z_FINISH : Z_NO_FLUSH);
    }
    *size = z.total_out;
    deflateEnd(&z);
    return out;
}

TEST(archive, bombs_are_named_and_the_rest_read) {
    static const char *const small[] = {"isolation",  "thread",    "attachments", "extract",
                                        "max_memory", "100000000", NULL};
    size_t size;
    unsigned char *data = bomb(400, &size);
    char *json = extract_json(xtr_source_new_copy(data, size), 1, small);
    check_has(json, "{\"name\":\"docs/note.txt\",\"content\":\"A note in an archive.\\n\"");
    check_has(json, "\"code\":\"LIMIT\"");
    check_has(json, "max_archive_ratio");
    check_has(json, "\"status\":\"partial\"");
    free(json);
    free(data);
}
