/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentations: what comes of the documents of fixtures/make_slides.py, and the order, numbers and
 * bullets of slides whatever their format. */
#include "compound.h"
#include "extract.h"
#include "pptx/slide.h"
#include "zipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *content_of(const char *name, const char *format) {
    char path[512];
    snprintf(path, sizeof path, "%s/slides/%s", XTR_FIXTURES, name);
    xtr_source *source = xtr_source_new_path(path);
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    xtr_error error = {0};
    ck_assert_int_eq(xtr_options_set(options, "format", format, NULL), XTR_OK);
    xtr_extract(&result, NULL, source, options, &error);
    ck_assert_msg(result != NULL, "%s", error.message);
    size_t size;
    const char *content = xtr_result_content(result, &size);
    char *copy = strndup(content, size);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return copy;
}

static char *json_of(const char *name, const char *const *settings) {
    char path[512];
    snprintf(path, sizeof path, "%s/slides/%s", XTR_FIXTURES, name);
    return extract_json(xtr_source_new_path(path), 1, settings);
}

static void expect_in(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part) != NULL, "%s\nis not in\n%s", part, text);
}

static void expect_not_in(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part) == NULL, "%s\nis in\n%s", part, text);
}

TEST(slides, titles_lists_and_styles) {
    char *text = content_of("deck.pptx", "markdown");
    expect_in(text, "# One deck, two lines\n\nAll about slides\n\nBelow\n\n> Say hello.");
    expect_in(text, "- First\n  - Second\n    - Third\n\nNo bullet\n\n- Back\n");
    expect_in(text, "4. Four\n   - a) Deep\n   - b) Deeper\n5. Five\n- I. Roman\n");
    expect_in(text, "**bold** and *italic* and ~~struck~~ and "
                    "[linked](https://example.org/?a=1&b=2) x² H₂O next");
    expect_not_in(text, "Click to edit");
    expect_not_in(text, "Not for sale");
    free(text);
}

TEST(slides, shapes_in_reading_order) {
    char *text = content_of("deck.pptx", "text");
    expect_in(text, "Left, part 1\n\nLeft, part 2\n\nLeft below\n\nRight above\n\nRight below\n\n"
                    "Bottom line\n");
    free(text);
}

TEST(slides, table_with_spans) {
    char *text = content_of("deck.pptx", "html");
    expect_in(text, "<th scope=\"col\" colspan=\"2\">Size</th>");
    expect_in(text, "<td rowspan=\"2\">Oak</td>");
    free(text);
}

TEST(slides, charts_diagrams_and_alternatives) {
    char *text = content_of("deck.pptx", "markdown");
    expect_in(text, "Sales by region\n\n| Region | 2024 | Share |\n| --- | --- | --- |\n"
                    "| North | 4.3 | 12.5% |\n| South | 2.5 |  |\n| East | -0.5 | 100.0% |\n");
    expect_in(text, "| 2024-02-01 | 1E+21 |");
    expect_in(text, "- Plan\n  - Design\n  - Sketch\n- Build\n");
    expect_in(text, "$$\nE=mc^{2}\n$$");
    expect_not_in(text, "E equals");
    free(text);
}

TEST(slides, footers_are_furniture) {
    static const char *const settings[] = {NULL};
    char *json = json_of("deck.pptx", settings);
    expect_in(json, "\"type\":\"footer\",\"text\":\"7\"");
    expect_in(json, "\"type\":\"footer\",\"text\":\"Not for sale\"");
    expect_in(json, "\"label\":\"7\"");
    free(json);
}

TEST(slides, beside_the_text) {
    static const char *const settings[] = {NULL};
    char *json = json_of("deck.pptx", settings);
    expect_in(json, "\"text\":\"Too long?\",\"author\":\"Grace\",\"page_number\":1");
    expect_in(json, "\"text\":\"Really?\",\"author\":\"Linus\",\"page_number\":3");
    expect_in(json, "\"text\":\"Yes.\",\"author\":\"Linus\",\"page_number\":3");
    expect_in(json, "\"target_page\":1,\"page_number\":2");
    expect_in(json, "\"name\":\"book.xlsx\"");
    expect_in(json, "\"title\":\"A table\",\"level\":1,\"page_number\":4");
    expect_in(json, "\"title\":\"A deck\"");
    expect_in(json, "\"width\":20,\"height\":10,\"format\":\"png\"");
    free(json);
}

