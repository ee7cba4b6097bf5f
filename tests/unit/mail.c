/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "extract.h"
#include "mail/mapi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static xtr__slice slice(const char *text) {
    return (xtr__slice){text, strlen(text)};
}

static void check(xtr__buffer *out, const char *wanted) {
    ck_assert_str_eq((xtr__putc(out, '\0'), out->data), wanted);
    out->size = 0;
}

TEST(mail, fields_are_unfolded_and_found_by_any_case) {
    xtr__buffer out = {.data = NULL};
    xtr__entity e =
        xtr__mime_split(slice("A: 1\r\nSUBJECT : one\r\n\t two \r\nsubject: three\n\nbody\n"));
    ck_assert(xtr__mime_field(&out, e.header, "Subject", 0));
    check(&out, "one two");
    ck_assert(xtr__mime_field(&out, e.header, "Subject", 1));
    check(&out, "three");
    ck_assert(!xtr__mime_field(&out, e.header, "Subject", 2));
    ck_assert(!xtr__mime_field(&out, e.header, "Sub", 0));
    ck_assert(xtr__mime_last_field(&out, e.header, "Subject"));
    check(&out, "three");
    ck_assert(!xtr__mime_last_field(&out, e.header, "Sub"));
    ck_assert_int_eq(memcmp(e.body.at, "body\n", e.body.size), 0);
    free(out.data);
}

TEST(mail, a_header_ends_where_text_begins) {
    xtr__entity lost = xtr__mime_split(slice("A: 1\nno field\nB: 2\n\nbody"));
    xtr__entity missing = xtr__mime_split(slice("A: 1\nText without an empty line\nbefore it"));
    ck_assert_uint_eq(lost.body.size, 4);
    ck_assert_uint_eq(missing.header.size, 5);
    ck_assert_uint_eq(xtr__mime_split(slice("A: 1\rB: 2\r\rbody")).body.size, 4);
    ck_assert_uint_eq(xtr__mime_split(slice("")).body.size, 0);
}

