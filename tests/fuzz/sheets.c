/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spreadsheets of any bytes. Since a fuzzer finds no way through checksums and compression, the
 * first byte says what the rest is: a part of a workbook that is otherwise there, perhaps a binary
 * one with formulas, a flat spreadsheet of OpenDocument, separated values, or a number format. */
#include "extract.h"
#include "sheet/number.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE   "http://schemas.openxmlformats.org/package/2006/relationships"
#define MAIN      "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

enum { MOST_PARTS = 8, MOST_NAME = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const settings[] = {"max_text_size", "10MB", "max_table_cells", "20000", NULL};

typedef struct part {
    const char *name;
    const void *data;
    size_t size, at;
} part;

typedef struct archive {
    unsigned char *bytes;
    size_t size;
} archive;

static void put(archive *a, uint64_t value, size_t size) {
    for (; size--; value >>= 8)
        a->bytes[a->size++] = (unsigned char)value;
}

static void put_bytes(archive *a, const void *data, size_t size) {
    if (size)
        memcpy(a->bytes + a->size, data, size);
    a->size += size;
}

/* What a local header and an entry of the directory share, from the version on. */
static void put_entry(archive *a, const part *p) {
    put(a, 20, 2);
    put(a, 0, 8); /* flags, stored, time, date */
    put(a, crc32(0, p->data, (uInt)p->size), 4);
    put(a, p->size, 4);
    put(a, p->size, 4);
    put(a, strlen(p->name), 2);
    put(a, 0, 2);
}

static void pack(archive *a, part *parts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        parts[i].at = a->size;
        put(a, 0x04034B50, 4);
        put_entry(a, &parts[i]);
        put_bytes(a, parts[i].name, strlen(parts[i].name));
        put_bytes(a, parts[i].data, parts[i].size);
    }
    size_t directory = a->size;
    for (size_t i = 0; i < count; i++) {
        put(a, 0x02014B50, 4);
        put(a, 20, 2);
        put_entry(a, &parts[i]);
        put(a, 0, 10); /* comment, disk, attributes */
        put(a, parts[i].at, 4);
        put_bytes(a, parts[i].name, strlen(parts[i].name));
    }
    size_t size = a->size - directory;
    put(a, 0x06054B50, 4);
    put(a, 0, 4);
    put(a, count, 2);
    put(a, count, 2);
    put(a, size, 4);
    put(a, directory, 4);
    put(a, 0, 2);
}

#define TEXT(text) text, sizeof(text) - 1, 0

