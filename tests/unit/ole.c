/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "container/ole.h"
#include "detect/charset.h"
#include "detect/probe.h"
#include "document/document.h"
#include "runtime/source.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const made[] = {"ole/small.ole", "ole/large.ole"};

typedef struct opened {
    xtr_input *input;
    xtr__ole *ole;
    int code;
} opened;

/* A source, which it drops. */
static opened open_source(xtr_source *source) {
    opened o = {0};
    ck_assert_int_eq(xtr__input_open(&o.input, source, 0, NULL, NULL), XTR_OK);
    xtr_source_drop(source);
    o.code = xtr__ole_load(&o.ole, o.input);
    return o;
}

static opened open_made(const char *name) {
    opened o = open_source(xtr_source_new_path(fixture(name)));
    ck_assert_int_eq(o.code, XTR_OK);
    return o;
}

static void drop(opened *o) {
    xtr__ole_drop(o->ole);
    xtr__input_drop(o->input);
}

static unsigned char *load_file(const char *name, size_t *size) {
    FILE *file = fopen(fixture(name), "rb");
    unsigned char *data = malloc(1 << 16);
    ck_assert_ptr_nonnull(file);
    *size = fread(data, 1, 1 << 16, file);
    fclose(file);
    return data;
}

static uint32_t find(const xtr__ole *ole, uint32_t parent, const char *name) {
    int64_t found = xtr__ole_find(ole, parent, name);
    ck_assert_msg(found >= 0, "no %s", name);
    return (uint32_t)found;
}

static void assert_numbers(xtr__ole *ole, const char *name, uint32_t count) {
    unsigned char *data;
    size_t size;
    ck_assert_int_eq(xtr__ole_read(ole, find(ole, 0, name), &data, &size), XTR_OK);
    ck_assert_uint_eq(size, 4 * (size_t)count);
    for (uint32_t i = 0; i < count; i++)
        ck_assert_uint_eq(xtr__le32(data + 4 * (size_t)i), i);
    ck_assert_uint_eq(data[size], 0);
    free(data);
}

TEST(ole, streams_are_whole_in_sectors_of_both_sizes) {
    for (size_t i = 0; i < 2; i++) {
        opened o = open_made(made[i]);
        assert_numbers(o.ole, "Numbers", 2000); /* in sectors */
        assert_numbers(o.ole, "Few", 100);      /* in mini sectors */
        assert_numbers(o.ole, "Empty", 0);
        drop(&o);
    }
}

TEST(ole, names_are_found_in_their_storage_in_any_case) {
    opened o = open_made(made[0]);
    xtr__ole_entry entry;
    uint32_t store = find(o.ole, 0, "STORE");
    ck_assert(xtr__ole_entry_at(o.ole, store, &entry));
    ck_assert(entry.storage);
    ck_assert_str_eq(entry.name, "Store");
    uint32_t within = find(o.ole, store, "within");
    uint32_t text = find(o.ole, within, "text");
    ck_assert(xtr__ole_entry_at(o.ole, text, &entry));
    ck_assert(!entry.storage);
    ck_assert_uint_eq(entry.parent, within);
    ck_assert_uint_eq(entry.size, 11);
    find(o.ole, store,
         "gr\xC3\xB6\xC3\x9F"
         "e");
    ck_assert_int_eq(xtr__ole_find(o.ole, 0, "Text"), -1);
    ck_assert_int_eq(xtr__ole_find(o.ole, 0, "Numbers "), -1);
    ck_assert_int_eq(xtr__ole_find(o.ole, 1000, "Text"), -1);
    ck_assert(!xtr__ole_entry_at(o.ole, 1000, &entry));
    drop(&o);
}

TEST(ole, reads_at_any_place_and_no_further_than_the_end) {
    for (size_t i = 0; i < 2; i++) {
        opened o = open_made(made[i]);
        unsigned char piece[1000];
        uint32_t numbers = find(o.ole, 0, "Numbers");
        ck_assert_int_eq(xtr__ole_read_at(o.ole, numbers, 4 * 1900, piece, sizeof piece), 400);
        ck_assert_uint_eq(xtr__le32(piece), 1900);
        ck_assert_int_eq(xtr__ole_read_at(o.ole, numbers, 4 * 100, piece, sizeof piece), 1000);
        ck_assert_uint_eq(xtr__le32(piece + 996), 349);
        ck_assert_int_eq(xtr__ole_read_at(o.ole, find(o.ole, 0, "Few"), 130, piece, 2), 2);
        ck_assert_uint_eq(xtr__le16(piece), 0);
        ck_assert_int_eq(xtr__ole_read_at(o.ole, numbers, 8000, piece, 1), 0);
        ck_assert_int_eq(xtr__ole_read_at(o.ole, numbers, UINT64_MAX, piece, 1), 0);
        ck_assert_int_eq(xtr__ole_read_at(o.ole, find(o.ole, 0, "Store"), 0, piece, 1), -1);
        drop(&o);
    }
}

