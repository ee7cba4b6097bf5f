/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Packages: the parts of a ZIP archive, and XML in one pass. The archives are made here, byte by
 * byte, so that each part of them can be wrong. */
#include "container/opc.h"
#include "job.h"
#include "test.h"
#include "zipped.h"

#include <stdio.h>

static archive *two_parts(void) {
    archive *a = calloc(1, sizeof *a);
    ck_assert_ptr_nonnull(a);
    add(a, "Word/Document.xml", true, "<a>one one one one one one</a>", 30);
    add(a, "media\\p.bin", false, "two", 3);
    return a;
}

static bare_job *open_bytes(const void *data, size_t size) {
    bare_job *job = bare_job_open(xtr_source_new_copy(data, size));
    ck_assert_ptr_nonnull(job);
    return job;
}

static void expect_part(xtr__zip *zip, const char *name, int code, const char *content) {
    unsigned char *data;
    size_t size;
    int64_t part = xtr__zip_find(zip, name);
    ck_assert_int_ge(part, 0);
    ck_assert_int_eq(xtr__zip_read(zip, (size_t)part, &data, &size), code);
    if (code)
        ck_assert_ptr_null(data);
    else
        ck_assert_str_eq((char *)data, content);
    free(data);
}

/* Both parts are found in these bytes. */
static void expect_both(const unsigned char *data, size_t size) {
    bare_job *job = open_bytes(data, size);
    xtr__zip *zip;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    ck_assert_uint_eq(xtr__zip_count(zip), 2);
    expect_part(zip, "/word/document.XML", XTR_OK, "<a>one one one one one one</a>");
    expect_part(zip, "media/p.bin", XTR_OK, "two");
    ck_assert_int_eq(xtr__zip_find(zip, "media"), -1);
    xtr__zip_drop(zip);
    ck_assert_uint_eq(job->job.memory.used, 0);
    bare_job_close(job);
}

TEST(package, parts_by_name) {
    archive *a = two_parts();
    finish(a);
    expect_both(a->data, a->size);
    free(a);
}

TEST(package, archive_behind_other_data) {
    archive *a = two_parts();
    finish(a);
    memmove(a->data + 100, a->data, a->size);
    memset(a->data, 'P', 100);
    expect_both(a->data, a->size + 100);
    free(a);
}

TEST(package, lost_directory_is_rebuilt) {
    archive *a = two_parts();
    expect_both(a->data, a->size);
    finish(a);
    a->data[a->size - 22 - 40] = 'X'; /* inside the second entry's header */
    expect_both(a->data, a->size - 5);
    free(a);
}

/* Sizes that follow the data are found by what follows it. */
TEST(package, streamed_parts_are_rebuilt) {
    archive *a = calloc(1, sizeof *a);
    ck_assert_ptr_nonnull(a);
    add(a, "a", true, "<a>PK</a>", 9);
    size_t stored = a->size - 31;
    a->data[6] = 8;
    memset(a->data + 14, 0, 12);
    memcpy(a->data + a->size, "PK\7\10", 4);
    put(a->data + a->size + 8, (uint32_t)stored, 4);
    put(a->data + a->size + 12, 9, 4);
    a->size += 16;
    add(a, "b", false, "two", 3);
    bare_job *job = open_bytes(a->data, a->size);
    xtr__zip *zip;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    expect_part(zip, "a", XTR_OK, "<a>PK</a>");
    expect_part(zip, "b", XTR_OK, "two");
    xtr__zip_drop(zip);
    bare_job_close(job);
    free(a);
}

TEST(package, damaged_parts_fail_alone) {
    archive *a = two_parts();
    finish(a);
    a->data[30 + 17 + 8] ^= 0x55;
    bare_job *job = open_bytes(a->data, a->size);
    xtr__zip *zip;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    expect_part(zip, "word/document.xml", XTR_E_CORRUPT, NULL);
    expect_part(zip, "media/p.bin", XTR_OK, "two");
    xtr__zip_drop(zip);
    bare_job_close(job);
    free(a);
}

