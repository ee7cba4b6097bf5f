/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ALTO 4.2 (Library of Congress): XML with the place of each word. */
#include "render/inline.h"
#include "render/words.h"

typedef struct writer {
    xtr__buffer *out;
    const xtr__document *document;
    int32_t end; /* right side of the last word of the line */
} writer;

static const struct {
    const char *tag, *id;
} kinds[] = {
    [XTR__LEVEL_PAGE] = {"Page", "page"},
    [XTR__LEVEL_BLOCK] = {"ComposedBlock", "cblock"},
    [XTR__LEVEL_PARAGRAPH] = {"TextBlock", "block"},
    [XTR__LEVEL_LINE] = {"TextLine", "line"},
    [XTR__LEVEL_WORD] = {"String", "string"},
};

static void put_box(xtr__buffer *out, int32_t x0, int32_t y0, int32_t x1, int32_t y1) {
    xtr__put_attribute(out, "HPOS", x0);
    xtr__put_attribute(out, "VPOS", y0);
    xtr__put_attribute(out, "WIDTH", (double)x1 - x0);
    xtr__put_attribute(out, "HEIGHT", (double)y1 - y0);
}

/* Words of a line have a space between them. Where they do not stand from left to right it has no
 * width. */
static void put_space(writer *w, const xtr__region *r) {
    int32_t left = w->end, width = r->x0 > w->end ? r->x0 - w->end : 0;
    xtr__fill(w->out, ' ', XTR__LEVEL_WORD);
    xtr__puts(w->out, "<SP");
    xtr__put_attribute(w->out, "HPOS", left);
    xtr__put_attribute(w->out, "VPOS", r->y0);
    xtr__put_attribute(w->out, "WIDTH", width);
    xtr__puts(w->out, "/>\n");
}

static void put_word(writer *w, const xtr__region *r) {
    xtr__put_attribute(w->out, "WC", (double)r->words->confidence);
    xtr__puts(w->out, " CONTENT=\"");
    xtr__html_escape(w->out, xtr__document_string(w->document, r->words->text),
                     r->words->text.size);
    xtr__puts(w->out, "\"/>\n");
    w->end = r->x1;
}

static void put_page(xtr__buffer *out, const xtr__region *r) {
    xtr__put_attribute(out, "PHYSICAL_IMG_NR", r->page->number);
    xtr__put_attribute(out, "WIDTH", r->x1);
    xtr__put_attribute(out, "HEIGHT", r->y1);
    xtr__puts(out, ">\n <PrintSpace");
    put_box(out, 0, 0, r->x1, r->y1);
}

static void begin(void *payload, const xtr__region *r) {
    writer *w = payload;
    xtr__buffer *out = w->out;
    if (r->level == XTR__LEVEL_WORD && r->places[XTR__LEVEL_WORD] > 1)
        put_space(w, r);
    xtr__fill(out, ' ', (size_t)r->level);
    xtr__putc(out, '<');
    xtr__puts(out, kinds[r->level].tag);
    xtr__puts(out, " ID=\"");
    xtr__puts(out, kinds[r->level].id);
    xtr__putc(out, '_');
    xtr__put_number(out, r->page->number);
    if (r->level > XTR__LEVEL_PAGE) {
        xtr__putc(out, '_');
        xtr__put_number(out, r->serials[r->level]);
    }
    xtr__putc(out, '"');
    if (r->level == XTR__LEVEL_PAGE)
        put_page(out, r);
    else
        put_box(out, r->x0, r->y0, r->x1, r->y1);
    if (r->level == XTR__LEVEL_WORD)
        put_word(w, r);
    else
        xtr__puts(out, ">\n");
}

static void end(void *payload, const xtr__region *r) {
    writer *w = payload;
    if (r->level == XTR__LEVEL_WORD)
        return;
    if (r->level == XTR__LEVEL_PAGE)
        xtr__puts(w->out, " </PrintSpace>\n");
    xtr__fill(w->out, ' ', (size_t)r->level);
    xtr__puts(w->out, "</");
    xtr__puts(w->out, kinds[r->level].tag);
    xtr__puts(w->out, ">\n");
}

void xtr__render_alto(xtr__buffer *out, const xtr__document *document) {
    static const xtr__word_writer elements = {begin, end};
    writer w = {.out = out, .document = document};
    xtr__puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\" "
                   "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                   "xsi:schemaLocation=\"http://www.loc.gov/standards/alto/ns-v4# "
                   "http://www.loc.gov/standards/alto/v4/alto-4-2.xsd\">\n"
                   "<Description>\n<MeasurementUnit>pixel</MeasurementUnit>\n"
                   "<Processing ID=\"processing_1\">\n<processingSoftware>\n"
                   "<softwareName>libextract</softwareName>\n<softwareVersion>");
    xtr__puts(out, xtr_version());
    xtr__puts(out, "</softwareVersion>\n</processingSoftware>\n</Processing>\n</Description>\n"
                   "<Layout>\n");
    xtr__walk_words(document, &elements, &w);
    xtr__puts(out, "</Layout>\n</alto>\n");
}