TEST(slides, pictures_with_their_words) {
    static const char *const settings[] = {"images", "extract", "format", "markdown",
                                           "pages",  "5",       NULL};
    char *json = json_of("deck.pptx", settings);
    expect_in(json, "![A grey square](page-5-image-1.png)");
    expect_in(json, "![](page-5-image-1.png)");
    expect_in(json, "![A sheet](page-5-image-1.png)");
    expect_in(json, "\"data\":");
    free(json);
}

TEST(slides, objects_are_children) {
    static const char *const settings[] = {"attachments", "extract", "pages", "5", NULL};
    char *json = json_of("deck.pptx", settings);
    const char *children = strstr(json, "\"children\":[{");
    ck_assert_ptr_nonnull(children);
    expect_in(children, "book.xlsx");
    free(json);
}

TEST(slides, some_pages) {
    static const char *const settings[] = {"pages", "4", NULL};
    char *json = json_of("deck.pptx", settings);
    expect_in(json, "\"number\":4");
    expect_not_in(json, "\"number\":5");
    expect_not_in(json, "One deck");
    free(json);
}

TEST(slides, threads_and_processes_agree) {
    static const char *const thread[] = {"isolation", "thread", "images", "extract", NULL};
    static const char *const process[] = {"isolation", "process", "images", "extract", NULL};
    char *a = json_of("deck.pptx", thread);
    char *b = json_of("deck.pptx", process);
    ck_assert_str_eq(a, b);
    free(a);
    free(b);
}

TEST(slides, strict_namespaces) {
    char *text = content_of("strict.pptx", "markdown");
    ck_assert_str_eq(text, "# Strictly\n\n- One\n");
    free(text);
}

TEST(slides, damage_keeps_the_rest) {
    static const char *const settings[] = {NULL};
    char *json = json_of("damaged.pptx", settings);
    expect_in(json, "\"status\":\"partial\"");
    expect_in(json, "slide 2 is missing");
    expect_in(json, "\"number\":3");
    free(json);
}

/* PowerPoint 97 to 2003: fixtures/make_ppt.py -------------------------------------------------- */

TEST(slides, binary_text_of_shapes_and_outline) {
    char *text = content_of("deck.ppt", "markdown");
    expect_in(text, "# One deck, two lines\n\nAll about slides\n\n"
                    "Page 3, **see** [**here**](https://example.org/) *or back*\n\n"
                    "![A grey square](image)\n\n> Say hello.\n\n> Then wait.\n");
    expect_in(text, "# Lists in the outline\n\n- First\n  - Second\n\nNone\n\n- Über\n");
    expect_in(text, "In a group\n\nIn a group, below\n");
    expect_not_in(text, "Replaced");
    free(text);
}

TEST(slides, binary_table) {
    char *text = content_of("deck.ppt", "html");
    expect_in(text, "<td colspan=\"2\">Wide</td><td rowspan=\"2\">Tall</td>");
    expect_in(text, "<td>a</td><td>b</td>");
    free(text);
}

TEST(slides, binary_beside_the_text) {
    static const char *const settings[] = {NULL};
    char *json = json_of("deck.ppt", settings);
    expect_in(json, "\"title\":\"Ein Vortrag\"");
    expect_in(json, "\"text\":\"Too long?\",\"author\":\"Grace\",\"page_number\":1");
    expect_in(json, "\"target_page\":1,\"page_number\":1");
    expect_in(json, "\"type\":\"footer\",\"text\":\"Not for sale\"");
    expect_in(json, "\"title\":\"A table\",\"level\":1,\"page_number\":3");
    free(json);
}

TEST(slides, binary_threads_and_processes_agree) {
    static const char *const thread[] = {"isolation", "thread", NULL};
    static const char *const process[] = {"isolation", "process", NULL};
    char *a = json_of("deck.ppt", thread);
    char *b = json_of("deck.ppt", process);
    ck_assert_str_eq(a, b);
    free(a);
    free(b);
}

TEST(slides, lost_edit_leads_to_the_one_before) {
    char *text = content_of("cut.ppt", "text");
    expect_in(text, "One deck, two lines");
    expect_in(text, "Replaced");
    free(text);
}

/* OpenDocument: fixtures/make_odp.py ---------------------------------------------------------- */

