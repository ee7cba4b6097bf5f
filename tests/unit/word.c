/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Word and OpenDocument text, as fixtures/make_word.py makes them. */
#include "container/latex.h"
#include "container/numerals.h"
#include "container/opendocument.h"
#include "container/style_names.h"
#include "container/symbol.h"
#include "document/buffer.h"
#include "docx/docx.h"
#include "extract.h"
#include "job.h"
#include "zipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *json_of(const char *name, const char *option, const char *value) {
    const char *const settings[] = {option, value, NULL};
    return extract_json(xtr_source_new_path(fixture(name)), 1, settings);
}

static void expect_part(const char *json, const char *part) {
    ck_assert_msg(strstr(json, part) != NULL, "no %s in %s", part, json);
}

static void expect_no_part(const char *json, const char *part) {
    ck_assert_msg(!strstr(json, part), "%s in %s", part, json);
}

static void expect_numeral(int value, const char *format, const char *expected) {
    char out[32];
    xtr__numeral(out, sizeof out, value, format);
    ck_assert_str_eq(out, expected);
}

TEST(word, numerals) {
    expect_numeral(1994, "upperRoman", "MCMXCIV");
    expect_numeral(28, "lowerLetter", "bb");
    expect_numeral(7, "decimalZero", "07");
    expect_numeral(112, "ordinal", "112th");
    expect_numeral(3, "decimalEnclosedCircle", "③");
    expect_numeral(21, "chineseCounting", "二十一");
    expect_numeral(2, "russianLower", "б");
    expect_numeral(5, "bullet", "");
    expect_numeral(0, "lowerRoman", "0");
    expect_numeral(5, "what is that", "5");
}

static void expect_kind(const char *name, xtr__style_kind expected, int expected_level) {
    xtr__style_kind kind = XTR__STYLE_PLAIN;
    int level = -1;
    xtr__style_name(&kind, &level, name);
    ck_assert_int_eq(kind, expected);
    ck_assert_int_eq(level, expected_level);
}

TEST(word, names_of_styles) {
    expect_kind("heading 1", XTR__STYLE_HEADING, 0);
    expect_kind("Überschrift 3", XTR__STYLE_HEADING, 2);
    expect_kind("Heading", XTR__STYLE_PLAIN, -1);
    expect_kind("heading 12", XTR__STYLE_PLAIN, -1);
    expect_kind("Title", XTR__STYLE_TITLE, -1);
    expect_kind("Preformatted Text", XTR__STYLE_CODE, -1);
    ck_assert(xtr__style_is_mono("Courier New"));
    ck_assert(!xtr__style_is_mono("Cambria"));
}

TEST(word, symbols) {
    ck_assert_uint_eq(xtr__symbol("Symbol", 0xF061), 0x3B1);
    ck_assert_uint_eq(xtr__symbol("Wingdings", 0xF0FC), 0x2713);
    ck_assert_uint_eq(xtr__symbol("Wingdings", 0xF021), 0);
    ck_assert_uint_eq(xtr__symbol("Symbol", 0x1F), 0);
    size_t length;
    ck_assert_str_eq(xtr__latex_letter("∑x", 4, &length), "\\sum ");
    ck_assert_uint_eq(length, 3);
    ck_assert_str_eq(xtr__latex_letter("𝑥", 4, NULL), "x");
    ck_assert_ptr_null(xtr__latex_letter("x", 1, NULL));
}

