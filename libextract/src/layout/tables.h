/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables of a page by rules: what the files of the table finder share.
 *
 *   edges of ruled lines and fills -> frames -> grid of cells              frames.c, columns.c,
 *                                                                          grid.c
 *   stacks of long rules side by side -> strips                            stacks.c
 *   words of a leaf -> strips -> regions -> gutters, rows, header          regions.c, cells.c,
 *                                                                          header.c, veto.c
 *   both -> cells as leaves of lines, in reading order                     tables.c
 *
 * Where columns follow each other from right to left all x are mirrored here, so the first column
 * is always that with the smallest x. */
#ifndef XTR_LAYOUT_TABLES_H
#define XTR_LAYOUT_TABLES_H

#include "layout.h"

/* Effort ------------------------------------------------------------------------------------ */

/** How long tables are looked for on a page. Pages made to be slow have none in the end. */
typedef struct xtr__effort {
    const xtr__flow *flow;
    uint64_t left;    /* steps: a word or a line looked at */
    uint64_t unasked; /* of them, since the flow was asked whether to stop */
    bool stopped;
} xtr__effort;

/** Counts steps, before they are made. False when they are too many, or the flow is to stop. */
bool xtr__spend(xtr__effort *effort, uint64_t steps);

/* Tokens ------------------------------------------------------------------------------------ */

/** What a word looks like (traits.c). */
enum {
    XTR__NUMERIC = 1,    /* a number, or what stands for one: -, n/a */
    XTR__YEAR = 2,       /* 1998, FY2009, 2008/09 */
    XTR__LEADER = 4,     /* dots that lead to the next column, and nothing else */
    XTR__LEADS = 8,      /* ends with such dots */
    XTR__LOWER = 16,     /* starts in lower case */
    XTR__RELATION = 32,  /* signs of displayed mathematics */
    XTR__LIST_MARK = 64, /* a bullet, 1., (a) */
    XTR__DIGITS = 128,   /* holds a digit */
    XTR__CURRENCY = 256, /* nothing but the sign before an amount */
    XTR__PERCENT = 512,  /* nothing but the sign after one */
    XTR__PAGE_NUMBER = 1024,
    XTR__EQUATION_NUMBER = 2048,
    XTR__CAPTION_WORD = 4096,   /* Table, Figure, Exhibit */
    XTR__CAPTION_NUMBER = 8192, /* starts as what comes after it: 3, IV, A */
    XTR__NOTE_WORD = 16384,     /* Source:, Note:, or a mark such as an asterisk */
    XTR__TYPED_RULE = 32768,    /* a line of hyphens or underscores */
    XTR__TABLE_WORD = 65536,    /* Table, Tabelle */
    XTR__DESCRIBED = 131072,    /* its traits are known */
    XTR__TALL_BRACKET = 262144, /* of a matrix: alone, and of a font of signs */
    XTR__STOPS = 524288         /* ends a sentence, or leads on to what follows */
};

typedef struct xtr__token {
    float x0, x1, top, bottom, y, size;
    uint32_t word; /* of the flow */
    uint32_t letters, traits;
    uint32_t number; /* of a page, in digits alone; else 0 */
} xtr__token;

/** Finds the traits of tokens that have none yet. */
void xtr__describe(const xtr__flow *flow, xtr__token *tokens, uint32_t count);

uint32_t xtr__traits_of(const xtr__flow *flow, const xtr__word *word);

/** Tokens of one baseline from left to right, `count` of `tokens` from `first` on; leaders follow
 *  these, up to `whole`. */
typedef struct xtr__strip {
    uint32_t first, count, whole;
    uint32_t runs; /* parts with gaps of an em or more between */
    float x0, x1, top, bottom, y, size;
    bool leads; /* to a page number, by dots */
} xtr__strip;

typedef struct xtr__strips {
    xtr__token *tokens;
    xtr__strip *items;
    uint32_t token_count, count;
} xtr__strips;

/** Groups tokens by baseline, from top to bottom; small raised or lowered ones stay with their
 *  line. Sorts `tokens`, which `out` then uses. */