static const char open_text[] =
    "# One deck, two lines\n\nAll about slides\n\n"
    "**bold** and *italic* x²  [here](https://example.org/) page 1\n\n> Say hello.\n\n"
    "> Then wait.\n\n- First\n  - Second\n- Third\n\ngoes on\n\n3. Three\n   - (a) Deep\n4. "
    "Four\n\n"
    "Plain\n\nLeft\n\nRight\n\n";

TEST(slides, open_document) {
    char *text = content_of("deck.odp", "markdown");
    ck_assert_int_eq(strncmp(text, open_text, sizeof open_text - 1), 0);
    expect_in(text, "<th scope=\"col\" colspan=\"2\">Size</th>");
    expect_in(text, "<tr><td>Oak</td><td>x</td><td>x</td></tr>");
    expect_in(text, "Sales by region\n\n|  | Sales |\n| --- | --- |\n| North | 4.3 |\n");
    expect_in(text, "![A grey square](image)");
    expect_not_in(text, "Click to edit");
    free(text);
}

TEST(slides, flat_open_document) {
    char *text = content_of("deck.fodp", "markdown");
    ck_assert_int_eq(strncmp(text, open_text, sizeof open_text - 1), 0);
    free(text);
}

TEST(slides, open_document_beside_the_text) {
    static const char *const settings[] = {"images", "extract", NULL};
    char *json = json_of("deck.odp", settings);
    expect_in(json, "\"title\":\"A deck\"");
    expect_in(json, "\"keywords\":\"one, two\"");
    expect_in(json, "\"width\":720,\"height\":540");
    expect_in(json, "\"label\":\"Start\"");
    expect_in(json, "\"type\":\"footer\",\"text\":\"Not for sale\"");
    expect_in(json, "\"text\":\"Too long?\",\"author\":\"Grace\",\"page_number\":1");
    expect_in(json, "\"image\":\"page-3-image-1.png\"");
    free(json);
}

TEST(slides, open_document_threads_and_processes_agree) {
    static const char *const thread[] = {"isolation", "thread", NULL};
    static const char *const process[] = {"isolation", "process", NULL};
    char *a = json_of("deck.odp", thread);
    char *b = json_of("deck.odp", process);
    ck_assert_str_eq(a, b);
    free(a);
    free(b);
}

/* What slides have in common ------------------------------------------------------------------ */

static void expect_order(const xtr_box *boxes, size_t count, const char *expected) {
    uint32_t order[16];
    char got[17] = "";
    xtr__slide_order(boxes, count, order);
    for (size_t i = 0; i < count; i++)
        got[i] = (char)('a' + order[i]);
    got[count] = '\0';
    ck_assert_str_eq(got, expected);
}

TEST(slides, order) {
    /* Two columns under a heading over both, and what is nowhere behind the one before it. */
    const xtr_box columns[] = {{300, 100, 500, 200}, {0, 100, 200, 200},   {0, 0, 0, 0},
                               {0, 210, 200, 300},   {300, 210, 500, 300}, {0, 0, 500, 40}};
    expect_order(columns, 6, "fbcdae");
    /* Rows that are farther apart than their columns. */
    const xtr_box rows[] = {
        {120, 300, 220, 400}, {0, 300, 100, 400}, {120, 0, 220, 100}, {0, 0, 100, 100}};
    expect_order(rows, 4, "dcba");
    /* What overlaps stays as it is. */
    const xtr_box heap[] = {{0, 50, 100, 150}, {0, 0, 100, 100}};
    expect_order(heap, 2, "ab");
    expect_order(columns, 0, "");
}

static void expect_number(unsigned scheme, uint32_t n, const char *expected) {
    char marker[24];
    xtr__slide_number(marker, sizeof marker, scheme, n);
    ck_assert_str_eq(marker, expected);
}

TEST(slides, numbers) {
    expect_number(xtr__slide_scheme("arabicPeriod"), 12, "12.");
    expect_number(xtr__slide_scheme("romanLcParenBoth"), 1994, "(mcmxciv)");
    expect_number(xtr__slide_scheme("alphaUcParenR"), 28, "BB)");
    expect_number(xtr__slide_scheme("arabicPlain"), 0, "0");
    expect_number(xtr__slide_scheme("thaiNumPeriod"), 3, "3.");
    expect_number(4, 1000000, "(1000000)");
}

static void expect_bullet(uint32_t character, const char *font, const char *expected) {
    char bullet[12];
    xtr__slide_bullet(bullet, sizeof bullet, character, font);
    ck_assert_str_eq(bullet, expected);
}