TEST(word, what_scripts_hang_on) {
    static const char *const ones[] = {"x", "\\alpha ", "10", "2.5"};
    static const char *const others[] = {"",  "ab", "\\alpha x", "\\alpha\\beta", "\\frac{1}{2}",
                                         "1a"};
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++)
        ck_assert_msg(xtr__latex_is_one(ones[i], strlen(ones[i])), "%s", ones[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(!xtr__latex_is_one(others[i], strlen(others[i])), "%s", others[i]);
    ck_assert_str_eq(xtr__latex_accent("¯", 2, false), "\\bar");
    ck_assert_str_eq(xtr__latex_accent("\\rightarrow", 11, true), "\\overrightarrow");
    ck_assert_ptr_null(xtr__latex_accent("x", 1, false));
}

TEST(word, accepted_changes_and_hidden_text) {
    char *json = json_of("word/report.docx", "format", "text");
    expect_part(json, "Kept new ≥\\tx\\ny");
    expect_part(json, "Ends here.");
    expect_no_part(json, "hidden");
    expect_no_part(json, "PAGE");
    free(json);
}

TEST(word, boxes_come_once) {
    char *json = json_of("word/report.docx", "format", "markdown");
    const char *first = strstr(json, "In a box.");
    ck_assert_ptr_nonnull(first);
    const char *elements = strstr(json, "\"elements\"");
    const char *again = strstr(elements, "In a box.");
    ck_assert_ptr_nonnull(again);
    ck_assert_ptr_null(strstr(again + 1, "In a box."));
    free(json);
}

TEST(word, formulas) {
    char *json = json_of("word/report.docx", "format", "text");
    expect_part(json, "Inline \\\\frac{a}{b^{2}}.");
    expect_part(json, "\"type\":\"formula\"");
    free(json);
    json = json_of("word/report.odt", "format", "text");
    expect_part(json, "\\\\frac{a}{b^{2}}");
    free(json);
}

/* What is shown twice is written once, and what is in a cell behind the table. */
TEST(word, charts) {
    char *json = json_of("word/chart.docx", "format", "markdown");
    expect_part(json, "Before.\\n\\n![Bars](image)\\n\\nSales by region\\n\\n"
                      "| Region | 2024 | Share |\\n| --- | --- | --- |\\n"
                      "| North | 4.3 | 12.5% |\\n");
    expect_part(json, "| x | Bars |\\n\\nLosses by region\\n\\n| Region |");
    const char *first = strstr(json, "Sales by region"), *after = strstr(json, "After.");
    ck_assert(first < after);
    const char *content_end = strstr(json, "Last.");
    ck_assert(!memmem(after, (size_t)(content_end - after), "Sales by region", 15));
    free(json);
}

TEST(word, heads_and_feet_are_furniture) {
    char *json = json_of("word/report.odt", "furniture", "drop");
    expect_part(json, "\"type\":\"header\",\"text\":\"Running head\"");
    expect_part(json, "\"type\":\"footer\",\"text\":\"Foot\"");
    ck_assert_ptr_null(memmem(json, 60, "Running head", 12));
    expect_no_part(json, "deleted");
    free(json);
}

TEST(word, editions_give_the_same) {
    char *transitional = json_of("word/report.docx", "format", "markdown");
    char *strict = json_of("word/strict.docx", "format", "markdown");
    ck_assert_str_eq(transitional, strict);
    free(strict);
    free(transitional);
}

/* In this order in a damaged document. */
TEST(word, cells_that_do_not_fit) {
    bare_job *job = bare_job_open(xtr_source_new_copy("x", 1));
    ck_assert_ptr_nonnull(job);
    xtr__story_store store = {.job = &job->job, .builder = job->job.builder};
    xtr__story_table *table = xtr__story_table_new(&store);
    xtr__story_cell_end(table);
    xtr__story_row_begin(table);
    xtr__story_cell_begin(table);
    xtr__story_add(&store, xtr__story_cell_text(table), "a", 1, 0, 0);
    xtr__story_cell_begin(table);
    xtr__story_add(&store, xtr__story_cell_text(table), "b", 1, 0, 0);
    xtr__story_cell_end(table);
    xtr__story_cell_end(table);
    xtr__story_row_end(table);
    xtr__story_table_write(table, false);
    xtr__story_table_drop(table);
    xtr__document *document = xtr__builder_finish(job->job.builder);
    ck_assert_uint_eq(document->cells.count, 2);
    xtr_free(document);
    xtr__story_store_end(&store);
    bare_job_close(job);
}

/* The text of a document that is one part of a package. */
static char *text_of_part(const char *mime_type, const char *part, const char *xml) {
    const char *const settings[] = {"mime_type", mime_type, "isolation", "thread", NULL};
    archive *a = calloc(1, sizeof *a);
    ck_assert_ptr_nonnull(a);
    add(a, part, true, xml, strlen(xml));
    finish(a);
    char *json = extract_json(xtr_source_new_copy(a->data, a->size), 1, settings);
    free(a);
    return json;
}

TEST(word, charts_of_opendocument) {
    char *json = json_of("word/chart.odt", "format", "text");
    expect_part(json, "Before.\\n\\nSales by region\\n\\n\\tSales\\nNorth\\t4.3\\n\\n"
                      "Cell\\n\\nLosses by region\\n\\n\\tSales\\nNorth\\t4.3\\n\\n"
                      "After.\\n\\nLast.");
    expect_part(json, "\"status\":\"complete\"");
    free(json);
}

/* A document that is one chart, of which this is inside. */
static char *json_of_chart(const char *inside, const char *max_memory) {
    const char *const settings[] = {
        "mime_type",  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "isolation",  "thread",
        "max_memory", max_memory,
        NULL};
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define CHART  "http://schemas.openxmlformats.org/drawingml/2006/chart"
    static const char document[] =
        "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' "
        "xmlns:r='" OFFICE "' xmlns:c='" CHART "'><w:body><w:p><w:r><w:drawing>"
        "<c:chart r:id='a'/></w:drawing></w:r></w:p></w:body></w:document>";
    static const char relations[] =
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
        "<Relationship Id='a' Type='" OFFICE "/chart' Target='chart.xml'/></Relationships>";
    static const char start[] = "<c:chartSpace xmlns:c='" CHART "'>", end[] = "</c:chartSpace>";
    size_t size = strlen(inside) + sizeof start + sizeof end;
    char *chart = malloc(size);
    archive *a = calloc(1, sizeof *a);
    ck_assert(a && chart);
    snprintf(chart, size, "%s%s%s", start, inside, end);
    add(a, "word/document.xml", true, document, sizeof document - 1);
    add(a, "word/_rels/document.xml.rels", true, relations, sizeof relations - 1);
    add(a, "word/chart.xml", true, chart, strlen(chart));
    finish(a);
    char *json = extract_json(xtr_source_new_copy(a->data, a->size), 1, settings);
    free(a);
    free(chart);
    return json;
}

/* A value far down costs a row, not all that are above it. */
TEST(word, charts_with_few_values) {
    char *json = json_of_chart(
        "<c:chart><c:plotArea><c:pieChart><c:ser><c:val><c:numLit><c:pt idx='5'><c:v>1</c:v></c:pt>"
        "<c:pt idx='19999'><c:v>2</c:v></c:pt></c:numLit></c:val></c:ser></c:pieChart>"
        "</c:plotArea></c:chart>",
        "0");
    expect_part(json, "\"rows\":3,\"columns\":2,");
    expect_part(json, "\"status\":\"complete\"");
    free(json);
}

static char *chart_of_values(const char *code, const char *value) {
    char inside[800];
    snprintf(inside, sizeof inside,
             "<c:date1904/><c:chart><c:plotArea><c:barChart><c:ser>"
             "<c:cat><c:strLit><c:pt idx='0'><c:v>0.50</c:v></c:pt></c:strLit></c:cat>"
             "<c:val><c:numLit><c:formatCode>%s</c:formatCode>"
             "<c:pt idx='0'><c:v>%s</c:v></c:pt></c:numLit></c:val>"
             "</c:ser></c:barChart></c:plotArea></c:chart>",
             code, value);
    return json_of_chart(inside, "0");
}

/* By their number formats; what is text stays as it is, also when it looks like a number. */
TEST(word, charts_show_values_as_they_are) {
    static const char *const cases[][3] = {{"General", "4.2999999999999998", "4.3"},
                                           {"#,##0.00\"kg\"", "1234.5", "1,234.50kg"},
                                           {"0.0%", "0.125", "12.5%"},
                                           {"yyyy-mm-dd", "1", "1904-01-02"},
                                           {"[$-409]mmm\\ yy", "0", "Jan 04"},
                                           {"General", "n/a", "n/a"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *json = chart_of_values(cases[i][0], cases[i][1]);
        char truth[80];
        snprintf(truth, sizeof truth, "\"content\":\"\\t\\n0.50\\t%s", cases[i][2]);
        expect_part(json, truth);
        free(json);
    }
}

/* Far places cost memory, few values or not. */
TEST(word, charts_are_memory_of_the_job) {
    enum { SERIES = 250 };
    xtr__buffer inside = {0};
    xtr__puts(&inside, "<c:chart><c:plotArea><c:pieChart>");
    for (int i = 0; i < SERIES; i++)
        xtr__puts(&inside, "<c:ser><c:val><c:numLit><c:pt idx='19999'><c:v>1</c:v></c:pt>"
                           "</c:numLit></c:val></c:ser>");
    xtr__puts(&inside, "</c:pieChart></c:plotArea></c:chart>");
    char *text = xtr__buffer_take(&inside, NULL);
    char *json = json_of_chart(text, "12MB");
    expect_part(json, "a chart was cut: out of memory");
    free(json);
    json = json_of_chart(text, "0");
    expect_part(json, "\"status\":\"complete\"");
    free(json);
    free(text);
}

TEST(word, charts_say_what_they_leave_out) {
    char *json = json_of_chart(
        "<c:chart><c:plotArea><c:pieChart><c:ser><c:val><c:numLit><c:pt idx='0'><c:v>1</c:v></c:pt>"
        "<c:pt idx='20000'><c:v>2</c:v></c:pt></c:numLit></c:val></c:ser></c:pieChart>"
        "</c:plotArea></c:chart>",
        "0");
    expect_part(json, "a series of a chart was cut at 20000 values");
    expect_part(json, "\"status\":\"partial\"");
    free(json);
    xtr__buffer inside = {0};
    xtr__puts(&inside, "<c:chart><c:plotArea><c:pieChart>");
    for (int i = 0; i < 256; i++)
        xtr__puts(&inside, "<c:ser><c:val/></c:ser>");
    xtr__puts(&inside, "</c:pieChart></c:plotArea></c:chart>");
    char *text = xtr__buffer_take(&inside, NULL);
    json = json_of_chart(text, "0");
    expect_part(json, "a chart was cut at 255 series");
    expect_part(json, "\"status\":\"partial\"");
    free(text);
    free(json);
}

/* Columns that are passed over inside of a cell would put it outside of the grid. */
TEST(word, columns_passed_over_in_a_cell) {
    char *json = text_of_part(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "word/document.xml",
        "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
        "<w:body><w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>"
        "<w:p><w:r><w:t>first</w:t></w:r></w:p><w:gridBefore w:val='1024'/>"
        "<w:gridBefore w:val='1024'/><w:gridBefore w:val='1024'/></w:tc>"
        "<w:tc><w:p><w:r><w:t>second</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body>"
        "</w:document>");
    expect_part(json, "first");
    expect_part(json, "second");
    free(json);
    json = text_of_part(
        "application/vnd.oasis.opendocument.text", "content.xml",
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' "
        "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0'><office:body><office:text>"
        "<table:table><table:table-row><table:table-cell><text:p>first</text:p>"
        "<table:covered-table-cell table:number-columns-repeated='1024'/>"
        "<table:covered-table-cell table:number-columns-repeated='1024'/></table:table-cell>"
        "<table:table-cell><text:p>second</text:p></table:table-cell>"
        "</table:table-row></table:table></office:text></office:body>"
        "</office:document-content>");
    expect_part(json, "first");
    expect_part(json, "second");
    free(json);
}

/* However often, columns that are passed over lead no further than to the last. */
TEST(word, columns_without_end) {
    bare_job *job = bare_job_open(xtr_source_new_copy("x", 1));
    ck_assert_ptr_nonnull(job);
    xtr__story_store store = {.job = &job->job, .builder = job->job.builder};
    xtr__story_table *table = xtr__story_table_new(&store);
    xtr__story_row_begin(table);
    for (uint32_t i = 0; i < 1 << 22; i++) /* times 1024 is 2^32 */
        xtr__story_row_skip(table, 1024);
    xtr__story_cell_begin(table);
    xtr__story_add(&store, xtr__story_cell_text(table), "a", 1, 0, 0);
    xtr__story_row_end(table);
    xtr__story_table_write(table, false);
    xtr__story_table_drop(table);
    xtr__document *document = xtr__builder_finish(job->job.builder);
    ck_assert_uint_eq(document->cells.count, 0);
    xtr_free(document);
    xtr__story_store_end(&store);
    bare_job_close(job);
}

TEST(word, tables_give_their_memory_back) {
    enum { TABLES = 20, PIECES = 1 << 10, PIECE = 1 << 10, STEP = 256 << 10 /* of charges */ };
    static const char piece[PIECE];
    bare_job *job = bare_job_open(xtr_source_new_copy("x", 1));
    ck_assert_ptr_nonnull(job);
    xtr__story_store store = {.job = &job->job, .builder = job->job.builder};
    uint64_t before = job->job.memory.used;
    for (int i = 0; i < TABLES; i++) {
        xtr__story_table *table = xtr__story_table_new(&store);
        xtr__story_row_begin(table);
        for (unsigned k = 0; k < PIECES; k++) {
            xtr__story_cell_begin(table);
            xtr__story_add(&store, xtr__story_cell_text(table), piece, PIECE, k, 0);
        }
        ck_assert_uint_ge(job->job.memory.used, before + (uint64_t)PIECES * PIECE / 2);
        xtr__story_table_drop(table);
        ck_assert_uint_le(job->job.memory.used, before + STEP);
    }
    ck_assert(!store.failed);
    xtr__story_store_end(&store);
    ck_assert_uint_eq(job->job.memory.used, before);
    bare_job_close(job);
}

/* Many small texts count as one large one does. */
TEST(word, small_texts_are_memory_of_the_job) {
    enum { TEXTS = 50000, STEP = 256 << 10 };
    bare_job *job = bare_job_open(xtr_source_new_copy("x", 1));
    xtr__story *texts = calloc(TEXTS, sizeof *texts);
    ck_assert(job && texts);
    xtr__story_store store = {.job = &job->job, .builder = job->job.builder};
    for (size_t i = 0; i < TEXTS; i++)
        xtr__story_add(&store, &texts[i], "a", 1, 0, 0);
    ck_assert_uint_ge(job->job.memory.used + STEP, (uint64_t)TEXTS * 64);
    for (size_t i = 0; i < TEXTS; i++)
        xtr__story_free(&store, &texts[i]);
    ck_assert_uint_le(job->job.memory.used, STEP);
    xtr__story_store_end(&store);
    ck_assert_uint_eq(job->job.memory.used, 0);
    free(texts);
    bare_job_close(job);
}

TEST(word, names_of_opendocument) {
    char name[32];
    xtr__opendocument_style_name(name, sizeof name, "Heading_20_1");
    ck_assert_str_eq(name, "Heading 1");
    xtr__opendocument_style_name(name, sizeof name, "_zz_a_2");
    ck_assert_str_eq(name, "_zz_a_2");
    xtr__opendocument_style_name(name, 4, "abcdef");
    ck_assert_str_eq(name, "abc");
}

/* Documents made here ------------------------------------------------------------------------ */

#define W_NAMESPACE "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
#define RELATIONSHIPS \
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"

static void add_text(archive *a, const char *name, const char *text) {
    add(a, name, true, text, strlen(text));
}

/* A document with this body, and with one more part, whose root and type these are. */
static xtr_source *docx_of(const char *body, const char *type, const char *root, const char *part) {
    archive *a = calloc(1, sizeof *a);
    char *text;
    char name[64];
    ck_assert_ptr_nonnull(a);
    add_text(a, "_rels/.rels",
             RELATIONSHIPS "<Relationship Id='a' Type='x/officeDocument' "
                           "Target='word/document.xml'/></Relationships>");
    ck_assert_int_gt(asprintf(&text,
                              RELATIONSHIPS "<Relationship Id='a' Type='x/%s' Target='%s.xml'/>"
                                            "</Relationships>",
                              type, type),
                     0);
    add_text(a, "word/_rels/document.xml.rels", text);
    free(text);
    ck_assert_int_gt(
        asprintf(&text, "<w:document " W_NAMESPACE "><w:body>%s</w:body></w:document>", body), 0);
    add_text(a, "word/document.xml", text);
    free(text);
    ck_assert_int_gt(asprintf(&text, "<w:%s " W_NAMESPACE ">%s</w:%s>", root, part, root), 0);
    snprintf(name, sizeof name, "word/%s.xml", type);
    add_text(a, name, text);
    free(text);
    finish(a);
    xtr_source *source = xtr_source_new_copy(a->data, a->size);
    free(a);
    return source;
}

static void expect_docx(xtr_source *source, const char *truth) {
    const char *const settings[] = {"format", "text", NULL};
    char *json = extract_json(source, 1, settings);
    expect_part(json, truth);
    free(json);
}

#define P(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"

/* Many definitions, so that they move while one of a level is open. */
TEST(word, definitions_of_lists_do_not_nest) {
    enum { DEFINITIONS = 40, LONGEST = 80 };
    char part[DEFINITIONS * LONGEST + 256] =
        "<w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'>";
    for (int i = 1; i < DEFINITIONS; i++)
        strcat(part, "<w:abstractNum w:abstractNumId='9'/><w:lvlText w:val='lost'/>");
    strcat(part, "</w:lvl></w:abstractNum><w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'>"
                 "<w:lvlText w:val='%1)'/></w:lvl></w:abstractNum>"
                 "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>");
    expect_docx(docx_of("<w:p><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr>"
                        "<w:r><w:t>item</w:t></w:r></w:p>",
                        "numbering", "numbering", part),
                "1) item");
}

TEST(word, signs_of_fonts) {
    expect_docx(docx_of("<w:p><w:r><w:sym w:font='Wingdings' w:char='F04B'/>"
                        "<w:sym w:font='Segoe UI Symbol' w:char='2708'/>"
                        "<w:sym w:font='Wingdings 2' w:char='F021'/></w:r></w:p>",
                        "settings", "settings", ""),
                "😐✈\xEF\xBF\xBD");
}

TEST(word, blocks_in_properties_are_none) {
    expect_docx(docx_of("<w:p><w:pPr><w:p/><w:tbl><w:tr><w:tc/></w:tr></w:tbl></w:pPr><w:r><w:rPr>"
                        "<w:tbl/><w:p/></w:rPr><w:t>one</w:t></w:r></w:p><w:tbl><w:tr><w:tc>" P(
                            "two") "</w:tc><w:tc>" P("three") "</w:tc></w:tr></w:tbl>" P("four"),
                        "settings", "settings", ""),
                "one\\n\\ntwo\\tthree\\n\\nfour");
}

/* A search through all notes for each mark would take minutes. */
TEST(word, many_notes_are_found) {
    enum { NOTES = 100000 };
    char *body, *part;
    size_t size;
    FILE *marks = open_memstream(&body, &size), *notes = open_memstream(&part, &size);
    for (int i = NOTES; i--;) {
        fprintf(marks, "<w:p><w:footnoteReference w:id='%d'/></w:p>", i);
        fprintf(notes, "<w:footnote w:id='%d'>" P("n%d") "</w:footnote>", NOTES - i, NOTES - i);
    }
    fclose(marks);
    fclose(notes);
    const char *const settings[] = {"format", "text", NULL};
    char *json = extract_json(docx_of(body, "footnotes", "footnotes", part), 1, settings);
    ck_assert_ptr_nonnull(strstr(json, "100000\\n\\n1 n99999\\n\\n2 n99998\\n"));
    free(json);
    free(body);
    free(part);
}