TEST(package, encrypted_and_unknown_methods) {
    archive *a = two_parts();
    a->central[8] = 1;
    a->central[46 + 17 + 10] = 14;
    finish(a);
    bare_job *job = open_bytes(a->data, a->size);
    xtr__zip *zip;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    expect_part(zip, "word/document.xml", XTR_E_PASSWORD_REQUIRED, NULL);
    expect_part(zip, "media/p.bin", XTR_E_UNSUPPORTED, NULL);
    xtr__zip_drop(zip);
    bare_job_close(job);
    free(a);
}

TEST(package, limits) {
    enum { ZEROS = 20 << 20 };
    archive *a = calloc(1, sizeof *a);
    char *zeros = calloc(1, ZEROS);
    ck_assert(a && zeros);
    add(a, "zeros", true, zeros, ZEROS);
    add(a, "two", false, "two", 3);
    finish(a);
    bare_job *job = open_bytes(a->data, a->size);
    xtr__zip *zip;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    expect_part(zip, "zeros", XTR_E_LIMIT, NULL);
    job->options->max_archive_ratio = 0;
    expect_part(zip, "zeros", XTR_OK, "");
    job->options->max_archive_size = 1 << 20;
    expect_part(zip, "zeros", XTR_E_LIMIT, NULL);
    xtr__zip_drop(zip);
    job->options->max_archive_entries = 1;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_E_LIMIT);
    bare_job_close(job);
    free(zeros);
    free(a);
}

enum { STEPS = 17, BLOCK = 7, CLASHING = 1 << STEPS };

static uint32_t fnv(uint32_t hash, const char *block) {
    for (int i = 0; i < BLOCK; i++)
        hash = (hash ^ (unsigned char)block[i]) * 16777619U;
    return hash;
}

static void spell(char *block, uint32_t number) {
    number *= 2654435761U; /* in no order */
    for (int i = 0; i < BLOCK; i++, number /= 26)
        block[i] = (char)('a' + number % 26);
}

/* Two blocks of letters that lead a well-known hash without a key from one value to one other. */
static uint32_t find_clash(uint32_t hash, char blocks[2][BLOCK]) {
    enum { SLOTS = 1 << 20 };
    uint32_t *seen = calloc(SLOTS, sizeof *seen);
    ck_assert_ptr_nonnull(seen);
    for (uint32_t i = 0; i < SLOTS; i++) {
        spell(blocks[0], i);
        uint32_t now = fnv(hash, blocks[0]);
        uint32_t *before = &seen[(now ^ now >> 12) % SLOTS];
        spell(blocks[1], *before);
        if (*before && fnv(hash, blocks[1]) == now) {
            free(seen);
            return now;
        }
        *before = i;
    }
    ck_abort_msg("no clash");
}

/* Names chosen to meet in an index cost no more than others. */
TEST(package, clashing_names) {
    enum { NAME = STEPS * BLOCK, ENTRY = 46 + NAME, END = 22 };
    size_t size = (size_t)CLASHING * ENTRY + END;
    unsigned char *data = calloc(1, size), *at = data;
    char blocks[STEPS][2][BLOCK];
    uint32_t hash = 2166136261U;
    ck_assert_ptr_nonnull(data);
    for (int i = 0; i < STEPS; i++)
        hash = find_clash(hash, blocks[i]);
    for (size_t n = 0; n < CLASHING; n++, at += ENTRY) {
        memcpy(at, "PK\1\2", 4);
        put(at + 28, NAME, 2);
        for (int i = 0; i < STEPS; i++)
            memcpy(at + 46 + i * BLOCK, blocks[i][n >> i & 1], BLOCK);
    }
    memcpy(at, "PK\5\6", 4); /* with the count modulo 65536, 0 */
    put(at + 12, (uint32_t)(size - END), 4);
    bare_job *job = open_bytes(data, size);
    job->options->max_archive_entries = CLASHING;
    xtr__zip *zip;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    ck_assert_uint_eq(xtr__zip_count(zip), CLASHING);
    ck_assert_int_eq(xtr__zip_find(zip, xtr__zip_name(zip, CLASHING - 1)), CLASHING - 1);
    xtr__zip_drop(zip);
    bare_job_close(job);
    free(data);
}

