/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Renderers on made-up documents: the input says what is built; a parser of the HTML standard must
 * read what comes out without complaint, and find no element or address that is not ours. */
#include "document/document.h"
#include "render/render.h"

#include <gumbo.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct reader {
    const uint8_t *data;
    size_t size, at;
} reader;

static uint32_t byte(reader *r) {
    return r->at < r->size ? r->data[r->at++] : 0;
}

/* Up to 63 bytes as they are, NUL-terminated. */
static size_t string(reader *r, char out[64]) {
    size_t size = byte(r) % 64;
    size = size < r->size - r->at ? size : r->size - r->at;
    memcpy(out, r->data + r->at, size);
    out[size] = '\0';
    r->at += size;
    return size;
}

/* Building ---------------------------------------------------------------------------------- */

static void add_text(xtr_builder *b, reader *r) {
    char text[64], url[64];
    uint32_t styles = byte(r);
    if (styles & 64)
        string(r, url);
    if (styles & 128)
        xtr_style(b, (styles & 63) | (styles % 5 ? 0 : XTR_MATH), styles & 64 ? url : NULL);
    size_t size = string(r, text);
    xtr_text(b, text, size);
}

static void add_element(xtr_builder *b, reader *r, uint32_t type) {
    char marker[64];
    uint32_t level = byte(r);
    if (level & 1)
        string(r, marker);
    xtr_element_begin(b, &(xtr_element_info){.type = (xtr_element_type)type,
                                             .level = (int)(level >> 1 & 15),
                                             .marker = level & 1 ? marker : NULL});
    for (uint32_t parts = level >> 5; parts <= 8 && r->at < r->size; parts++)
        add_text(b, r);
    xtr_element_end(b);
}

static void add_table(xtr_builder *b, reader *r) {
    xtr_table_begin(b, (xtr_box){0});
    for (uint32_t cells = byte(r) % 16; cells && r->at < r->size; cells--) {
        uint32_t place = byte(r), spans = byte(r);
        xtr_cell_begin(b, &(xtr_cell_info){.row = place & 7,
                                           .column = place >> 3 & 7,
                                           .row_span = spans & 3,
                                           .column_span = spans >> 2 & 3,
                                           .header = spans >> 7});
        add_text(b, r);
        xtr_cell_end(b);
    }
    xtr_table_end(b);
}

static xtr__document *build(reader *r) {
    xtr__account account = {0};
    char text[64], key[64];
    xtr_builder *b = xtr__builder_new(0, &account);
    if (!b)
        abort();
    while (r->at < r->size) {
        uint32_t what = byte(r) % 16;
        if (what == XTR_TABLE) {
            add_table(b, r);
        } else if (what <= XTR_VERBATIM) {
            add_element(b, r, what);
        } else if (what == 13) {
            string(r, text);
            xtr_page_begin(b, byte(r), &(xtr_page_info){.label = text});
        } else if (what == 14) {
            xtr_page_end(b);
        } else {
            string(r, text);
            strcpy(key, byte(r) & 1 ? "title" : "language");
            xtr_metadata(b, key, text);
        }
    }
    xtr__document *document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    if (!document || !xtr__document_valid(document, document->size))
        abort();
    return document;
}

/* Checking ---------------------------------------------------------------------------------- */