TEST(slides, bullets) {
    expect_bullet(0xA7, "Wingdings", "▪");
    expect_bullet(0xF0FC, NULL, "✓");
    expect_bullet(0xB7, "Symbol", "•");
    expect_bullet(0x2013, "Arial", "–");
    expect_bullet(0x07, "Arial", "•");
    expect_bullet(0xD800, NULL, "•");
    expect_bullet(0x1F600, NULL, "😀");
}

/* Binary presentations made here -------------------------------------------------------------- */

/* What is written, record by record; a record that holds others is closed by close_record. */
typedef struct stream {
    unsigned char data[6 << 20];
    size_t size;
} stream;

static void put_bytes(stream *s, const void *data, size_t size) {
    ck_assert_uint_le(s->size + size, sizeof s->data);
    memcpy(s->data + s->size, data, size);
    s->size += size;
}

static void put_number(stream *s, uint32_t value) {
    compound_put(s->data + s->size, value);
    s->size += 4;
}

/* Instance 4 bits up, version below; returns where it is. */
static size_t open_record(stream *s, unsigned type, unsigned instance) {
    put_number(s, type << 16 | instance << 4 | 15);
    put_number(s, 0);
    return s->size;
}

static void close_record(stream *s, size_t at) {
    compound_put(s->data + at - 4, (uint32_t)(s->size - at));
}

static void put_atom(stream *s, unsigned type, const uint32_t *numbers, size_t count) {
    size_t at = open_record(s, type, 0);
    for (size_t i = 0; i < count; i++)
        put_number(s, numbers[i]);
    close_record(s, at);
}

/* A text of one letter and an end of the paragraph. */
static void put_text(stream *s, const char *text) {
    put_atom(s, 0x0F9F, (const uint32_t[]){4}, 1);
    size_t at = open_record(s, 0x0FA8, 0);
    put_bytes(s, text, strlen(text));
    close_record(s, at);
}

/* An edit, whose directory names the document (1) and a slide (2), after those that came before. */
static uint32_t put_edit(stream *s, uint32_t before, uint32_t directory) {
    uint32_t at = (uint32_t)s->size;
    put_atom(s, 0x0FF5, (const uint32_t[]){0, 0, before, directory, 1, 7, 1}, 7);
    return at;
}

static char *text_of_stream(stream *s, uint32_t edit) {
    unsigned char user[20] = {0, 0, 0xF6, 0x0F, 12};
    compound_put(user + 12, 0xE391C05F);
    compound_put(user + 16, edit);
    const compound_stream streams[] = {{"Current User", user, sizeof user},
                                       {"PowerPoint Document", s->data, s->size}};
    const char *const settings[] = {"format", "text", NULL};
    char *json = extract_json(compound_of(streams, 2), 1, settings);
    free(s);
    return json;
}

/* A document with these slides, whose outline has one text, and a slide; *edit is its own. */
static stream *begin_deck(uint32_t slides, uint32_t *slide_at) {
    stream *s = calloc(1, sizeof *s);
    ck_assert_ptr_nonnull(s);
    size_t document = open_record(s, 0x03E8, 0), list = open_record(s, 0x0FF0, 0);
    for (uint32_t i = 0; i < slides; i++)
        put_atom(s, 0x03F3, (const uint32_t[]){2, 0, 0, 256 + i, 0}, 5);
    put_text(s, "in the outline");
    for (uint32_t i = 0; i < 200000; i++)
        put_atom(s, 0x0FAA, NULL, 0);
    put_text(s, "far behind");
    close_record(s, list);
    close_record(s, document);
    *slide_at = (uint32_t)s->size;
    return s;
}

static char *end_deck(stream *s, uint32_t slide_at, uint32_t edits) {
    uint32_t directory = (uint32_t)s->size;
    put_atom(s, 0x1772, (const uint32_t[]){2 << 20 | 1, 0, slide_at}, 3);
    uint32_t edit = 0;
    for (uint32_t i = 0; i <= edits; i++)
        edit = put_edit(s, edit, directory);
    return text_of_stream(s, edit);
}