bool xtr__find_strips(xtr__scratch *scratch, xtr__token *tokens, uint32_t count, xtr__strips *out);

/** Whether a strip has three parts or more, and most of them are numbers. */
bool xtr__is_of_numbers(const xtr__strips *strips, const xtr__strip *strip);

/** Labels half way between two rows of numbers, on their left, join the upper one. */
void xtr__join_labels(xtr__strips *strips);

/** Where the run that starts with token `at` of a strip ends: before a gap of `gap` em. */
uint32_t xtr__run_end(const xtr__token *tokens, uint32_t at, uint32_t end, float gap);

static inline const xtr__token *xtr__last_token(const xtr__strips *s, const xtr__strip *strip) {
    return &s->tokens[strip->first + strip->count - 1];
}

/** "Table 3", "Exhibit A". */
bool xtr__is_caption(const xtr__token *first, const xtr__token *second);

/* Edges ------------------------------------------------------------------------------------- */

/** A ruled line: from x to x at y when it is horizontal, from y to y at x otherwise. */
typedef struct xtr__edge {
    float from, to, at;
} xtr__edge;

typedef struct xtr__edges {
    xtr__edge *items; /* by `at` */
    uint32_t count;
} xtr__edges;

typedef struct xtr__ruling {
    xtr__edges across, down;
    xtr__edges bands;        /* upper and lower sides of coloured boxes */
    xtr__edges underlines;   /* of words, by `at`; in no other list */
    const xtr_box *drawings; /* curves and slanted lines */
    uint32_t drawing_count;
    bool recognised;         /* the text was: its gaps are less sure */
    const xtr__edges *rules; /* `across` has sides of boxes: the drawn lines; else NULL */
} xtr__ruling;

/** Sorts; makes near positions one, joins near pieces and drops those that stay short. */
xtr__edges xtr__snap(xtr__scratch *scratch, xtr__edge *items, uint32_t count);

/** Whether any edge between two heights reaches from `x0` to `x1`. */
bool xtr__is_ruled(const xtr__edges *across, float top, float bottom, float x0, float x1);

/** Whether a drawing reaches over a line of a grid, or, without grids, into the box. */
bool xtr__is_drawn_over(const xtr__ruling *ruling, xtr_box box, const float *x, uint32_t columns,
                        const float *y, uint32_t rows);

/** Index of the first edge at `at` or beyond. */
uint32_t xtr__edge_from(const xtr__edges *edges, float at);

/* Tables ------------------------------------------------------------------------------------ */

#define XTR__NO_TOKEN UINT32_MAX

enum { XTR__MOST_COLUMNS = 64 }; /* of a table without a grid: columns are bits of a set */

/** A cell while its table is made. */
typedef struct xtr__draft {
    uint16_t row, column, row_span, column_span;
    bool header;
    uint32_t head, tail; /* chain of tokens, XTR__NO_TOKEN: none */
    xtr_box box;         /* all 0: that of its words */
} xtr__draft;

/** A table that was found: cells by row and column, each with some of `words`. */
typedef struct xtr__raw_cell {
    uint16_t row, column, row_span, column_span;
    bool header;
    uint32_t first, count;
    xtr_box box;
} xtr__raw_cell;

typedef struct xtr__raw_table {
    struct xtr__raw_table *next;
    uint16_t rows, columns;
    xtr__raw_cell *cells;
    uint32_t *words; /* of the flow */
    uint32_t cell_count, word_count;
    xtr_box box;
} xtr__raw_table;

/** Makes a table of its drafts. `next` chains the tokens. NULL when memory is gone. */
xtr__raw_table *xtr__finish_table(xtr__scratch *scratch, const xtr__token *tokens,
                                  const uint32_t *next, xtr__draft *cells, uint32_t count,
                                  xtr_box box);

/** The tables that are tagged, in no order (tagged_tables.c). Notes their words in `used`. */
xtr__raw_table *xtr__find_tagged_tables(xtr__flow *flow, bool *used);

