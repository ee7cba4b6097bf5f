/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words of a document, grouped as the formats that show where they stand want them. */
#ifndef XTR_WORDS_H
#define XTR_WORDS_H

#include "document/buffer.h"
#include "document/document.h"

typedef enum xtr__level {
    XTR__LEVEL_PAGE = 1,
    XTR__LEVEL_BLOCK,
    XTR__LEVEL_PARAGRAPH,
    XTR__LEVEL_LINE,
    XTR__LEVEL_WORD
} xtr__level;

/** A page, or what words of it make. Lengths are pixels of the image that was recognised; of pages
 *  of text, and where no image has a resolution, they are what 300 dots per inch would give. */
typedef struct xtr__region {
    xtr__level level;
    const xtr__page *page;
    const xtr__page_word *words; /* that it holds, in reading order */
    uint32_t count;
    int32_t x0, y0, x1, y1;
    float dx, dy;        /* pixels of a point */
    uint32_t places[6];  /* by level: its own and those of what it is in, in their parents from 1 */
    uint32_t serials[6]; /* the same, counted over the page */
} xtr__region;

typedef struct xtr__word_writer {
    void (*begin)(void *payload, const xtr__region *region);
    void (*end)(void *payload, const xtr__region *region); /* may be NULL */
} xtr__word_writer;

/** Calls `writer` for all regions of a document, each inside the one that holds it. */
void xtr__walk_words(const xtr__document *document, const xtr__word_writer *writer, void *payload);

/** Pixels of a length in points; nonsense is 0. */
int32_t xtr__pixels(float points, float scale);

/** A number, in decimal. */
void xtr__put_number(xtr__buffer *out, double value);
/** An attribute of XML: its name, and a number. */
void xtr__put_attribute(xtr__buffer *out, const char *name, double value);

/** Ways of writing them (hOCR 1.2, ALTO 4.2, Tesseract's table). */
void xtr__render_hocr(xtr__buffer *out, const xtr__document *document);
void xtr__render_alto(xtr__buffer *out, const xtr__document *document);
void xtr__render_tsv(xtr__buffer *out, const xtr__document *document);

#endif