TEST(ole, what_is_cut_off_gives_what_is_left) {
    size_t size;
    unsigned char *data = load_file(made[0], &size);
    unsigned char *whole;
    size_t whole_size;
    /* The directory and the FAT first, then the streams: the end of the file moved to its front. */
    opened o = open_source(xtr_source_new_copy(data, size));
    ck_assert_int_eq(o.code, XTR_OK);
    uint32_t numbers = find(o.ole, 0, "Numbers");
    drop(&o);
    memset(data + 512 + xtr__le32(data + 76) * 512 + 40, 0xFF, 4); /* sector 10 is the last */
    o = open_source(xtr_source_new_copy(data, size));
    ck_assert_int_eq(xtr__ole_read(o.ole, numbers, &whole, &whole_size), XTR_E_CORRUPT);
    ck_assert_uint_eq(whole_size, 11 * 512);
    ck_assert_uint_eq(xtr__le32(whole + whole_size - 4), 11 * 128 - 1);
    free(whole);
    drop(&o);
    free(data);
}

TEST(ole, loops_end) {
    size_t size;
    unsigned char *data = load_file(made[0], &size);
    unsigned char *table = data + 512 + xtr__le32(data + 76) * 512;
    unsigned char *whole;
    size_t whole_size;
    for (unsigned length = 1; length < 10; length++) {
        memcpy(table + 40, (unsigned char[]){(unsigned char)(11 - length), 0, 0, 0}, 4);
        opened o = open_source(xtr_source_new_copy(data, size));
        ck_assert_int_eq(o.code, XTR_OK);
        uint32_t numbers = find(o.ole, 0, "Numbers");
        int code = xtr__ole_read(o.ole, numbers, &whole, &whole_size);
        ck_assert_uint_le(whole_size, size);
        ck_assert_int_eq(code, whole_size < 8000 ? XTR_E_CORRUPT : XTR_OK);
        free(whole);
        drop(&o);
    }
    free(data);
}

/* Every byte of the header and of the directory, made all there is: nothing is read outside. */
TEST(ole, damage_does_no_harm) {
    for (size_t file = 0; file < 2; file++) {
        size_t size;
        unsigned char *data = load_file(made[file], &size);
        unsigned shift = data[30];
        size_t directory = ((size_t)xtr__le32(data + 48) + 1) << shift;
        for (size_t i = 0; i < 512 + 8 * 128; i++) {
            size_t at = i < 512 ? i : directory + i - 512;
            unsigned char before = data[at];
            data[at] = (unsigned char)~before;
            opened o = open_source(xtr_source_new_copy(data, size));
            xtr__ole_entry entry;
            for (uint32_t k = 0; o.ole && xtr__ole_entry_at(o.ole, k, &entry); k++) {
                unsigned char *stream;
                size_t length;
                xtr__ole_read(o.ole, k, &stream, &length);
                ck_assert_uint_le(length, size);
                free(stream);
            }
            drop(&o);
            data[at] = before;
        }
        free(data);
    }
}

