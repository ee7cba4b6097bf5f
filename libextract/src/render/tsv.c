/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table that Tesseract writes of a page: a row for each page, block, paragraph, line and word.
 */
#include "render/words.h"

typedef struct writer {
    xtr__buffer *out;
    const xtr__document *document;
} writer;

static void begin(void *payload, const xtr__region *r) {
    writer *w = payload;
    bool word = r->level == XTR__LEVEL_WORD;
    const double numbers[] = {r->level,
                              r->places[XTR__LEVEL_PAGE],
                              r->places[XTR__LEVEL_BLOCK],
                              r->places[XTR__LEVEL_PARAGRAPH],
                              r->places[XTR__LEVEL_LINE],
                              r->places[XTR__LEVEL_WORD],
                              r->x0,
                              r->y0,
                              (double)r->x1 - r->x0,
                              (double)r->y1 - r->y0,
                              word ? 100 * (double)r->words->confidence : -1};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        xtr__put_number(w->out, numbers[i]);
        xtr__putc(w->out, '\t');
    }
    const char *text = word ? xtr__document_string(w->document, r->words->text) : "";
    for (; *text; text++)
        xtr__putc(w->out, *text == '\t' || *text == '\n' ? ' ' : *text);
    xtr__putc(w->out, '\n');
}

void xtr__render_tsv(xtr__buffer *out, const xtr__document *document) {
    static const xtr__word_writer rows = {.begin = begin};
    writer w = {.out = out, .document = document};
    xtr__puts(out,
              "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\t"
              "conf\ttext\n");
    xtr__walk_words(document, &rows, &w);
}
