/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/charset.h"
#include "test.h"

#include <dirent.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t read_file(char *out, size_t capacity, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "text/%s", name);
    FILE *file = fopen(fixture(path), "rb");
    ck_assert_ptr_nonnull(file);
    size_t size = fread(out, 1, capacity - 1, file);
    fclose(file);
    out[size] = 0;
    return size;
}

/* Each language.charset.txt, read without being told its charset, is language.utf-8.txt. */
TEST(charset, guessed_text_reads_as_it_was_written) {
    DIR *folder = opendir(fixture("text"));
    ck_assert_ptr_nonnull(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char truth[2048];
        char name[300];
        char data[4096];
        const char *dot = strchr(entry->d_name, '.');
        if (!dot || entry->d_name[0] == '.' || !strcmp(dot, ".txt") || !strcmp(dot, ".xml"))
            continue;
        snprintf(name, sizeof name, "%.*s.utf-8.txt", (int)(dot - entry->d_name), entry->d_name);
        read_file(truth, sizeof truth, name);
        size_t size = read_file(data, sizeof data, entry->d_name);
        const char *charset = xtr__charset_guess((unsigned char *)data, size, NULL);
        ck_assert_msg(charset != NULL, "%s is no text", entry->d_name);
        char *text;
        ck_assert_int_eq(xtr__charset_decode(&text, &size, charset, (unsigned char *)data, size),
                         XTR_OK);
        size_t mark = !strncmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0;
        ck_assert_msg(!strcmp(text + mark, truth), "%s as %s: %s", entry->d_name, charset, text);
        free(text);
        count++;
    }
    closedir(folder);
    ck_assert_int_gt(count, 40);
}

static const char *guess(const char *text, const char *declared) {
    return xtr__charset_guess((const unsigned char *)text, strlen(text), declared);
}

/* What a guess makes of text; several charsets may agree on it. */
static void expect_guess(const char *data, const char *truth) {
    char *text;
    size_t size = strlen(data);
    const char *charset = guess(data, NULL);
    ck_assert_ptr_nonnull(charset);
    ck_assert_int_eq(xtr__charset_decode(&text, &size, charset, (const unsigned char *)data, size),
                     XTR_OK);
    ck_assert_str_eq(text, truth);
    free(text);
}

TEST(charset, a_few_letters) {
    ck_assert_str_eq(guess("plain", NULL), "UTF-8");
    expect_guess("caf\xE9 au lait", "café au lait");
    expect_guess("M\xFCnchen, K\xF6ln", "München, Köln");
    expect_guess("\x93quoted\x94 \x96 and so on", "“quoted” – and so on");
    /* A character cut off by the end is no reason to doubt UTF-8. */
    ck_assert_str_eq(guess("caf\xC3\xA9 caf\xC3", NULL), "UTF-8");
}

TEST(charset, a_declaration_is_believed_unless_impossible) {
    ck_assert_str_eq(guess("caf\xE9", "ISO-8859-7"), "ISO-8859-7");
    ck_assert_str_eq(guess("caf\xC3\xA9", "ISO-8859-7"), "UTF-8");
    ck_assert_str_eq(guess("\xCF\xF0\xE8\xE2\xE5\xF2, \xEC\xE8\xF0", "Shift_JIS"), "windows-1251");
}