/* Each shape of a slide refers to the last text of a long outline. */
TEST(slides, binary_outline_is_read_once) {
    enum { SHAPES = 9000 };
    uint32_t at;
    stream *s = begin_deck(1, &at);
    size_t slide = open_record(s, 0x03EE, 0), container = open_record(s, 0x040C, 0);
    size_t drawing = open_record(s, 0xF002, 0), group = open_record(s, 0xF003, 0);
    for (int i = 0; i <= SHAPES; i++) {
        size_t shape = open_record(s, 0xF004, 0), box = open_record(s, 0xF00D, 0);
        put_atom(s, 0x0F9E, (const uint32_t[]){1}, 1);
        close_record(s, box);
        close_record(s, shape);
    }
    close_record(s, group);
    close_record(s, drawing);
    close_record(s, container);
    close_record(s, slide);
    char *json = end_deck(s, at, 0);
    expect_in(json, "in the outline\\n\\nfar behind");
    free(json);
}

/* Ten thousand edits that all name one large directory. */
TEST(slides, binary_edits_have_a_directory_each) {
    enum { OBJECTS = 1 << 20, EDITS = 9000 };
    stream *s = calloc(1, sizeof *s);
    ck_assert_ptr_nonnull(s);
    size_t document = open_record(s, 0x03E8, 0), list = open_record(s, 0x0FF0, 0);
    put_atom(s, 0x03F3, (const uint32_t[]){2, 0, 0, 256, 0}, 5);
    put_text(s, "kept");
    close_record(s, list);
    close_record(s, document);
    uint32_t slide = (uint32_t)s->size, edit = 0;
    put_atom(s, 0x03EE, NULL, 0);
    uint32_t directory = (uint32_t)s->size;
    size_t body = open_record(s, 0x1772, 0);
    put_number(s, 2 << 20 | 1);
    put_number(s, 0);
    put_number(s, slide);
    for (uint32_t i = 0; i < OBJECTS; i += 0xFFF) {
        put_number(s, 0xFFFu << 20 | i);
        for (uint32_t k = 0; k < 0xFFF; k++)
            put_number(s, slide);
    }
    close_record(s, body);
    for (int i = 0; i < EDITS; i++)
        edit = put_edit(s, edit, directory);
    char *json = text_of_stream(s, edit);
    expect_in(json, "kept");
    expect_in(json, "the list of its edits is damaged");
    free(json);
}

/* Presentations of XML made here --------------------------------------------------------------- */

#define RELATIONSHIPS \
    "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>"
#define NAMESPACES                                                          \
    "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' "      \
    "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math' " \
    "xmlns:a14='http://schemas.microsoft.com/office/drawing/2010/main' "    \
    "xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main' " \
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"

static void add_string(archive *a, const char *name, const char *text) {
    add(a, name, true, text, strlen(text));
}

/* A presentation of one slide, with a paragraph of these runs and these relationships. */
static xtr_source *pptx_of(const char *runs, const char *relations) {
    archive *a = calloc(1, sizeof *a);
    char *text;
    ck_assert_ptr_nonnull(a);
    add_string(a, "_rels/.rels",
               RELATIONSHIPS "<Relationship Id='a' Type='x/officeDocument' "
                             "Target='ppt/presentation.xml'/></Relationships>");
    add_string(a, "ppt/presentation.xml",
               "<p:presentation " NAMESPACES "><p:sldIdLst><p:sldId r:id='s'/></p:sldIdLst>"
               "</p:presentation>");
    add_string(a, "ppt/_rels/presentation.xml.rels",
               RELATIONSHIPS "<Relationship Id='s' Type='x/slide' Target='slide.xml'/>"
                             "</Relationships>");
    ck_assert_int_gt(asprintf(&text, RELATIONSHIPS "%s</Relationships>", relations), 0);
    add_string(a, "ppt/_rels/slide.xml.rels", text);
    free(text);
    ck_assert_int_gt(asprintf(&text,
                              "<p:sld " NAMESPACES "><p:cSld><p:spTree><p:sp><p:txBody><a:p>%s"
                              "</a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
                              runs),
                     0);
    add_string(a, "ppt/slide.xml", text);
    free(text);
    finish(a);
    xtr_source *source = xtr_source_new_copy(a->data, a->size);
    free(a);
    return source;
}