/* A part whose size nobody declared is charged as it grows. */
TEST(package, growth_is_charged) {
    enum { ZEROS = 20 << 20 };
    archive *a = calloc(1, sizeof *a);
    char *zeros = calloc(1, ZEROS);
    ck_assert(a && zeros);
    add(a, "zeros", true, zeros, ZEROS);
    a->data[6] = 8; /* sizes follow the data, and are cut off */
    bare_job *job = open_bytes(a->data, a->size);
    xtr__zip *zip;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    job->options->max_archive_ratio = 0;
    expect_part(zip, "zeros", XTR_OK, "");
    job->job.memory.limit = 4 << 20;
    expect_part(zip, "zeros", XTR_E_MEMORY, NULL);
    xtr__zip_drop(zip);
    ck_assert_uint_eq(job->job.memory.used, 0);
    bare_job_close(job);
    free(zeros);
    free(a);
}

/* What looks like headers is looked at once, however much of it there is. */
TEST(package, signatures_without_end) {
    enum { SIZE = 32 << 20 };
    char *data = malloc(SIZE);
    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < SIZE; i += 4)
        memcpy(data + i, "PK\3\4", 4);
    xtr__zip *zip;
    bare_job *job = open_bytes(data, SIZE);
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_E_CORRUPT);
    bare_job_close(job);
    for (size_t i = 0; i < SIZE; i += 4)
        memcpy(data + i, "PK\7\10", 4);
    memcpy(data, "PK\3\4\24\0\10\0\10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a", 31);
    job = open_bytes(data, SIZE);
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    ck_assert_uint_eq(xtr__zip_count(zip), 1);
    xtr__zip_drop(zip);
    bare_job_close(job);
    free(data);
}

TEST(package, no_archive) {
    bare_job *job = open_bytes("PK, but no more", 15);
    xtr__zip *zip;
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_E_CORRUPT);
    ck_assert_ptr_null(zip);
    bare_job_close(job);
}

/* XML --------------------------------------------------------------------------------------- */

enum { BODY = 1, PARAGRAPH, VALUE, PLAIN };

static const xtr__xml_space spaces[] = {{"w", "urn:word"}, {"w", "urn:strict"}};
static const xtr__xml_name listed[] = {
    {"w:body", BODY}, {"w:p", PARAGRAPH}, {"w:val", VALUE}, {"val", PLAIN}};

static void log_begin(void *payload, const xtr__xml_element *e) {
    char *log = payload;
    const char *value = xtr__xml_attribute_of(e, VALUE);
    const char *plain = xtr__xml_attribute_of(e, PLAIN);
    sprintf(log + strlen(log), "<%d%s%s%s%s>", e->id, value ? " w=" : "", value ? value : "",
            plain ? " =" : "", plain ? plain : "");
}

static void log_end(void *payload, int id, const char *name) {
    char *log = payload;
    sprintf(log + strlen(log), "</%s%d>", id ? "" : name, id);
}

static void log_text(void *payload, const char *text, size_t size) {
    strncat(payload, text, size);
}

static void expect_events(const char *xml, int code, const char *events) {
    char log[4096] = "";
    bare_job *job = open_bytes(xml, strlen(xml));
    xtr__xml_handler handler = {
        .names = xtr__xml_names_new(spaces, 2, listed, sizeof listed / sizeof *listed),
        .begin = log_begin,
        .end = log_end,
        .text = log_text};
    ck_assert_int_eq(xtr__xml_parse_bytes(&job->job, xml, strlen(xml), &handler, log), code);
    ck_assert_str_eq(log, events);
    *log = 0;
    ck_assert_int_eq(xtr__xml_parse_input(&job->job, &handler, log), code);
    ck_assert_str_eq(log, events);
    xtr__xml_names_drop((xtr__xml_names *)(uintptr_t)handler.names);
    bare_job_close(job);
}