TEST(charset, declarations) {
    static const struct {
        const char *text, *name;
    } cases[] = {
        {"<?xml version='1.0' encoding='koi8-r'?><a/>", "KOI8-R"},
        {"<html><META http-equiv=Content-Type content=\"text/html; charset=GB2312\">", "GB18030"},
        {"<meta charset=shift_jis>", "Shift_JIS"},
        {"@charset \"latin1\";", "windows-1252"},
        {"#!/usr/bin/python\n# -*- coding: euc-jp -*-\n", "EUC-JP"},
        {"<?xml version='1.0'?><a encoding='koi8-r'/>", NULL},
        {"<?xml version='1.0' encoding='utf-16'?><a/>", NULL},
        {"<meta charset=x-unknown>", NULL},
        {"charset=koi8-r", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *name =
            xtr__charset_declared((const unsigned char *)cases[i].text, strlen(cases[i].text));
        ck_assert_pstr_eq(name, cases[i].name);
    }
}

TEST(charset, binary_is_no_text) {
    ck_assert_ptr_null(xtr__charset_guess((const unsigned char *)"\1\0\2\3\4\0\5", 7, NULL));
    ck_assert_ptr_null(guess("\x01\x02\x03\x04\x05", NULL));
    ck_assert_ptr_null(xtr__charset_guess((const unsigned char *)"\0\0\0\0\0\0\0\0", 8, NULL));
}

static void append(const char *text, size_t size, void *payload) {
    strncat(payload, text, size);
}

TEST(charset, characters_may_be_split_anywhere) {
    char data[4096];
    char truth[2048];
    static const char *const names[] = {"cp932", "euc-jp", "iso2022-jp"};
    read_file(truth, sizeof truth, "japanese.utf-8.txt");
    for (size_t i = 0; i < 3; i++) {
        char name[64];
        snprintf(name, sizeof name, "japanese.%s.txt", names[i]);
        size_t size = read_file(data, sizeof data, name);
        for (size_t piece = 1; piece < 20; piece++) {
            char text[2048] = "";
            xtr__decoder *decoder;
            ck_assert_int_eq(xtr__decoder_new(&decoder, names[i]), XTR_OK);
            for (size_t at = 0; at < size; at += piece) {
                size_t left = size - at;
                xtr__decoder_feed(decoder, (unsigned char *)data + at, left < piece ? left : piece,
                                  left <= piece, append, text);
            }
            xtr__decoder_drop(decoder);
            ck_assert_str_eq(text, truth);
        }
    }
}

static void expect(const char *charset, const char *data, size_t size, const char *truth) {
    char *text;
    ck_assert_int_eq(xtr__charset_decode(&text, &size, charset, (const unsigned char *)data, size),
                     XTR_OK);
    ck_assert_str_eq(text, truth);
    free(text);
}

TEST(charset, malformed_bytes_are_marked) {
    expect("UTF-8",
           "a\xFF"
           "b",
           3, "a\uFFFDb");
    expect("UTF-8", "a\xE2\x82", 3, "a\uFFFD");
    expect("UTF-16LE",
           "a\0\0\xD8"
           "b\0c",
           7, "a\uFFFDb\uFFFD");
    expect("Shift_JIS", "\x82\xA0\x82", 3, "\u3042\uFFFD");
}

/* Tables decode as iconv does, and hold for as many charsets as there are. */
TEST(charset, simple_sets_decode_as_iconv_does) {
    size_t simple = 0;
    for (const xtr__charset *set = xtr__charsets; set->name; set++) {
        if (!xtr__charset_simple(set))
            continue;
        simple++;
        iconv_t handle = iconv_open("UTF-8", set->iconv);
        for (int byte = 0; byte < 256; byte++) {
            unsigned char data[] = {(unsigned char)byte, 'e'};
            char by_iconv[16] = "";
            char *in = (char *)data, *out = by_iconv;
            size_t left = sizeof data, room = sizeof by_iconv - 1;
            if (iconv(handle, &in, &left, &out, &room) == (size_t)-1)
                strcpy(by_iconv, "\uFFFDe");
            char *text;
            size_t size;
            ck_assert_int_eq(xtr__charset_decode(&text, &size, set->name, data, 2), XTR_OK);
            ck_assert_msg(!memcmp(text, by_iconv, size) && size == strlen(by_iconv + !byte) + !byte,
                          "%s: byte %d", set->name, byte);
            free(text);
        }
        iconv_close(handle);
    }
    ck_assert_uint_gt(simple, 30);
}

TEST(charset, names) {
    xtr__decoder *decoder;
    ck_assert_str_eq(xtr__charset_find("ISO_8859-1:1987")->name, "windows-1252");
    ck_assert_str_eq(xtr__charset_find("Cp1251")->name, "windows-1251");
    ck_assert_ptr_null(xtr__charset_find("no-such-charset"));
    ck_assert_ptr_null(xtr__charset_find(""));
    ck_assert_ptr_null(xtr__charset_find("8859 utf8"));
    ck_assert_int_eq(xtr__decoder_new(&decoder, "no-such-charset"), XTR_E_ARGUMENT);
    for (const xtr__charset *set = xtr__charsets; set->name; set++) {
        ck_assert_ptr_eq(xtr__charset_find(set->name), set);
        ck_assert_msg(xtr__decoder_new(&decoder, set->name) == XTR_OK, "%s", set->iconv);
        xtr__decoder_drop(decoder);
    }
}