TEST(slides, formulas_are_latex) {
    static const char runs[] =
        "<a:r><a:t>if </a:t></a:r><a14:m><m:oMath><m:f><m:fPr><m:type m:val='lin'/><m:ctrlPr>"
        "<a:rPr/></m:ctrlPr></m:fPr><m:num><m:r><m:rPr><m:nor/></m:rPr><a:rPr/><m:t>5% {a}</m:t>"
        "</m:r></m:num><m:den><m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/><m:e><m:r>"
        "<m:t>x</m:t></m:r></m:e></m:rad></m:den></m:f></m:oMath></a14:m><a:r><a:t> "
        "then</a:t></a:r>"
        "</a:p><a:p><a14:m><m:oMathPara><m:oMath><m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr>"
        "<m:sub><m:r><m:t>i</m:t></m:r></m:sub><m:sup/><m:e><m:r><m:t>α</m:t></m:r></m:e></m:nary>"
        "</m:oMath><m:oMath><m:r><m:t>b</m:t></m:r></m:oMath></m:oMathPara></a14:m>";
    static const char *const settings[] = {"format", "markdown", NULL};
    char *json = extract_json(pptx_of(runs, ""), 1, settings);
    expect_in(
        json,
        "\"if ${\\\\text{5\\\\% \\\\{a\\\\}}}/{\\\\sqrt{x}}$ then\\n\\n$$\\n\\\\sum_{i}{\\\\alpha "
        "}\\n$$\\n$$\\nb");
    expect_in(json, "{\"type\":\"formula\",\"text\":\"\\\\sum_{i}{\\\\alpha }\\nb\"");
    free(json);
}

TEST(slides, formulas_of_open_document) {
    static const char content[] =
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' "
        "xmlns:xlink='http://www.w3.org/1999/xlink'><office:body><office:presentation><draw:page>"
        "<draw:frame><draw:object xlink:href='./Object 1'/></draw:frame></draw:page>"
        "</office:presentation></office:body></office:document-content>";
    static const char math[] = "<math xmlns='http://www.w3.org/1998/Math/MathML'><msup><mi>x</mi>"
                               "<mn>2</mn></msup></math>";
    static const char *const settings[] = {"format", "markdown", "mime_type",
                                           "application/vnd.oasis.opendocument.presentation", NULL};
    archive *a = calloc(1, sizeof *a);
    ck_assert_ptr_nonnull(a);
    add_string(a, "content.xml", content);
    add_string(a, "Object 1/content.xml", math);
    finish(a);
    char *json = extract_json(xtr_source_new_copy(a->data, a->size), 1, settings);
    expect_in(json, "\"content\":\"$$\\nx^{2}\\n$$\\n\"");
    expect_in(json, "\"type\":\"formula\"");
    free(json);
    free(a);
}

/* Each link once looked through all that the slide has. */
TEST(slides, many_links) {
    enum { LINKS = 70000 };
    char *runs, *relations;
    size_t size;
    FILE *out = open_memstream(&runs, &size), *rels = open_memstream(&relations, &size);
    for (int i = LINKS; i--;) {
        fprintf(out,
                "<a:r><a:rPr><a:hlinkClick r:id='relation-number-%d'/></a:rPr><a:t>a</a:t></a:r>",
                i);
        fprintf(rels,
                "<Relationship Id='relation-number-%d' Type='x/hyperlink' Target='http://a/%d' "
                "TargetMode='External'/>",
                i, i);
    }
    fclose(out);
    fclose(rels);
    static const char *const settings[] = {NULL};
    char *json = extract_json(pptx_of(runs, relations), 1, settings);
    ck_assert_ptr_nonnull(strstr(json, "http://a/0\""));
    ck_assert_ptr_nonnull(strstr(json, "http://a/69999\""));
    free(json);
    free(runs);
    free(relations);
}

/* Open documents made here -------------------------------------------------------------------- */

TEST(slides, open_document_spaces) {
    static const char flat[] =
        "<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' office:mimetype='"
        "application/vnd.oasis.opendocument.presentation'><office:body><office:presentation>"
        "<draw:page><draw:frame><draw:text-box><text:p>a<text:s text:c='65'/>b<text:s "
        "text:c='99999999'/>c</text:p></draw:text-box></draw:frame></draw:page>"
        "</office:presentation></office:body></office:document>";
    const char *const settings[] = {"format", "text", NULL};
    char *json = extract_json(xtr_source_new_copy(flat, sizeof flat - 1), 1, settings);
    const char *text = strstr(json, "\"content\":\"a ");
    ck_assert_ptr_nonnull(text);
    text += strlen("\"content\":\"a");
    ck_assert_uint_eq(strspn(text, " "), 65);
    ck_assert_uint_eq(strspn(text + 66, " "), 1000);
    free(json);
}