TEST(ole, other_files_are_refused) {
    opened o = open_source(xtr_source_new_copy("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8));
    ck_assert_int_eq(o.code, XTR_E_CORRUPT);
    ck_assert_ptr_null(o.ole);
    drop(&o);
    unsigned char zeros[2048] = {0};
    o = open_source(xtr_source_new_copy(zeros, sizeof zeros));
    ck_assert_int_eq(o.code, XTR_E_CORRUPT);
    drop(&o);
}

static void put32(unsigned char *at, uint32_t value) {
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

/* The 110th sector of the FAT, which tells of sectors from 13952 on, is named outside the header.
 */
TEST(ole, fat_of_large_files_goes_on_in_difat_sectors) {
    enum { FIRST = 109 * 128, SECTORS = FIRST + 4 };
    size_t size = (SECTORS + 1) * (size_t)512;
    unsigned char *data = calloc(1, size);
    unsigned char *sector = data + 512;
    static const unsigned char header[] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    memcpy(data, header, sizeof header);
    data[30] = 9;
    put32(data + 48, 1); /* directory */
    put32(data + 60, 0xFFFFFFFE);
    put32(data + 68, 2); /* DIFAT */
    put32(data + 76, 0); /* the first FAT sector; the other 108 of the header are missing */
    memset(data + 80, 0xFF, 108 * 4);
    memset(sector, 0xFF, 512);
    put32(sector + 4, 0xFFFFFFFE);
    memset(sector + 2 * 512, 0xFF, 512);
    put32(sector + 2 * 512, 3);
    memset(sector + 3 * 512, 0xFF, 512);
    put32(sector + 3 * 512 + 0, FIRST + 2);
    put32(sector + 3 * 512 + 8, FIRST + 1);
    put32(sector + 3 * 512 + 4, 0xFFFFFFFE);
    unsigned char *root = sector + 512;
    unsigned char *stream = root + 128;
    root[0] = 'R';
    root[64] = 4;
    root[66] = 5;
    put32(root + 76, 1);
    put32(root + 116, 0xFFFFFFFE);
    stream[0] = 'S';
    stream[64] = 4;
    stream[66] = 2;
    memset(stream + 68, 0xFF, 12);
    put32(stream + 116, FIRST);
    put32(stream + 120, 3 * 512);
    memset(root + 68, 0xFF, 8);
    sector[(size_t)FIRST * 512] = 'a';
    sector[(size_t)(FIRST + 2) * 512] = 'b';
    sector[(size_t)(FIRST + 1) * 512] = 'c';
    opened o = open_source(xtr_source_new_copy(data, size));
    unsigned char *whole;
    size_t whole_size;
    ck_assert_int_eq(xtr__ole_read(o.ole, find(o.ole, 0, "s"), &whole, &whole_size), XTR_OK);
    ck_assert_uint_eq(whole_size, 3 * 512);
    ck_assert_int_eq(whole[0], 'a');
    ck_assert_int_eq(whole[512], 'b');
    ck_assert_int_eq(whole[1024], 'c');
    free(whole);
    drop(&o);
    free(data);
}

TEST(ole, properties_become_metadata) {
    static const struct {
        const char *key, *value; /* NULL: not there */
    } facts[] = {
        {"title", "\xD0\x94\xD0\xBE\xD0\xB6\xD0\xB4\xD1\x8C"},
        {"authors", "\xD0\x90\xD0\xBD\xD0\xBD\xD0\xB0"},
        {"keywords", "gr\xC3\xB6\xC3\x9F"
                     "e, \xE5\xA4\xA7\xE5\xB0\x8F"},
        {"created", "2001-09-09T01:46:40Z"},
        {"modified", NULL}, /* never */
        {"page_count", "3"},
        {"word_count", NULL}, /* nobody counted */
        {"creator", "Writer 1.0"},
        {"company", "Acme"},
        {"Reviewer", "Zo\xC3\xAB"},
        {"_AdHoc", NULL},
        {"Copies", "12"},
    };
    for (size_t file = 0; file < 2; file++) {
        xtr__account unlimited = {0};
        opened o = open_made(made[file]);
        xtr_builder *builder = xtr__builder_new(0, &unlimited);
        xtr__ole_properties(o.ole, builder);
        xtr__document *document = xtr__builder_finish(builder);
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
            const char *value = xtr__document_metadata(document, facts[i].key);
            ck_assert_pstr_eq(value, facts[i].value);
        }
        free(document);
        xtr__builder_drop(builder);
        drop(&o);
    }
}

TEST(charset, code_pages_have_the_numbers_of_windows) {
    ck_assert_str_eq(xtr__charset_of_codepage(1252)->name, "windows-1252");
    ck_assert_str_eq(xtr__charset_of_codepage(932)->name, "Shift_JIS");
    ck_assert_str_eq(xtr__charset_of_codepage(936)->name, "GB18030");
    ck_assert_str_eq(xtr__charset_of_codepage(949)->name, "EUC-KR");
    ck_assert_str_eq(xtr__charset_of_codepage(10000)->name, "macintosh");
    ck_assert_str_eq(xtr__charset_of_codepage(65001)->name, "UTF-8");
    ck_assert_str_eq(xtr__charset_of_codepage(1200)->name, "UTF-16LE");
    ck_assert_str_eq(xtr__charset_of_codepage(20127)->name, "UTF-8");
    ck_assert_ptr_null(xtr__charset_of_codepage(1));
    ck_assert_ptr_null(xtr__charset_of_codepage(0xFFFFFFFF));
}
