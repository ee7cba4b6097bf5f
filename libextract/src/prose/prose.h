/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents of word processors that are one stream of text with marks: the end of a paragraph, of a
 * cell, of a row; notes, boxes and running heads where they are anchored. It collects runs
 * and puts them into the builder as elements: tables once all rows are known, notes at the end. */
#ifndef XTR_PROSE_H
#define XTR_PROSE_H

#include "libextract/extractor.h"

typedef struct xtr__prose xtr__prose;

/** NULL when out of memory. One thread. */
xtr__prose *xtr__prose_new(xtr_job *job);
void xtr__prose_drop(xtr__prose *prose);

/** XTR_OK, or XTR_E_MEMORY: then what came since is lost. */
int xtr__prose_status(const xtr__prose *prose);

/** Beside the styles of xtr_style: text that is shown in capitals, and becomes them. */
enum { XTR__PROSE_CAPITALS = 1 << 16 };

/** Adds text to the open paragraph. Well-formed UTF-8; `url` may be NULL. */
void xtr__prose_text(xtr__prose *prose, const char *text, size_t size, unsigned styles,
                     const char *url);

/** Whether the open paragraph has any text but spaces. */
bool xtr__prose_has_text(const xtr__prose *prose);

/** When the open paragraph begins with a bullet or number and a tab, moves that to `out`. */
bool xtr__prose_take_marker(xtr__prose *prose, char *out, size_t room);

typedef struct xtr__prose_paragraph {
    xtr_element_type type; /* in a table only the marker counts */
    int level;
    const char *marker; /* NULL or "": none; of a heading, its number */
} xtr__prose_paragraph;

/** Ends the open paragraph. `depth` is that of the tables it is in, 0 for none: then an open table
 *  has ended before it. Paragraphs without text leave nothing behind. */
void xtr__prose_end_paragraph(xtr__prose *prose, const xtr__prose_paragraph *paragraph,
                              unsigned depth);

/** Where a cell ends, in any unit, and what it is joined with. */
typedef struct xtr__prose_cell {
    int32_t right;
    bool joins_left;  /* it is a part of the cell to its left */
    bool joins_above; /* and of the one above */
} xtr__prose_cell;

/** Ends a cell or a row at `depth` (from 1). Cells of tables in tables are set apart by tabs, their
 *  rows by line ends. `cells` may be fewer than there were. */
void xtr__prose_end_cell(xtr__prose *prose, const xtr__prose_paragraph *paragraph, unsigned depth);
void xtr__prose_end_row(xtr__prose *prose, unsigned depth, const xtr__prose_cell *cells,
                        size_t count, bool header);

typedef enum xtr__prose_aside {
    XTR__ASIDE_NOTE, /* comes at the end, with its marker */
    XTR__ASIDE_BOX,  /* after the paragraph that it is anchored in */
    XTR__ASIDE_HEADER,
    XTR__ASIDE_FOOTER,
    XTR__ASIDE_COMMENT /* an annotation */
} xtr__prose_aside;

/** What follows, up to the end, stands beside the text. Asides may be nested. */
void xtr__prose_begin_aside(xtr__prose *prose, xtr__prose_aside kind);
/** `label`: the mark of a note, the author of a comment; may be NULL. */
void xtr__prose_end_aside(xtr__prose *prose, const char *label);

/** Puts out what is left: an open paragraph, the table, the notes. */
void xtr__prose_finish(xtr__prose *prose);

/** Reads the instruction of a field, which it changes: the address of a hyperlink, yours to free,
 * or NULL; in *symbol the character that a SYMBOL field shows, or 0. */
char *xtr__prose_read_field(char *instruction, uint32_t *symbol);

/** What a style of this name makes of its paragraphs, as xtr__style_name knows it: false if
 * nothing.
 */
bool xtr__prose_style_of(const char *name, xtr__prose_paragraph *out);

#endif