TEST(mail, encoded_words) {
    struct {
        const char *in, *charset, *out;
    } cases[] = {
        {"plain", "", "plain"},
        {"=?utf-8?Q?a=C3=BC_b?= c", "", "a\xC3\xBC b c"},
        {"x =?utf-8?B?w7w=?= =?UTF-8?b?w7w=?= y", "", "x \xC3\xBC\xC3\xBC y"},
        {"=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "", "\xC3\xBC"}, /* a character in two words */
        {"=?iso-8859-1*de?q?=FC?=", "", "\xC3\xBC"},
        {"\"=?utf-8?q?quoted?=\" <a@b>", "", "\"quoted\" <a@b>"},
        {"=?utf-8?X?no?= =?utf-8?Q?open", "", "=?utf-8?X?no?= =?utf-8?Q?open"},
        {"=?utf-7?Q?Fr+APY-sche?=", "", "Fr\xC3\xB6sche"},
        {"raw \xFC", "iso-8859-1", "raw \xC3\xBC"},
        {"raw \xC3\xBC", "iso-8859-1", "raw \xC3\xBC"}, /* RFC 6532 */
        {"=?=?=?", "", "=?=?=?"},
    };
    xtr__buffer out = {.data = NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        xtr__mime_words(&out, slice(cases[i].in), cases[i].charset);
        check(&out, cases[i].out);
    }
    free(out.data);
}

TEST(mail, parameters) {
    struct {
        const char *field, *name, *value;
    } cases[] = {
        {"text/plain; charset=us-ascii; name=a.txt", "name", "a.txt"},
        {"text/plain; NAME=\"a; \\\"b\\\".txt\"; x", "name", "a; \"b\".txt"},
        {"a; filename*=utf-8'en'%E2%82%AC%20rates", "filename", "\xE2\x82\xAC rates"},
        {"a; filename*0*=utf-8''%E2%82; filename*1*=%AC; filename*2=.txt", "filename",
         "\xE2\x82\xAC.txt"},
        {"a; filename*1=b; filename*0=a", "filename", "ab"},
        {"a; filename=\"=?utf-8?B?w7w=?=\"", "filename", "\xC3\xBC"},
        {"a; filename=\"open", "filename", "open"},
        {"a; filename = spaced name ; b=c", "filename", "spaced name"},
        {"a; filenames=x", "filename", NULL},
        {"filename=x", "filename", NULL},
    };
    xtr__buffer out = {.data = NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool found = xtr__mime_parameter(&out, slice(cases[i].field), cases[i].name);
        ck_assert_msg(found == (cases[i].value != NULL), "%s", cases[i].field);
        if (found)
            check(&out, cases[i].value);
    }
    free(out.data);
}

TEST(mail, transfer_encodings) {
    struct {
        const char *encoding, *in, *out;
    } cases[] = {
        {"base64", "SGVs\r\nbG8=", "Hello"},
        {"BASE64", "SG!!Vsb\n G8", "Hello"},
        {"base64", "SGk=SGk=", "HiHi"}, /* texts that were joined */
        {"quoted-printable", "a=3Db =\r\nc  \r\nd=G=", "a=b c\nd=G"},
        {"x-uuencode", "begin 644 x\n%2&5L;&\\\n`\nend\nrest", "Hello"},
        {"7bit", "a=3D", "a=3D"},
        {"", "as is", "as is"},
    };
    xtr__buffer out = {.data = NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        xtr__slice found = xtr__mime_content(&out, slice(cases[i].in), slice(cases[i].encoding));
        ck_assert_msg(found.size == strlen(cases[i].out) &&
                          !memcmp(found.at, cases[i].out, found.size),
                      "%s: %.*s", cases[i].in, (int)found.size, found.at);
    }
    free(out.data);
}

TEST(mail, utf7_of_any_length) {
    xtr__buffer out = {.data = NULL};
    xtr__mime_utf7(&out, slice("1 +- 1 +2D3cOA- +AOQ +"));
    check(&out, "1 + 1 \xF0\x9F\x90\xB8 \xC3\xA4 ");
    xtr__mime_utf7(&out, slice("+2D0-x"));
    check(&out, "x"); /* half a character */
    free(out.data);
}

TEST(mail, dates) {
    static const char *const cases[][2] = {
        {"Thu, 13 Feb 1997 11:33:10 -0700 (MST)", "1997-02-13T11:33:10-07:00"},
        {"13 Feb 97 11:33 EST", "1997-02-13T11:33:00-05:00"},
        {"1 jan 2020 00:00:00 GMT", "2020-01-01T00:00:00Z"},
        {"some day", ""},
        {"99 Foo 1997 11:33", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[32];
        xtr__mail_date(out, slice(cases[i][0]));
        ck_assert_str_eq(out, cases[i][1]);
    }
}

static char *extract(const char *text, const char *type) {
    const char *const settings[] = {"mime_type", type, "attachments", "extract", NULL};
    return extract_json(xtr_source_new_copy(text, strlen(text)), 1, settings);
}

TEST(mail, a_mailbox_has_a_page_for_each_message) {
    char *json =
        extract("From a@b Thu Jan  1 00:00:00 1970\nSubject: One\n\nText.\nFrom here on.\n\n"
                "From the start, 1 thing\n\nFrom a@b Fri Jan  2 00:00:00 1970\n"
                "Subject: Two\n\n>From x.\n",
                "application/mbox");
    ck_assert_ptr_nonnull(strstr(json, "\"pages\":[{\"number\":1,"));
    ck_assert_ptr_nonnull(strstr(json, "{\"number\":2,"));
    ck_assert_ptr_null(strstr(json, "{\"number\":3,"));
    ck_assert_ptr_nonnull(strstr(json, "From the start, 1 thing"));
    ck_assert_ptr_nonnull(strstr(json, "\"text\":\"From x.\""));
    free(json);
}

/* Parts in parts, as deep as nobody goes, and more of them than anybody has. */
TEST(mail, parts_are_limited) {
    enum { LEVELS = 2000, LINE = 80 };
    char *text = malloc(LEVELS * LINE), *at = text;
    for (int i = 0; i < LEVELS; i++)
        at += snprintf(at, LINE, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    char *json = extract(text, "message/rfc822");
    ck_assert_ptr_nonnull(strstr(json, "parts were left out: too many, or too deep"));
    ck_assert_ptr_nonnull(strstr(json, "\"status\":\"partial\""));
    free(json);
    at = text + snprintf(text, LINE, "Content-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 12000; i++)
        at += snprintf(at, LINE, "--b\n\nx\n");
    json = extract(text, "message/rfc822");
    ck_assert_ptr_nonnull(strstr(json, "parts were left out: too many, or too deep"));
    free(json);
    free(text);
}

/* Reads a head and then as much of a piece as takes minutes when each is looked at up to the end.
 */
static void read_many(const char *head, const char *piece, size_t size) {
    size_t at = strlen(head), length = strlen(piece);
    char *text = malloc(size + at + 1);
    ck_assert_ptr_nonnull(text);
    memcpy(text, head, at);
    for (size_t i = 0; i < size; i++)
        text[at++] = piece[i % length];
    text[at] = '\0';
    free(extract(text, "message/rfc822"));
    free(text);
}

TEST(mail, time_grows_with_the_size) {
    enum { SIZE = 1 << 20 };
    read_many("Content-Type: multipart/mixed; boundary=a\n\n--", "a", SIZE);
    read_many("Content-Type: multipart/mixed; boundary=a\n\n", "--b\r", SIZE);
    read_many("Content-Type: multipart/mixed\n\n", "b\r", SIZE);
    read_many("Subject: ", "=?a?Q? ", SIZE);
}

/* The line that would end the outer multipart is one of that inside, as long as it is open. */
TEST(mail, a_delimiter_is_of_the_innermost_multipart) {
    char *json = extract("Content-Type: multipart/mixed; boundary=a\n\n--a\n"
                         "Content-Type: multipart/mixed; boundary=a--\n\n--a--\n\nOne.\n"
                         "--a--\n\nTwo.\n--a----\nNobody's.\n--a\n\nThree.\n--a--\nLost.\n",
                         "message/rfc822");
    ck_assert_ptr_nonnull(strstr(json, "\"content\":\"One.\\n\\nTwo.\\n\\nThree.\\n\""));
    free(json);
    json = extract("Content-Type: text/html\nContent-Type: text/plain\nContent-Type: \n\n<b>x\n",
                   "message/rfc822");
    ck_assert_ptr_nonnull(strstr(json, "\"content\":\"<b>x\\n\"")); /* the last that says one */
    free(json);
}

TEST(mail, messages_in_messages_are_children_of_children) {
    char *json = extract("Subject: Outer\nContent-Type: message/rfc822\n\nSubject: Inner\n"
                         "Content-Type: message/rfc822\n\nSubject: Innermost\n\nText.\n",
                         "message/rfc822");
    ck_assert_ptr_nonnull(strstr(json, "\"children\":[{\"name\":\"Inner.eml\""));
    ck_assert_ptr_nonnull(strstr(json, "\"children\":[{\"name\":\"Innermost.eml\",\"content\":"
                                       "\"Subject: Innermost\\n\\nText.\\n\""));
    free(json);
}

/* The first example of [MS-OXRTFCP], section 4.1.1. */
TEST(mail, compressed_rtf) {
    static const unsigned char packed[] = {
        0x2D, 0x00, 0x00, 0x00, 0x2B, 0x00, 0x00, 0x00, 0x4C, 0x5A, 0x46, 0x75, 0xF1,
        0xC5, 0xC7, 0xA7, 0x03, 0x00, 0x0A, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32,
        0x35, 0x42, 0x32, 0x0A, 0xF3, 0x20, 0x68, 0x65, 0x6C, 0x09, 0x00, 0x20, 0x62,
        0x77, 0x05, 0xB0, 0x6C, 0x64, 0x7D, 0x0A, 0x80, 0x0F, 0xA0};
    xtr__buffer out = {.data = NULL};
    ck_assert(xtr__rtf_unpack(&out, (xtr__slice){(const char *)packed, sizeof packed}));
    check(&out, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    ck_assert(!xtr__rtf_unpack(&out, (xtr__slice){(const char *)packed, 10}));
    free(out.data);
}

TEST(mail, rtf_gives_back_what_it_was_made_of) {
    struct {
        const char *rtf, *out;
        bool html;
    } cases[] = {
        {"{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 {\\fonttbl{\\f0 Arial;}}"
         "{\\*\\htmltag64 <p>}\\htmlrtf {\\htmlrtf0 Gr\\'fc\\'dfe {\\*\\htmltag84 <b>}\\htmlrtf "
         "{\\b \\htmlrtf0 x\\htmlrtf }\\htmlrtf0 {\\*\\mhtmltag84 no}{\\*\\htmltag92 </b>}}",
         "<p>Gr\xC3\xBC\xC3\x9F"
         "e <b>x</b>",
         true},
        {"{\\rtf1\\ansi\\ansicpg1251 \\'cf\\'f0\\par \\u8364?\\{a\\}\\tab b}",
         "\xD0\x9F\xD1\x80\r\n\xE2\x82\xAC{a}\tb", false},
        {"{{{}}}}}\\", "", false},
        {"{\\rtf1 \\u-10179?\\u-8704?\\u55357 ?a\\u56832 ?}", "\U0001F600\uFFFDa\uFFFD", false},
    };
    xtr__buffer out = {.data = NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert(xtr__rtf_original(&out, NULL, slice(cases[i].rtf)) == cases[i].html);
        check(&out, cases[i].out);
    }
    free(out.data);
}

static size_t put_number(char *out, uint32_t number, size_t size) {
    for (size_t i = 0; i < size; i++)
        out[i] = (char)(number >> 8 * i & 0xFF);
    return size;
}

/* A winmail.dat whose body is RTF that is many times as large unpacked: a group that nobody sees,
 * of so many references to one place or another, seventeen letters each. */
static char *rtf_bomb(size_t *size) {
    enum { GROUPS = 500000, HEADS = 23 + 16 + 16 };
    char *file = calloc(1, HEADS + 12 + GROUPS * 17 + 2), *at = file;
    uint32_t packed = GROUPS * 17 + 12 + 16;
    ck_assert_ptr_nonnull(file);
    at += put_number(at, 0x223E9F78, 4);
    at += put_number(at, 1, 2);
    *at++ = 1; /* of the message */
    at += put_number(at, 0x00069003, 4);
    at += put_number(at, packed + 16, 4);
    at += put_number(at, 1, 4);
    at += put_number(at, 0x10090102, 4);
    at += put_number(at, 1, 4);
    at += put_number(at, packed, 4);
    at += put_number(at, packed - 4, 4);
    at += put_number(at, 0x7FFFFFFF, 4);
    at += put_number(at, 0x75465A4C, 4);
    at += put_number(at, 0, 4);
    memcpy(at, "\0{\\*\\zzz ", 9); /* eight letters as they are */
    at += 9;
    unsigned place = 207 + 8; /* behind the dictionary */
    for (int i = 0; i < GROUPS; i++) {
        *at++ = (char)0xFF;
        for (int k = 0; k < 8; k++, place += 17) {
            unsigned from = 107 - (place % 4096 == 107); /* the place itself would be the end */
            *at++ = (char)(from >> 4);
            *at++ = (char)(from << 4 | 15);
        }
    }
    *size = (size_t)(at - file) + 3 + 2;
    return file;
}

TEST(mail, bodies_that_unpack_to_anything_are_bounded) {
    size_t size;
    char *file = rtf_bomb(&size);
    const char *settings[] = {"mime_type", "application/vnd.ms-tnef", "max_text_size", "1MB", NULL};
    char *json = extract_json(xtr_source_new_copy(file, size), 1, settings);
    ck_assert_ptr_nonnull(strstr(json, "a body in RTF was cut"));
    ck_assert_ptr_nonnull(strstr(json, "\"status\":\"partial\""));
    free(json);
    xtr_source *source = xtr_source_new_copy(file, size);
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    xtr_error error;
    ck_assert_int_eq(xtr_options_set(options, "mime_type", settings[1], NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "max_memory", "40MB", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_E_MEMORY);
    xtr_options_drop(options);
    xtr_source_drop(source);
    free(file);
}

/* Of fifty attachments none takes the memory of those before it. */
TEST(mail, attachments_give_their_memory_back) {
    enum { COUNT = 50, SIZE = 100000 };
    char *text = malloc(COUNT * (SIZE + 200) + 200), *at = text;
    at += sprintf(at, "Content-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < COUNT; i++) {
        at += sprintf(at, "--b\nContent-Type: application/x-subrip\n"
                          "Content-Disposition: attachment; filename=a.srt\n\n");
        for (int k = 0; k < SIZE; k += 2)
            at += sprintf(at, "x\n");
    }
    sprintf(at, "--b--\n");
    const char *const settings[] = {
        "mime_type", "message/rfc822", "attachments", "extract", "max_memory", "5MB", NULL};
    char *json = extract_json(xtr_source_new_copy(text, strlen(text)), 1, settings);
    ck_assert_ptr_nonnull(strstr(json, "\"status\":\"complete\""));
    ck_assert_ptr_null(strstr(json, "MEMORY"));
    free(json);
    free(text);
}

/* Cut off anywhere, files of Outlook are read as far as they go, or refused. */
TEST(mail, outlook_may_be_cut_off_anywhere) {
    static const char *const files[] = {XTR_FIXTURES "/mail/outlook.msg",
                                        XTR_FIXTURES "/mail/winmail.dat"};
    static const char *const types[] = {"application/vnd.ms-outlook", "application/vnd.ms-tnef"};
    xtr_runtime *runtime;
    ck_assert_int_eq(xtr_runtime_new(&runtime, NULL, NULL), XTR_OK);
    for (size_t i = 0; i < 2; i++) {
        static char bytes[1 << 16];
        FILE *file = fopen(files[i], "rb");
        size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
        xtr_options *options = xtr_options_new();
        ck_assert_uint_gt(size, 100);
        fclose(file);
        ck_assert_int_eq(xtr_options_set(options, "mime_type", types[i], NULL), XTR_OK);
        ck_assert_int_eq(xtr_options_set(options, "attachments", "extract", NULL), XTR_OK);
        for (size_t cut = 1; cut < size; cut += 1 + cut / 40) {
            xtr_source *source = xtr_source_new_copy(bytes, cut);
            xtr_result *result = NULL;
            (void)xtr_extract(&result, runtime, source, options, NULL);
            xtr_result_drop(result);
            xtr_source_drop(source);
        }
        xtr_options_drop(options);
    }
    xtr_runtime_drop(runtime);
}