static bool is_ours(GumboTag tag) {
    static const GumboTag tags[] = {
        GUMBO_TAG_HTML,  GUMBO_TAG_HEAD,    GUMBO_TAG_META,       GUMBO_TAG_TITLE,
        GUMBO_TAG_BODY,  GUMBO_TAG_SECTION, GUMBO_TAG_H1,         GUMBO_TAG_H2,
        GUMBO_TAG_H3,    GUMBO_TAG_H4,      GUMBO_TAG_H5,         GUMBO_TAG_H6,
        GUMBO_TAG_P,     GUMBO_TAG_UL,      GUMBO_TAG_OL,         GUMBO_TAG_LI,
        GUMBO_TAG_TABLE, GUMBO_TAG_THEAD,   GUMBO_TAG_TBODY,      GUMBO_TAG_TR,
        GUMBO_TAG_TH,    GUMBO_TAG_TD,      GUMBO_TAG_PRE,        GUMBO_TAG_CODE,
        GUMBO_TAG_ASIDE, GUMBO_TAG_FIGURE,  GUMBO_TAG_FIGCAPTION, GUMBO_TAG_BLOCKQUOTE,
        GUMBO_TAG_IMG,   GUMBO_TAG_HEADER,  GUMBO_TAG_FOOTER,     GUMBO_TAG_A,
        GUMBO_TAG_S,     GUMBO_TAG_STRONG,  GUMBO_TAG_EM,         GUMBO_TAG_SUP,
        GUMBO_TAG_SUB,   GUMBO_TAG_BR};
    size_t i = 0;
    while (i < sizeof tags / sizeof tags[0] && tags[i] != tag)
        i++;
    return i < sizeof tags / sizeof tags[0];
}

static bool leads_to(const char *url, const char *scheme) {
    return !strncasecmp(url, scheme, strlen(scheme));
}

static void check_attribute(const GumboAttribute *attribute) {
    const char *url = attribute->value;
    if (!strncasecmp(attribute->name, "on", 2) || !strcmp(attribute->name, "style"))
        abort();
    if (!strcmp(attribute->name, "src") && strcmp(url, "data:,") != 0)
        abort();
    if (!strcmp(attribute->name, "href") && !leads_to(url, "http:") && !leads_to(url, "https:") &&
        !leads_to(url, "mailto:") && !leads_to(url, "tel:") && !leads_to(url, "ftp:") &&
        !leads_to(url, "#"))
        abort();
}

static void check_node(const GumboNode *node) {
    if (node->type == GUMBO_NODE_COMMENT)
        abort();
    if (node->type != GUMBO_NODE_ELEMENT)
        return;
    if (!is_ours(node->v.element.tag))
        abort();
    for (unsigned i = 0; i < node->v.element.attributes.length; i++)
        check_attribute(node->v.element.attributes.data[i]);
    for (unsigned i = 0; i < node->v.element.children.length; i++)
        check_node(node->v.element.children.data[i]);
}

static void check_html(const xtr__document *document) {
    xtr__buffer out = {.data = NULL};
    size_t size;
    xtr__render_html(&out, document, XTR_FURNITURE_KEEP, false);
    char *html = xtr__buffer_take(&out, &size);
    GumboOutput *parsed = gumbo_parse_with_options(&kGumboDefaultOptions, html, size);
    if (!parsed || parsed->errors.length)
        abort();
    check_node(parsed->root);
    gumbo_destroy_output(&kGumboDefaultOptions, parsed);
    free(html);
}

/* HTML inside Markdown ends at an empty line. */
static void check_tables(const xtr__document *document) {
    for (uint64_t i = 0; i < document->tables.count; i++) {
        const xtr__table *table = &XTR__ITEMS(document, tables, xtr__table)[i];
        xtr__buffer out = {.data = NULL};
        size_t size;
        xtr__render_table(&out, document, table);
        char *text = xtr__buffer_take(&out, &size);
        if (strstr(text, "\n\n"))
            abort();
        free(text);
        out = (xtr__buffer){.data = NULL};
        xtr__render_table_csv(&out, document, table);
        free(xtr__buffer_take(&out, &size));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    reader r = {data, size, 0};
    xtr__document *document = build(&r);
    xtr__buffer out = {.data = NULL};
    check_html(document);
    check_tables(document);
    xtr__render_markdown(&out, document, XTR_FURNITURE_KEEP);
    xtr__render_text(&out, document, XTR_FURNITURE_KEEP);
    free(out.data);
    xtr_free(document);
    return 0;
}