/* A workbook in which the part of this number is the input. */
static void extract_book(const uint8_t *data, size_t size, unsigned which, bool binary) {
    part parts[MOST_PARTS] = {
        {"_rels/.rels",
         TEXT("<Relationships xmlns=\"" PACKAGE "\"><Relationship Id=\"a\" Type=\"" RELATIONS
              "/officeDocument\" Target=\"book.xml\"/></Relationships>")},
        {"_rels/book.xml.rels",
         TEXT("<Relationships xmlns=\"" PACKAGE "\"><Relationship Id=\"a\" Type=\"" RELATIONS
              "/worksheet\" Target=\"sheet.xml\"/><Relationship Id=\"b\" Type=\"" RELATIONS
              "/styles\" Target=\"styles.xml\"/><Relationship Id=\"c\" Type=\"" RELATIONS
              "/sharedStrings\" Target=\"strings.xml\"/></Relationships>")},
        {"book.xml", TEXT("<workbook xmlns=\"" MAIN "\" xmlns:r=\"" RELATIONS
                          "\"><sheets><sheet name=\"S\" r:id=\"a\"/></sheets></workbook>")},
        {"sheet.xml",
         TEXT("<worksheet xmlns=\"" MAIN "\"><sheetData><row r=\"1\"><c s=\"1\"><v>41684.5</v></c>"
              "<c t=\"s\"><v>0</v></c></row></sheetData></worksheet>")},
        {"styles.xml",
         TEXT("<styleSheet xmlns=\"" MAIN "\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/>"
              "</cellXfs></styleSheet>")},
        {"strings.xml", TEXT("<sst xmlns=\"" MAIN "\"><si><t>text</t></si></sst>")}};
    size_t count = 6, target = 2 + which % 4;
    archive a = {.bytes = malloc(size + 8192)};
    parts[target].data = data;
    parts[target].size = size;
    if (binary)
        parts[target].name = target == 3 ? "sheet.bin" : parts[target].name;
    static const char relations[] =
        "<Relationships xmlns=\"" PACKAGE "\"><Relationship Id=\"a\" Type=\"" RELATIONS
        "/worksheet\" Target=\"sheet.bin\"/><Relationship Id=\"b\" Type=\"" RELATIONS
        "/styles\" Target=\"styles.xml\"/></Relationships>";
    if (binary && target == 3)
        parts[1] = (part){"_rels/book.xml.rels", TEXT(relations)};
    if (a.bytes) {
        pack(&a, parts, count);
        fuzz_extract(a.bytes, a.size,
                     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", settings);
    }
    free(a.bytes);
}

/* A binary workbook of which the sheet, or the list of sheets, is the input, with its formulas. */
static void extract_formulas(const uint8_t *data, size_t size, bool book) {
    static const char *const with_formulas[] = {
        "formulas", "true", "max_text_size", "10MB", "max_table_cells", "20000", NULL};
    /* A sheet, this workbook, a reference to the sheet, and a name */
    static const char list[] = "\x9C\x01\x14\0\0\0\0\1\0\0\0\1\0\0\0a\0\1\0\0\0S\0"
                               "\xE5\x02\0"
                               "\xEA\x02\x10\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\x27\x0F\0\0\0\0\0\xFF\xFF\xFF\xFF\1\0\0\0n\0";
    /* A number that comes from "S!A1" */
    static const char cells[] = "\0\4\0\0\0\0\x09\x25\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                "\0\0\x09\0\0\0\x5A\0\0\0\0\0\0\0\0\0\0\0\0";
    part parts[] = {
        {"_rels/.rels",
         TEXT("<Relationships xmlns=\"" PACKAGE "\"><Relationship Id=\"a\" Type=\"" RELATIONS
              "/officeDocument\" Target=\"book.bin\"/></Relationships>")},
        {"_rels/book.bin.rels",
         TEXT("<Relationships xmlns=\"" PACKAGE "\"><Relationship Id=\"a\" Type=\"" RELATIONS
              "/worksheet\" Target=\"sheet.bin\"/></Relationships>")},
        {"book.bin", TEXT(list)},
        {"sheet.bin", TEXT(cells)}};
    archive a = {.bytes = malloc(size + 8192)};
    parts[book ? 2 : 3].data = data;
    parts[book ? 2 : 3].size = size;
    if (a.bytes) {
        pack(&a, parts, sizeof parts / sizeof *parts);
        fuzz_extract(a.bytes, a.size, "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
                     with_formulas);
    }
    free(a.bytes);
}

static void show_number(const uint8_t *data, size_t size) {
    double value;
    char shown[XTR__SHOWN_SIZE];
    if (size < sizeof value)
        return;
    memcpy(&value, data, sizeof value);
    xtr__number_format *format =
        xtr__number_format_new((const char *)data + sizeof value, size - sizeof value);
    if (format && xtr__number_show(shown, format, value, size & 1) >= sizeof shown)
        abort();
    xtr__number_format_drop(format);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size)
        return 0;
    unsigned kind = data[0];
    data++;
    size--;
    if (kind == 'o')
        fuzz_extract(data, size, "application/vnd.oasis.opendocument.spreadsheet-flat-xml",
                     settings);
    else if (kind == 'c')
        fuzz_extract(data, size, "text/csv", settings);
    else if (kind == 'n')
        show_number(data, size);
    else if (kind == 'b')
        extract_book(data, size, 1, true);
    else if (kind == 'f' || kind == 'g')
        extract_formulas(data, size, kind == 'g');
    else
        extract_book(data, size, kind, false);
    return 0;
}
