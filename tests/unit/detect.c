/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/detect.h"
#include "detect/mime.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

/* The type of bytes under a name (may be NULL). Static buffer, for one use. */
static const char *type_of(const char *name, const char *data, size_t size) {
    static xtr_detection found;
    xtr_error error;
    xtr_source *source = xtr_source_new_copy(data, size);
    if (name)
        ck_assert_int_eq(xtr_source_set_name(source, name), XTR_OK);
    int code = xtr_detect(&found, source, &error);
    xtr_source_drop(source);
    ck_assert_int_eq(code, XTR_OK);
    return found.mime_type;
}

#define TYPE_OF(name, data) type_of(name, data, sizeof(data) - 1)

/* The type of a fixture, under another name unless NULL. */
static xtr_detection detect_fixture(const char *file, const char *name) {
    xtr_detection found;
    xtr_error error = {0};
    xtr_source *source = xtr_source_new_path(fixture(file));
    if (name)
        ck_assert_int_eq(xtr_source_set_name(source, name), XTR_OK);
    int code = xtr_detect(&found, source, &error);
    xtr_source_drop(source);
    ck_assert_msg(code == XTR_OK, "%s", error.message);
    return found;
}

/* Documents whose content alone must tell their type: they are read under no name at all. */
TEST(detect, content_tells_the_type) {
    static const struct {
        const char *file, *type;
    } cases[] = {
        {"word.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"macro.docm", "application/vnd.ms-word.document.macroEnabled.12"},
        {"sheet.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {"slides.pptx",
         "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
        {"text.odt", "application/vnd.oasis.opendocument.text"},
        {"cut.odt", "application/vnd.oasis.opendocument.text"},
        {"book.epub", "application/epub+zip"},
        {"no-mimetype.epub", "application/epub+zip"},
        {"program.jar", "application/java-archive"},
        {"plain.zip", "application/zip"},
        {"old.doc", "application/msword"},
        {"old.xls", "application/vnd.ms-excel"},
        {"old.ppt", "application/vnd.ms-powerpoint"},
        {"mail.msg", "application/vnd.ms-outlook"},
        {"setup.msi", "application/x-msi"},
        {"locked.xlsx", "application/encrypted"},
        {"page.html", "text/html"},
        {"fragment.html", "text/html"},
        {"page.xhtml", "application/xhtml+xml"},
        {"drawing.svg", "image/svg+xml"},
        {"book.fb2", "application/x-fictionbook+xml"},
        {"docbook.xml", "application/docbook+xml"},
        {"docbook4.xml", "application/docbook+xml"},
        {"jats.xml", "application/vnd.jats+xml"},
        {"tei.xml", "application/tei+xml"},
        {"feed.xml", "application/atom+xml"},
        {"outline.opml", "text/x-opml"},
        {"plain.xml", "application/xml"},
        {"wide.xml", "application/rss+xml"},
        {"letter.eml", "message/rfc822"},
        {"letters.mbox", "application/mbox"},
        {"archive.mht", "multipart/related"},
        {"data.json", "application/json"},
        {"lines.jsonl", "application/jsonl"},
        {"notebook.ipynb", "application/x-ipynb+json"},
        {"note.rtf", "application/rtf"},
        {"figure.eps", "application/postscript"},
        {"person.vcf", "text/vcard"},
        {"date.ics", "text/calendar"},
        {"film.vtt", "text/vtt"},
        {"film.srt", "application/x-subrip"},
        {"paper.tex", "text/x-tex"},
        {"junk-before.pdf", "application/pdf"},
        {"../image/gray.png", "image/png"},
        {"../image/gray.jpg", "image/jpeg"},
        {"../image/three.tif", "image/tiff"},
        {"../image/big-endian.tif", "image/tiff"},
        {"../image/dot.gif", "image/gif"},
        {"../image/dot.webp", "image/webp"},
        {"../image/flag.bmp", "image/bmp"},
        {"../image/box.jp2", "image/jp2"},
        {"../image/stream.j2k", "image/j2c"},
        {"../image/bits.pbm", "image/x-portable-bitmap"},
        {"../image/gray.pgm", "image/x-portable-graymap"},
        {"../image/any.pam", "image/x-portable-arbitrarymap"},
        {"../image/still.avif", "image/avif"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[64];
        snprintf(name, sizeof name, "detect/%s", cases[i].file);
        xtr_detection found = detect_fixture(name, "nameless");
        ck_assert_msg(!strcmp(found.mime_type, cases[i].type), "%s: %s, not %s", cases[i].file,
                      found.mime_type, cases[i].type);
        ck_assert_int_gt(found.bits, 0);
    }
}

TEST(detect, a_wrong_extension_loses_to_binary_content) {
    ck_assert_str_eq(detect_fixture("image/gray.png", "a.pdf").mime_type, "image/png");
    ck_assert_str_eq(detect_fixture("image/gray.jpg", "a.txt").mime_type, "image/jpeg");
    ck_assert_str_eq(detect_fixture("detect/word.docx", "a.pdf").mime_type,
                     "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    ck_assert_str_eq(detect_fixture("detect/word.docx", "a.xlsx").mime_type,
                     "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    ck_assert_str_eq(detect_fixture("detect/old.xls", "a.doc").mime_type,
                     "application/vnd.ms-excel");
    ck_assert_str_eq(detect_fixture("detect/note.rtf", "a.doc").mime_type, "application/rtf");
    ck_assert_str_eq(detect_fixture("detect/page.html", "a.xls").mime_type, "text/html");
    ck_assert_str_eq(detect_fixture("detect/junk-before.pdf", "a.md").mime_type, "application/pdf");
}

TEST(detect, the_name_decides_within_a_family) {
    ck_assert_str_eq(detect_fixture("detect/locked.xlsx", NULL).mime_type,
                     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    ck_assert_str_eq(detect_fixture("detect/comic.cbz", NULL).mime_type,
                     "application/vnd.comicbook+zip");
    ck_assert_str_eq(detect_fixture("image/three.tif", "a.nef").mime_type, "image/x-nikon-nef");
    ck_assert_str_eq(detect_fixture("detect/plain.xml", "a.xsl").mime_type, "application/xslt+xml");
    ck_assert_str_eq(detect_fixture("detect/page.xhtml", "a.html").mime_type, "text/html");
    ck_assert_str_eq(TYPE_OF("a.md", "# Heading\n\ntext\n"), "text/markdown");
    ck_assert_str_eq(TYPE_OF("A.CSV", "a,b\n1,2\n"), "text/csv");
    ck_assert_str_eq(TYPE_OF("a.md", "<p align=\"center\">\n\n# Name\n"), "text/markdown");
    ck_assert_str_eq(TYPE_OF("dir.d/Makefile", "all:\n\ttrue\n"), "text/x-makefile");
    ck_assert_str_eq(TYPE_OF("notes.txt", "From: me\nTo: you\nSubject: text\n\nHello\n"),
                     "text/plain");
}

TEST(detect, plain_text) {
    ck_assert_str_eq(TYPE_OF(NULL, "Dear reader,\nhello.\n"), "text/plain");
    ck_assert_str_eq(TYPE_OF("a.xyzzy", "Dear reader,\nhello.\n"), "text/plain");
    ck_assert_str_eq(TYPE_OF(NULL, "MAC addresses\n"), "text/plain");
    ck_assert_str_eq(TYPE_OF(NULL, "ID3 tags\n"), "text/plain");
    ck_assert_str_eq(TYPE_OF(NULL, "Subject: to: nothing\n"), "text/plain");
    ck_assert_str_eq(TYPE_OF(NULL, "{not json}"), "text/plain");
    ck_assert_str_eq(TYPE_OF(NULL, "WEBVTTX\n"), "text/plain");
    ck_assert_str_eq(TYPE_OF(NULL, "WEBVTT"), "text/vtt");
    ck_assert_str_eq(TYPE_OF(NULL, "#!/usr/bin/env python3\nprint()\n"), "text/x-python");
    ck_assert_str_eq(TYPE_OF(NULL, "P5 is a processor\n"), "text/plain");
}

TEST(detect, what_says_nothing_leaves_it_to_the_name) {
    char garbage[600];
    for (size_t i = 0; i < sizeof garbage; i++)
        garbage[i] = (char)(i * 37 % 251);
    garbage[0] = '\x13';
    ck_assert_str_eq(type_of("a.pdf", garbage, sizeof garbage), "application/pdf");
    ck_assert_str_eq(type_of(NULL, garbage, sizeof garbage), "application/octet-stream");
#ifdef XTR_WITH_MUPDF
    ck_assert_str_eq(TYPE_OF("a.pdf", "This is prose.\n"), "application/pdf");
#endif
    ck_assert_str_eq(TYPE_OF("a.exe", "This is prose.\n"), "text/plain");
}

TEST(detect, charset_of_text) {
    ck_assert_str_eq(detect_fixture("text/russian.koi8-r.txt", NULL).charset, "KOI8-R");
    ck_assert_str_eq(detect_fixture("text/declared.xml", NULL).charset, "ISO-8859-2");
    ck_assert_str_eq(detect_fixture("detect/wide.xml", NULL).charset, "UTF-16LE");
    ck_assert_str_eq(detect_fixture("image/gray.png", NULL).charset, "");
}

TEST(detect, failures) {
    xtr_detection found;
    xtr_error error;
    xtr_source *source = xtr_source_new_copy("", 0);
    ck_assert_int_eq(xtr_detect(&found, source, &error), XTR_E_EMPTY);
    xtr_source_drop(source);
    source = xtr_source_new_path("/nowhere/to/be/found.pdf");
    ck_assert_int_eq(xtr_detect(&found, source, &error), XTR_E_NOT_FOUND);
    xtr_source_drop(source);
}

/* Every document cut at every length of its first kilobyte: an answer, whatever it is. */
TEST(detect, cut_anywhere) {
    static const char *const files[] = {"detect/word.docx", "detect/old.xls", "detect/letters.mbox",
                                        "detect/docbook4.xml", "image/box.jp2"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        static char data[4096];
        FILE *file = fopen(fixture(files[i]), "rb");
        ck_assert_ptr_nonnull(file);
        size_t size = fread(data, 1, sizeof data, file);
        fclose(file);
        for (size_t cut = 1; cut < size && cut < 1024; cut += 7)
            ck_assert_ptr_nonnull(type_of("a.bin", data, cut));
    }
}

TEST(detect, table_of_types) {
    ck_assert_str_eq(xtr_mime_of_name("/a.b/report.PDF"), "application/pdf");
    ck_assert_str_eq(xtr_mime_of_name("archive.tar.gz"), "application/gzip");
    ck_assert_ptr_null(xtr_mime_of_name("no-extension"));
    ck_assert_ptr_null(xtr_mime_of_name("dot."));
    ck_assert_str_eq(xtr_extensions_of_mime("image/jpeg")[0], "jpg");
    ck_assert_str_eq(xtr_extensions_of_mime("TEXT/XML; charset=utf-8")[0], "xml");
    ck_assert_ptr_null(xtr_extensions_of_mime("no/such-type")[0]);
    ck_assert_str_eq(xtr__mime_canonical("application/x-rtf"), "application/rtf");
    ck_assert_str_eq(xtr__mime_canonical("no/such-type"), "no/such-type");
}

/* An extension leads to the first type that claims it, so no type may list one twice, and the
 * usual extension of a type leads back to it. */
TEST(detect, table_is_consistent) {
    static const char *const types[] = {
#define XTR_MIME_ALIAS(alias, type)
#define XTR_MIME(type, KIND, ...) type,
#include "detect/mime.def"
#undef XTR_MIME
#undef XTR_MIME_ALIAS
    };
    static const char *const aliased[] = {
#define XTR_MIME_ALIAS(alias, type) type,
#define XTR_MIME(type, KIND, ...)
#include "detect/mime.def"
#undef XTR_MIME
#undef XTR_MIME_ALIAS
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        for (const char *const *e = xtr_extensions_of_mime(types[i]); *e; e++) {
            char name[64];
            snprintf(name, sizeof name, "a.%s", *e);
            ck_assert_str_eq(xtr_mime_of_name(name), types[i]);
        }
        ck_assert_str_eq(xtr__mime_canonical(types[i]), types[i]);
    }
    for (size_t i = 0; i < sizeof aliased / sizeof *aliased; i++)
        ck_assert_msg(xtr__mime_find(aliased[i]) != NULL, "alias of unknown %s", aliased[i]);
}