/** Edges that cross, their different positions, and the tokens inside. */
typedef struct xtr__frame {
    xtr__edges across, down;
    float *x, *y; /* lines: one more than columns and rows */
    uint32_t columns, rows;
    xtr__token *tokens;
    uint32_t token_count;
    bool captioned; /* "Table 3" stands above or below: even a single column is a table */
} xtr__frame;

/** The table in a frame, or NULL. */
xtr__raw_table *xtr__read_grid(xtr__scratch *scratch, const xtr__ruling *ruling,
                               const xtr__frame *frame);

/** Lines that are not drawn in a column of a grid whose text shows more columns. */
typedef struct xtr__gap_lines {
    struct xtr__gap_lines *next;
    float x0, x1; /* sides of the column */
    xtr__edge *down, *across;
    uint32_t down_count, across_count;
} xtr__gap_lines;

/** Looks for columns that gaps alone part between the lines `x` and `y` of a grid. */
xtr__gap_lines *xtr__find_gap_lines(xtr__scratch *scratch, const xtr__token *tokens, uint32_t count,
                                    const float *x, uint32_t columns, const float *y, uint32_t rows,
                                    bool *failed);

/** The tables whose cells are drawn as a grid, in no order. Takes their tokens out of `tokens` and
 *  notes their words in `used`. */
xtr__raw_table *xtr__find_grids(xtr__effort *effort, const xtr__ruling *ruling, xtr__token *tokens,
                                uint32_t *count, bool *used);

/** The tables between long rules that stand side by side, in no order (stacks.c). Notes their words
 *  in `used`. */
xtr__raw_table *xtr__find_stacks(xtr__effort *effort, const xtr__ruling *ruling,
                                 const xtr__token *tokens, uint32_t count, bool *used);

/** The tables of some strips that stand between long rules. */
xtr__raw_table *xtr__find_stacked_tables(xtr__effort *effort, const xtr__ruling *ruling,
                                         const xtr__strips *strips);

/** The tables of a leaf that show by their gaps and long rules alone, from top to bottom. */
xtr__raw_table *xtr__find_text_tables(xtr__effort *effort, const xtr__ruling *ruling,
                                      const xtr__strips *leaf);

/* Steps of text tables ---------------------------------------------------------------------- */

typedef struct xtr__gutter {
    float x0, x1;
} xtr__gutter;

/** A stretch of a strip that stands in columns `first` to `last`. */
typedef struct xtr__piece {
    uint16_t first, last;
    uint32_t token, count;
} xtr__piece;

/** Strips of one table and how they are cut into columns. */
typedef struct xtr__body {
    xtr__scratch *scratch;
    const xtr__ruling *ruling;
    const xtr__strips *strips;
    uint32_t first, count; /* strips of the table */
    float x0, x1;
    const xtr__gutter *gutters;
    uint32_t columns;
    xtr__piece *pieces;  /* of all strips */
    uint32_t *piece_end; /* of each strip; they follow each other */
    uint32_t *row;       /* which table row each strip belongs to, from 0 upwards */
    uint32_t rows;
} xtr__body;

static inline const xtr__strip *xtr__body_strip(const xtr__body *b, uint32_t i) {
    return &b->strips->items[b->first + i];
}

static inline uint32_t xtr__piece_start(const xtr__body *b, uint32_t i) {
    return i > 0 ? b->piece_end[i - 1] : 0;
}

/** White stretches that nearly all strips leave free: between rows, when heads of several columns
 *  hide some. Returns how many. */
uint32_t xtr__find_gutters(xtr__scratch *scratch, const xtr__strips *strips, uint32_t first,
                           uint32_t count, xtr__gutter out[XTR__MOST_COLUMNS]);

/** Cuts the tokens `first` to `end` - 1, a run, into pieces at gaps of `least` em in gutters;
 *  returns how many, at most one for each token. */
uint32_t xtr__cut_run(const xtr__token *tokens, uint32_t first, uint32_t end,
                      const xtr__gutter *gutters, uint32_t columns, float least, xtr__piece *out);

