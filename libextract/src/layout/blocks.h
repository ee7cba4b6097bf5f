/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From marked lines to blocks: what xtr__mark_pages and xtr__write_page share. */
#ifndef XTR_LAYOUT_BLOCKS_H
#define XTR_LAYOUT_BLOCKS_H

#include "layout.h"

/* Marks ------------------------------------------------------------------------------------- */

/** What a line may start with: a bullet, or a number in some writing. */
typedef struct xtr__mark {
    uint32_t size;  /* bytes, without the space behind; 0: none */
    uint32_t shape; /* of a bullet the character; else what stands around the number and how it is
                       written: marks of one list agree */
    int value;      /* 0: not a number */
    int roman;      /* the same read as a Roman number, 0: it is none */
    bool bullet, certain; /* certain: nothing but a bullet */
    bool initial;         /* a capital and a dot, which may begin a name */
} xtr__mark;

/** The mark at the start of a line's text. */
xtr__mark xtr__mark_at(const char *text, uint32_t size);
/** Whether a character is a box to tick, empty or ticked. */
bool xtr__is_tick_box(uint32_t c);

/** Whether `next` follows `mark` in a list. */
bool xtr__mark_follows(xtr__mark mark, xtr__mark next);

/* Lines ------------------------------------------------------------------------------------- */

typedef struct xtr__column {
    float left, right;
} xtr__column;

/** The extent of the text of the leaf that starts at line `first`; *end is where the next begins.
 */
xtr__column xtr__leaf_extent(const xtr__page_layout *page, uint32_t first, uint32_t *end);

static inline const char *xtr__line_text(const xtr__page_layout *page, const xtr__line *line) {
    return line->text_size > 0 ? page->text.items + line->text : "";
}

/** Whether the text ends as a sentence does. */
bool xtr__ends_sentence(const char *text, uint32_t size);

/** How much of its column a line leaves free behind its end. */
float xtr__free_end(const xtr__line *line, xtr__column column);

/** Bytes of the mark that begins a note: raised, or `plain` for a number on the line. */
uint32_t xtr__note_mark(const xtr__page_layout *page, const xtr__line *line, bool plain);

/** Steps of xtr__mark_pages: each gives lines their roles. */
void xtr__mark_tagged(xtr__page_layout *page);
void xtr__mark_code(xtr__page_layout *page);
void xtr__mark_formulas(xtr__page_layout *page);
void xtr__mark_notes(xtr__page_layout *page);
void xtr__mark_lists(xtr__page_layout *pages, size_t count);

/* Blocks ------------------------------------------------------------------------------------ */

enum { XTR__NO_LINE = -1 };

/** Lines that make up one element. */
typedef struct xtr__text_block {
    xtr_element_type type;
    int32_t first, last; /* lines, linked by `next` */
    uint32_t size;       /* bytes of text */
    xtr__column column;  /* of the leaf it starts in */
    bool lines;          /* a paragraph whose line breaks count */
} xtr__text_block;

typedef struct xtr__blocks {
    const xtr__page_layout *page;
    const xtr__survey *survey;
    xtr__text_block *items;
    int32_t *next;   /* for each line the one that follows in its block, or XTR__NO_LINE */
    bool *paragraph; /* whether a new paragraph starts at a line inside its block */
    uint32_t count;
} xtr__blocks;

/** Puts the lines of a page together. False, and then there are no blocks, when memory was
 *  refused or there is no line. */
bool xtr__find_blocks(xtr__blocks *out, const xtr__page_layout *page, xtr__scratch *scratch);

/** The block of a page that goes on with the open end of the one before, and how in *how; NULL when
 *  none does (turn.c). */
const xtr__text_block *xtr__turn_page(const xtr__blocks *blocks, const xtr__survey *survey,
                                      const xtr__open_end *end, xtr_continuation *how);

/** What the blocks of a page leave open. */
void xtr__leave_open(xtr__open_end *out, const xtr__blocks *blocks);

/** Whether the first character of a text is one of a sentence that began before: it is in lower
 *  case, or of a script that has none. */
bool xtr__starts_inside(uint32_t first);

/** "Figure 3: ..." */
bool xtr__is_captioned(const xtr__page_layout *page, const xtr__text_block *block);

/** A step of xtr__find_blocks: which paragraphs are captions or quotes. */
void xtr__name_blocks(xtr__blocks *blocks);

/* Joins ------------------------------------------------------------------------------------- */

/** How a line goes on into the next of its paragraph. */
typedef enum xtr__join {
    XTR__JOIN_SPACE,
    XTR__JOIN_NOTHING,
    XTR__JOIN_HYPHEN /* the same without the hyphen at the end */
} xtr__join;

/** A line of a page, which need not be that of the other. */
typedef struct xtr__line_at {
    const xtr__page_layout *page;
    const xtr__line *line;
} xtr__line_at;

xtr__join xtr__join_lines(const xtr__survey *survey, xtr__line_at a, xtr__line_at b,
                          xtr__column column);

bool xtr__ends_in_hangul(const xtr__page_layout *page, const xtr__line *line);

/** Bytes of the hyphen at the end of a text, 0 if there is none. */
uint32_t xtr__hyphen_size(const char *text, uint32_t size);

void xtr__survey_words(xtr__survey *survey, const xtr__page_layout *pages, size_t count);

#endif