TEST(package, names_whatever_the_prefix) {
    expect_events("<x:body xmlns:x='urn:word'><x:p x:val='1' val='2'>a &amp; b</x:p></x:body>",
                  XTR_OK, "<1><2 w=1 =2>a & b</2></1>");
    expect_events("<body xmlns='urn:strict'><p val='2'/></body>", XTR_OK, "<1><2 =2></2></1>");
    expect_events("<w:body xmlns:w='urn:other'/>", XTR_OK, "<0></body0>");
}

TEST(package, attributes_are_decoded) {
    expect_events("<a val='a &amp; b&#38;#38; &lt;&#x4C;'/>", XTR_OK, "<0 =a & b&#38; <L></a0>");
}

TEST(package, damage_keeps_what_came_before) {
    expect_events("<a><b>text", XTR_E_CORRUPT, "<0><0>text</b0></a0>");
    expect_events("<a>one &nobody; two</a>", XTR_OK, "<0>one  two</a0>");
    expect_events("<a>1 & 2 &&amp; 3 &eacute;</a>", XTR_OK, "<0>1  2 & 3 \u00E9</a0>");
    expect_events("<a/><b>more</b>", XTR_E_CORRUPT, "<0></a0>");
    expect_events("no XML", XTR_E_CORRUPT, "");
}

/* The names of HTML, with a document type elsewhere or with none. */
TEST(package, named_characters_are_known) {
    expect_events("<a val='caf&eacute; &mdash;&#38;mdash; &nobody;'>a&nbsp;b &hellip;&rarr;</a>",
                  XTR_OK, "<0 =caf\u00E9 \u2014&mdash; >a\u00A0b \u2026\u2192</a0>");
    expect_events("<x:p xmlns:x='urn:word' x:val='caf&eacute; &mdash;&#38;mdash; &nobody;'/>",
                  XTR_OK, "<2 w=caf\u00E9 \u2014&mdash; ></2>");
    expect_events("<!DOCTYPE article PUBLIC 'x' 'x.dtd'><a>caf&eacute; &amp; tea</a>", XTR_OK,
                  "<0>caf\u00E9 & tea</a0>");
}

TEST(package, entities_are_nothing) {
    expect_events("<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;\"><!ENTITY f SYSTEM "
                  "\"/etc/passwd\"><!ATTLIST a val CDATA \"x\">]><a>&m;&f;.</a>",
                  XTR_OK, "<0>.</a0>");
}

TEST(package, depth) {
    enum { DEEP = 120 };
    char xml[DEEP * 8] = "";
    for (int i = 0; i < DEEP; i++)
        strcat(xml, "<a>");
    strcat(xml, "deep");
    for (int i = 0; i < DEEP; i++)
        strcat(xml, "</a>");
    char events[4096] = "";
    for (int i = 0; i < XTR__XML_DEPTH; i++)
        strcat(events, "<0>");
    for (int i = 0; i < XTR__XML_DEPTH; i++)
        strcat(events, "</a0>");
    expect_events(xml, XTR_E_LIMIT, events);
}

/* What comes of a document with `count` of the same, numbered, between `head` and `tail`. */
static void expect_crowd(const char *head, const char *each, int count, const char *tail,
                         const char *events) {
    size_t room = strlen(head) + strlen(tail) + (size_t)count * (strlen(each) + 8) + 1;
    char *xml = malloc(room);
    ck_assert_ptr_nonnull(xml);
    char *at = xml + sprintf(xml, "%s", head);
    for (int i = 0; i < count; i++)
        at += sprintf(at, each, i);
    sprintf(at, "%s", tail);
    expect_events(xml, XTR_E_LIMIT, events);
    free(xml);
}