/** Cuts a strip into pieces at gaps of `least` em in gutters; returns how many. */
uint32_t xtr__cut_strip(const xtr__strips *strips, const xtr__strip *strip,
                        const xtr__gutter *gutters, uint32_t columns, float least, xtr__piece *out);

/** Cuts all strips and measures the width. */
bool xtr__cut_body(xtr__body *body);

/** Sets `row` of all strips from rules, steps and what their columns hold. */
bool xtr__find_rows(xtr__body *body);

/** The step in em that parts lines of a cell from rows, or 0 where there are no two kinds. */
float xtr__wide_step(xtr__scratch *scratch, const float *steps, uint32_t count);

/** A piece as a cell; chains its tokens. */
xtr__draft xtr__draft_piece(const xtr__piece *piece, uint32_t *next);

/** Makes two cells of one row one, over all their columns. */
void xtr__merge_drafts(xtr__draft *to, const xtr__draft *from, uint32_t *next);

/** The table that strips without a grid make, or NULL. `ruled`: it stands between rules. `next` has
 *  room for one a token of all strips. */
xtr__raw_table *xtr__make_text_table(xtr__scratch *scratch, const xtr__ruling *ruling,
                                     const xtr__strips *strips, uint32_t first, uint32_t count,
                                     bool ruled, uint32_t *next);

/** Cells of the table rows, by row and column; overlapping ones are one. */
typedef struct xtr__rows {
    xtr__draft *cells;
    uint32_t *row_end; /* of each row */
    uint32_t count, rows;
} xtr__rows;

static inline uint32_t xtr__row_start(const xtr__rows *rows, uint32_t row) {
    return row > 0 ? rows->row_end[row - 1] : 0;
}

static inline bool xtr__drafts_overlap(const xtr__draft *a, const xtr__draft *b) {
    return a->column < b->column + b->column_span && b->column < a->column + a->column_span;
}

/** Adds a cell to those of one row, `count` at `row`: what shares a column becomes one. Returns how
 *  many there are then. */
uint32_t xtr__add_draft(xtr__draft *row, uint32_t count, xtr__draft cell, uint32_t *next);

enum { XTR__MOST_GROUPED = 500 }; /* rows in which labels of groups are looked for */

/** Labels that stand for several rows. */
typedef struct xtr__spread {
    uint32_t *label;  /* of each row, a cell */
    uint32_t *height; /* rows from there on that have it; 0: it is none */
} xtr__spread;

/** Finds labels in the middle of their rows, below the header. */
bool xtr__spread_labels(const xtr__body *body, const xtr__rows *rows, const uint32_t *next,
                        uint32_t header, xtr__spread *out);

/** How many rows at the top are header. */
uint32_t xtr__count_header(const xtr__body *body, const xtr__rows *rows, const uint32_t *next);

/** Merges the strips of the header column by column into cells at `out`, which has room for
 *  columns times (strips + 1). Returns how many; sets the number of rows. */
uint32_t xtr__merge_header(const xtr__body *body, uint32_t strips, const xtr__gutter *extent,
                           uint32_t *next, xtr__draft *out, uint32_t *rows);

/** Whether the rows are no table after all: prose, equations, contents, labels of a drawing. */
bool xtr__is_no_table(const xtr__body *body, const xtr__rows *rows, const uint32_t *next,
                      bool ruled);

/** Share of numbers among the tokens of a cell is at least half. */
bool xtr__is_numeric(const xtr__token *tokens, const uint32_t *next, uint32_t head);

/** The box of a table, no longer mirrored (tables.c). */
xtr_box xtr__mirror_back(const xtr__flow *flow, xtr_box box);

/** Finds the tables of all leaves that are not ruled: found[i] lists those of leaf i, used[] tells
 *  their words, *room how many leaves their cells and what is around them can make (tables.c).
 *  False when it was stopped. */
bool xtr__find_leaf_tables(xtr__raw_table **found, bool *used, size_t *room, const xtr__flow *flow);

#endif
