/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* hOCR 1.2: XHTML with the place of each word in its attributes. */
#include "render/inline.h"
#include "render/words.h"

#include <math.h>
#include <string.h>

typedef struct writer {
    xtr__buffer *out;
    const xtr__document *document;
} writer;

static const struct {
    const char *tag, *class, *id;
} kinds[] = {
    [XTR__LEVEL_PAGE] = {"div", "ocr_page", "page"},
    [XTR__LEVEL_BLOCK] = {"div", "ocr_carea", "block"},
    [XTR__LEVEL_PARAGRAPH] = {"p", "ocr_par", "par"},
    [XTR__LEVEL_LINE] = {"span", "ocr_line", "line"},
    [XTR__LEVEL_WORD] = {"span", "ocrx_word", "word"},
};

static void put_property(xtr__buffer *out, const char *name, double value) {
    xtr__puts(out, name);
    xtr__put_number(out, value);
}

static void put_page(xtr__buffer *out, const xtr__region *r) {
    put_property(out, "; ppageno ", (double)r->page->number - 1);
    put_property(out, "; scan_res ", rint(72 * (double)r->dx));
    put_property(out, " ", rint(72 * (double)r->dy));
}

/* The baseline as slope and height over the lower left corner of the line. */
static void put_line(xtr__buffer *out, const xtr__region *r) {
    const xtr__page_word *left = r->words, *right = r->words;
    for (uint32_t i = 1; i < r->count; i++) {
        const xtr__page_word *word = &r->words[i];
        left = word->bounding_box.x0 < left->bounding_box.x0 ? word : left;
        right = word->bounding_box.x1 > right->bounding_box.x1 ? word : right;
    }
    double width = (double)r->dx * (right->bounding_box.x1 - left->bounding_box.x0);
    double at_left = (double)r->dy * left->baseline_left;
    double at_right = (double)r->dy * right->baseline_right;
    put_property(out, "; baseline ", width > 0 ? (at_right - at_left) / width : 0);
    put_property(out, " ", rint(at_left - r->y1));
    put_property(out, "; x_size ", (double)r->words->height * r->dy);
}

static void begin(void *payload, const xtr__region *r) {
    writer *w = payload;
    xtr__buffer *out = w->out;
    xtr__fill(out, ' ', (size_t)r->level);
    xtr__putc(out, '<');
    xtr__puts(out, kinds[r->level].tag);
    xtr__puts(out, " class=\"");
    xtr__puts(out, kinds[r->level].class);
    xtr__puts(out, "\" id=\"");
    xtr__puts(out, kinds[r->level].id);
    put_property(out, "_", r->page->number);
    if (r->level > XTR__LEVEL_PAGE)
        put_property(out, "_", r->serials[r->level]);
    put_property(out, "\" title=\"bbox ", r->x0);
    put_property(out, " ", r->y0);
    put_property(out, " ", r->x1);
    put_property(out, " ", r->y1);
    if (r->level == XTR__LEVEL_PAGE)
        put_page(out, r);
    else if (r->level == XTR__LEVEL_LINE)
        put_line(out, r);
    else if (r->level == XTR__LEVEL_WORD)
        put_property(out, "; x_wconf ", rint(100 * (double)r->words->confidence));
    xtr__puts(out, "\">");
    if (r->level == XTR__LEVEL_WORD)
        xtr__html_escape(out, xtr__document_string(w->document, r->words->text),
                         r->words->text.size);
    else
        xtr__putc(out, '\n');
}

static void end(void *payload, const xtr__region *r) {
    writer *w = payload;
    if (r->level < XTR__LEVEL_WORD)
        xtr__fill(w->out, ' ', (size_t)r->level);
    xtr__puts(w->out, "</");
    xtr__puts(w->out, kinds[r->level].tag);
    xtr__puts(w->out, ">\n");
}

void xtr__render_hocr(xtr__buffer *out, const xtr__document *document) {
    static const xtr__word_writer elements = {begin, end};
    writer w = {.out = out, .document = document};
    const char *title = xtr__document_metadata(document, "title");
    xtr__puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" "
                   "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
                   "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<title>");
    if (title)
        xtr__html_escape(out, title, strlen(title));
    xtr__puts(out, "</title>\n"
                   "<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n"
                   "<meta name=\"ocr-system\" content=\"libextract ");
    xtr__puts(out, xtr_version());
    xtr__puts(out, "\"/>\n<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_carea ocr_par "
                   "ocr_line ocrx_word ocrp_wconf\"/>\n</head>\n<body>\n");
    xtr__walk_words(document, &elements, &w);
    xtr__puts(out, "</body>\n</html>\n");
}