/* The parser compares each with all before it. */
TEST(package, crowds_of_attributes) {
    enum { MANY = 1000000, FEW = 20000 };
    expect_crowd("<a>one<b", " c%d=''", MANY, "/>two</a>", "<0>one</a0>");
    expect_crowd("<a>one<b", " xmlns:c%d='d'", MANY / 2, "/>two</a>", "<0>one</a0>");
    expect_crowd("<!DOCTYPE a [", "<!ATTLIST b c%d CDATA 'd'>", FEW, "]><a>one<b/>two</a>",
                 "<0>one<0></b0>two</a0>");
}

TEST(package, part_as_xml) {
    archive *a = two_parts();
    finish(a);
    bare_job *job = open_bytes(a->data, a->size);
    xtr__zip *zip;
    char log[256] = "";
    const xtr__xml_handler handler = {.begin = log_begin, .end = log_end, .text = log_text};
    ck_assert_int_eq(xtr__zip_open(&zip, &job->job), XTR_OK);
    ck_assert_int_eq(xtr__xml_parse_part(&job->job, zip, 0, &handler, log), XTR_OK);
    ck_assert_str_eq(log, "<0>one one one one one one</a0>");
    xtr__zip_drop(zip);
    ck_assert_uint_eq(job->job.memory.used, 0);
    bare_job_close(job);
    free(a);
}

/* Open Packaging Conventions ---------------------------------------------------------------- */

static const char package_relations[] =
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='r1' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/"
    "officeDocument' Target='/word/document.xml'/>"
    "<Relationship Id='r2' Type='x/core-properties' Target='docProps/core.xml'/></Relationships>";
static const char part_relations[] =
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
    "<Relationship Id='a' Type='x/image' Target='../media/./p%2Ebin#x'/>"
    "<Relationship Id='b' Type='x/hyperlink' Target='http://a/' TargetMode='External'/>"
    "</Relationships>";
static const char core[] =
    "<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/"
    "core-properties' xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title> A title\n</dc:title>"
    "<cp:keywords>one, two</cp:keywords></cp:coreProperties>";

TEST(package, relations_and_properties) {
    archive *a = two_parts();
    add(a, "_rels/.rels", true, package_relations, sizeof package_relations - 1);
    add(a, "word/_rels/document.xml.rels", true, part_relations, sizeof part_relations - 1);
    add(a, "docProps/core.xml", true, core, sizeof core - 1);
    finish(a);
    bare_job *job = open_bytes(a->data, a->size);
    xtr__zip *zip;
    size_t part;
    xtr__opc_relations relations;
    ck_assert_int_eq(xtr__opc_open(&zip, &part, &job->job), XTR_OK);
    ck_assert_uint_eq(part, 0);
    ck_assert_int_eq(xtr__opc_relations_read(&relations, &job->job, zip, 0), XTR_OK);
    ck_assert_uint_eq(relations.count, 2);
    ck_assert_int_eq(xtr__opc_by_id(&relations, "a")->part, 1);
    ck_assert(xtr__opc_by_type(&relations, "hyperlink")->external);
    ck_assert_str_eq(xtr__opc_by_id(&relations, "b")->target, "http://a/");
    ck_assert_ptr_null(xtr__opc_by_id(&relations, NULL));
    xtr__document *document = xtr__builder_finish(job->job.builder);
    const xtr__fact *facts = XTR__ITEMS(document, metadata, xtr__fact);
    ck_assert_uint_eq(document->metadata.count, 2);
    ck_assert_str_eq(xtr__document_string(document, facts[0].value), "A title");
    ck_assert_str_eq(xtr__document_string(document, facts[1].key), "keywords");
    xtr_free(document);
    xtr__opc_relations_free(&relations);
    xtr__zip_drop(zip);
    bare_job_close(job);
    free(a);
}
