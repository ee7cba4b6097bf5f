/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Page layout: from glyphs to lines in reading order. Knows nothing of PDF or MuPDF.
 *
 *   sheet (glyphs, rules, pictures, links of one page)
 *     -> words -> fragments -> leaves (columns, in reading order) -> lines      xtr__layout_page
 *   pages (lines with text and spans)
 *     -> furniture, headings, lists, notes, code                                 xtr__mark_pages
 *     -> paragraphs -> builder                                                   xtr__write_page
 *
 * The first step is a pure function of its sheet, so pages may be laid out on any slot; the second
 * runs once a document. Lengths are points, y grows downwards. em is a font size.
 */
#ifndef XTR_LAYOUT_H
#define XTR_LAYOUT_H

#include "libextract/extractor.h"

#include "tags.h"
#include <stdatomic.h>
#include <stdlib.h>

/* Memory ------------------------------------------------------------------------------------ */

/** Where all memory of an extraction is counted. Not for two threads at once. */
typedef struct xtr__budget {
    size_t used;
    size_t granted; /* used may grow so far; then `grow` is asked for more */
    bool (*grow)(void *payload, size_t bytes); /* NULL: no limit */
    void *payload;
    size_t base;    /* what was used before the job */
    bool denied;    /* something was refused since the start of the job */
    int undeniable; /* > 0: inside code that does not survive a refusal */
} xtr__budget;

/** Counts what is used from now on against the limit of a job, until its end. What is left then
 *  is the slot's own. */
void xtr__budget_begin(xtr__budget *budget, xtr_job *job);
void xtr__budget_end(xtr__budget *budget, xtr_job *job);

/** Memory that helpers of a job make for its owner. */
typedef struct xtr__handover {
    atomic_ullong moved; /* bytes */
    atomic_ullong paid;  /* how many of them were granted to the helpers */
} xtr__handover;

/** Gives `size` bytes that this budget counts away, and takes all that was given. */
void xtr__budget_give(xtr__budget *budget, size_t size, xtr__handover *handover);
void xtr__budget_take(xtr__budget *budget, xtr__handover *handover);

/** What a block of malloc takes, with its head: small blocks are a third larger for it. */
size_t xtr__block_size(const void *block);

/** realloc with the budget asked first; NULL when refused. `size` 0 frees and gives NULL. */
void *xtr__budget_resize(xtr__budget *budget, void *block, size_t size);

/** Makes room for `count` items in an array that only grows. False when refused. */
bool xtr__reserve(xtr__budget *budget, void *items, size_t *capacity, size_t count, size_t size);

/** An array that grows: XTR__PUSH gives the address of a new last item, or NULL when refused. */
#define XTR__VECTOR(type)       \
    struct {                    \
        type *items;            \
        size_t count, capacity; \
    }
#define XTR__PUSH(budget, vector)                                                             \
    ((vector)->count < (vector)->capacity ||                                                  \
             xtr__reserve(budget, &(vector)->items, &(vector)->capacity, (vector)->count + 1, \
                          sizeof *(vector)->items)                                            \
         ? &(vector)->items[(vector)->count++]                                                \
         : NULL)
#define XTR__VECTOR_DROP(budget, vector)                                     \
    (xtr__budget_resize(budget, (vector)->items, 0), (vector)->items = NULL, \
     (vector)->count = (vector)->capacity = 0)

typedef struct xtr__block xtr__block;

/** Memory that is given back all at once. Once `failed`, it stays so until the next reset. */
typedef struct xtr__scratch {
    xtr__budget *budget;
    xtr__block *blocks;
    size_t used; /* of the first block */
    bool failed;
} xtr__scratch;

/** `count` items of `size` bytes, not cleared; NULL when refused. */
void *xtr__scratch_take(xtr__scratch *scratch, size_t count, size_t size);
void xtr__scratch_reset(xtr__scratch *scratch);

/** A moment in the life of a scratch; what was taken since then goes when it is rewound. */
typedef struct xtr__savepoint {
    xtr__block *block;
    size_t used;
} xtr__savepoint;

xtr__savepoint xtr__scratch_save(const xtr__scratch *scratch);
void xtr__scratch_rewind(xtr__scratch *scratch, xtr__savepoint point);
void xtr__scratch_drop(xtr__scratch *scratch);

/** qsort, of what mostly is in order already: then it is only looked at. */
static inline void xtr__sort(void *items, size_t count, size_t size,
                             int (*compare)(const void *, const void *)) {
    const char *at = items;
    for (size_t i = 1; i < count; i++, at += size) {
        if (compare(at, at + size) > 0) {
            qsort(items, count, size, compare);
            return;
        }
    }
}

static inline int xtr__compare_floats(const void *a, const void *b) {
    float l = *(const float *)a, r = *(const float *)b;
    return (l > r) - (l < r);
}

/** What stands for the set of item `i`, of sets joined by making one root the parent of another. */
static inline uint32_t xtr__find_root(uint32_t *parent, uint32_t i) {
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/* Characters -------------------------------------------------------------------------------- */

bool xtr__is_letter(uint32_t c);
bool xtr__is_lower(uint32_t c);
bool xtr__is_upper(uint32_t c);
bool xtr__is_digit(uint32_t c);
bool xtr__is_mark(uint32_t c);
bool xtr__is_space(uint32_t c); /* takes width or none, shows nothing */
bool xtr__is_cjk(uint32_t c);   /* written without spaces: Han, Kana */
bool xtr__is_rtl(uint32_t c);   /* in a block of a right-to-left script */

/** What shapes of characters stand for (ligatures, Arabic letters, radicals, signs of vertical
 * text: U+FB00-FDFF, U+FE70-FEFF, U+2F00-2FD5, U+FE10-FE4F): up to 18 characters into `out`; any
 * other character is itself. Returns how many. */
size_t xtr__plain_form(uint32_t c, uint32_t out[18]);

/** Decodes the character at `at` and moves past it. The text must be well-formed. */
uint32_t xtr__utf8_next(const char *text, size_t size, size_t *at);
/** The character that ends at `size`, or 0. */
uint32_t xtr__utf8_last(const char *text, size_t size);

/* Sheet ------------------------------------------------------------------------------------- */

enum {
    XTR__FONT_BOLD = 1,
    XTR__FONT_ITALIC = 2,
    XTR__FONT_MONO = 4,
    XTR__FONT_SERIF = 8,
    XTR__FONT_MATH = 16,
    XTR__FONT_SYMBOLS = 32 /* letters are signs */
};

typedef struct xtr__font {
    uint32_t flags;
    uint32_t name; /* hash of the name without its subset tag */
} xtr__font;

enum {
    XTR__GLYPH_SPACED = 1,
    XTR__GLYPH_HIDDEN = 2,
    XTR__GLYPH_DOUBTFUL = 4,
    XTR__GLYPH_SLANTED = 8
};

/** A glyph (with the marks and ligature parts that belong to it) in coordinates turned so that
 *  its text runs to the right. */
typedef struct xtr__glyph {
    float x0, x1;    /* pen before and after */
    float y;         /* baseline */
    float size;      /* em */
    uint32_t text;   /* first of its codepoints */
    uint32_t colour; /* 0xRRGGBB */
    uint16_t count;  /* of its codepoints, at least 1 */
    uint16_t font;
    uint16_t mark; /* the marked content it is part of, from 1, or 0 */
    uint8_t turn;  /* how far the text is turned clockwise, in quarters */
    uint8_t flags; /* SPACED: a space stands before it; DOUBTFUL: it was recognised, hardly;
                      SLANTED: its text was stood up */
} xtr__glyph;

typedef struct xtr__area {
    xtr_box box;
    uint32_t url; /* of a link: into `urls` */
} xtr__area;

/** A straight line along one side of the page, from its smaller coordinates to its larger ones. */
typedef struct xtr__segment {
    float x0, y0, x1, y1;
} xtr__segment;

/** A small filled shape, about as wide as high. */
typedef struct xtr__dot {
    xtr_box box;
    uint32_t colour; /* 0xRRGGBB */
} xtr__dot;

/** Characters that stand for what glyphs show. */
typedef struct xtr__replacement {
    uint32_t at, count; /* of `spelled` */
} xtr__replacement;

/** What was found on one page. Kept from page to page; only the counts are reset. */
typedef struct xtr__sheet {
    xtr__budget *budget;
    uint32_t number;
    float width, height; /* in units */
    float unit;          /* of all lengths: 1 point, but for recognised pages whose text would be
                            far from the size of print */
    XTR__VECTOR(xtr__glyph) glyphs;
    XTR__VECTOR(uint32_t) codepoints;
    XTR__VECTOR(uint32_t)
    rows; /* of each codepoint: the line it was recognised in, or 0; may be
             shorter than `codepoints` */
    XTR__VECTOR(xtr__font) fonts;
    XTR__VECTOR(xtr__area) bars;     /* ruled horizontal lines */
    XTR__VECTOR(xtr__area) pictures; /* boxes of images */
    XTR__VECTOR(xtr__area) links;
    XTR__VECTOR(char) urls;             /* NUL-terminated, one after another */
    XTR__VECTOR(xtr__segment) segments; /* what tables are ruled with */
    XTR__VECTOR(xtr_box) fills;         /* coloured boxes */
    XTR__VECTOR(xtr_box) drawings;      /* curves and slanted lines */
    XTR__VECTOR(xtr__dot) dots;
    XTR__VECTOR(xtr__marked) marks;
    XTR__VECTOR(xtr__tag) tags;
    XTR__VECTOR(xtr__replacement) replacements;
    XTR__VECTOR(uint32_t) spelled;
    uint16_t open_mark; /* of the glyphs that are drawn next */
    bool ordered;       /* the tags say in which order they are read */
    bool keeps_runs;    /* layouts keep runs and look for no tables; a reset leaves it */
    bool keeps_words;   /* layouts keep words; a reset leaves it */
} xtr__sheet;

/** The line a glyph was recognised in, or 0. */
static inline uint32_t xtr__row_of(const xtr__sheet *sheet, const xtr__glyph *glyph) {
    return glyph->text < sheet->rows.count ? sheet->rows.items[glyph->text] : 0;
}

void xtr__sheet_reset(xtr__sheet *sheet, uint32_t number, float width, float height);
void xtr__sheet_drop(xtr__sheet *sheet);

/** A point of the page turned like text that runs `turn` quarters clockwise, and back. */
void xtr__turn(float *x, float *y, float width, float height, int turn);
xtr_box xtr__turn_back(xtr_box box, float width, float height, int turn);

/** Puts the replacement texts in the place of their glyphs (replace.c). */
void xtr__replace_text(xtr__sheet *sheet, xtr__scratch *scratch);

/** Adds glyphs for the bullets that are drawn (bullets.c). */
void xtr__add_bullets(xtr__sheet *sheet);

/* Pages ------------------------------------------------------------------------------------- */

#define XTR__NO_URL UINT32_MAX

/** A stretch of text in one style; stretches of a line follow each other. */
typedef struct xtr__stretch {
    uint32_t at, size; /* of the page's text */
    uint32_t styles;   /* XTR_BOLD, ... */
    uint32_t url;      /* into the page's urls, or XTR__NO_URL */
} xtr__stretch;

enum {
    XTR__LINE_TABULAR = 1,       /* a row of pieces set apart, not just the mark of an item */
    XTR__LINE_RTL = 2,           /* reads from the right */
    XTR__LINE_TURNED = 4,        /* not of the page's main direction */
    XTR__LINE_FURNITURE = 8,     /* set by xtr__mark_pages */
    XTR__LINE_CAPS = 16,         /* all capitals */
    XTR__LINE_SMALL_CAPS = 32,   /* the same, in two sizes */
    XTR__LINE_HEADING = 64,      /* set by xtr__mark_pages */
    XTR__LINE_CONTINUES = 128,   /* the heading of the line before */
    XTR__LINE_RULED = 256,       /* under a short rule */
    XTR__LINE_SPACED = 512,      /* a space stands before it */
    XTR__LINE_DOUBTFUL = 1024,   /* most of it is probably not what it reads */
    XTR__LINE_UNDERLINED = 2048, /* from its first to its last word */
    XTR__LINE_APART = 4096,      /* a row of pieces set apart */
};

/** What else a line is part of. */
typedef enum xtr__role {
    XTR__ROLE_NONE,
    XTR__ROLE_ITEM, /* of a list: its first line */
    XTR__ROLE_CODE,
    XTR__ROLE_FORMULA,
    XTR__ROLE_NOTE,      /* of a footnote: its first line */
    XTR__ROLE_NOTE_REST, /* its other lines */
    XTR__ROLE_CAPTION,   /* by its tag alone, as is a quote: others show as blocks */
    XTR__ROLE_QUOTE,
} xtr__role;

typedef struct xtr__line {
    float x0, x1, top, bottom; /* turned */
    float y, size;             /* baseline and em of its main part */
    float bold, italic, math;  /* share of its letters */
    float mono;                /* share of its glyphs */
    float advance;             /* width of a glyph in fonts where all have the same, or 0 */
    float first_gap, last_gap; /* between its first two and its last two words as seen */
    float word_gap;            /* the median of all */
    float second;              /* where its second word begins */
    uint32_t text, text_size;
    uint32_t stretches, stretch_count;
    uint32_t leaf;
    uint32_t font;   /* hash of its most used font's name */
    uint16_t pieces; /* separated by more than a word space */
    uint16_t flags;
    uint8_t turn;
    uint8_t role;     /* xtr__role, set by xtr__mark_pages */
    uint8_t mark;     /* bytes of the mark that an item or a note starts with */
    uint8_t level;    /* of a heading, 1 to 6 */
    bool artifact;    /* marked as no part of the document */
    uint8_t label;    /* characters at its start that are tagged as the label of a list item */
    bool starts_item; /* first of the page in its list item, by its tag */
    uint32_t cell;    /* of a table: index among the page's cells + 1; 0: none */
    uint32_t tag;     /* block that most of its letters belong to, or XTR__NO_TAG */
} xtr__line;

/** A cell of a table and its lines, which follow each other. */
typedef struct xtr__table_cell {
    uint16_t row, column, row_span, column_span;
    bool header;
    uint32_t table; /* of the page */
    uint32_t first_line, line_count;
    xtr_box box; /* turned like the lines */
} xtr__table_cell;

/** A table; its lines follow each other. */
typedef struct xtr__page_table {
    uint32_t first_cell, cell_count; /* of the page's cells, by row and column */
    uint16_t rows, columns;
    uint8_t turn;
    xtr_box box; /* turned like the lines */
} xtr__page_table;

/** Words of a line that stand no further apart than words do, or a whole line with right-to-left
 *  letters. */
typedef struct xtr__run {
    float x0, x1, y; /* turned */
    uint32_t line;
    uint32_t text, text_size; /* of the page's text */
} xtr__run;

/** A word where it stands on its page, in points, for who asks where words are. */
typedef struct xtr__found_word {
    xtr_box box;
    float baseline_left, baseline_right; /* y of the baseline at the sides of the box */
    float size;                          /* from ascender to descender of its line */
    float confidence;                    /* 0 to 1 */
    uint32_t text, text_size;            /* of the page's text */
    uint32_t line, paragraph, block;     /* numbers on the page, in reading order from 0 */
    bool vertical;                       /* runs downwards or upwards */
} xtr__found_word;

/** One page, laid out. */
typedef struct xtr__page_layout {
    uint32_t number;
    float width, height;          /* in units */
    float unit;                   /* of all lengths, in points; that of the sheet */
    float leading, body;          /* most frequent line distance and size */
    size_t visible, unmapped;     /* characters in all, and those without a meaning */
    bool hidden;                  /* the text is the hidden layer of a picture */
    XTR__VECTOR(xtr__line) lines; /* by leaf, in reading order */
    XTR__VECTOR(xtr__stretch) stretches;
    XTR__VECTOR(xtr__run) runs;         /* line by line, when the sheet keeps them */
    XTR__VECTOR(xtr__found_word) words; /* in reading order, when the sheet keeps them */
    uint32_t pixel_width, pixel_height; /* of the image they were recognised in, upright, or 0 */
    int words_turn; /* clockwise, in degrees: how the page stands that is upright to its words */
    XTR__VECTOR(char) text;
    XTR__VECTOR(char) urls;
    XTR__VECTOR(xtr__page_table) tables;
    XTR__VECTOR(xtr__table_cell) cells;
    XTR__VECTOR(xtr__tag) tags;
    xtr__tagging tagging;
    struct xtr__trace *trace; /* what is a heading, and why, goes here; NULL: nobody asks */
} xtr__page_layout;

/** Lays out a sheet. `stop` (may be NULL) is asked now and then. False when memory was refused
 *  or `stop` said so; `out` is then unusable but droppable. */
bool xtr__layout_page(xtr__page_layout *out, const xtr__sheet *sheet, xtr__scratch *scratch,
                      bool (*stop)(void *payload), void *payload);
void xtr__page_layout_drop(xtr__budget *budget, xtr__page_layout *page);
/** Memory that it holds. */
size_t xtr__page_layout_size(const xtr__page_layout *page);

/** What the pages of a document say together. */
typedef struct xtr__survey {
    xtr__budget *budget;
    uint64_t *forms; /* words with a hyphen inside, by hash; NULL: none */
    uint32_t mask;   /* of the slots of `forms` */
    bool mono;       /* nearly all text has one width: a typewriter's, not code */
    bool spaced;     /* spaces were drawn at the ends of Korean lines */
    bool unbroken;   /* Korean lines end near the edge, so they break inside words */
} xtr__survey;

/** Finds what is furniture, code, formula, heading, footnote and list in all pages of a document,
 *  and marks their lines. The survey is yours to drop. */
void xtr__mark_pages(xtr__survey *out, xtr__page_layout *pages, size_t count,
                     xtr__scratch *scratch);
void xtr__survey_drop(xtr__survey *survey);

/** Steps of xtr__mark_pages: running heads, feet and page numbers; what is tagged as no part of the
 *  document, where it is furniture (artifacts.c); headings, after both. */
void xtr__mark_furniture(xtr__page_layout *pages, size_t count, xtr__scratch *scratch);
void xtr__mark_artifacts(xtr__page_layout *pages, size_t count, xtr__scratch *scratch);
void xtr__mark_headings(xtr__page_layout *pages, size_t count, xtr__scratch *scratch);

/** Whether the tags of a page cover its text and agree with where it stands (tagged.c). */
void xtr__trust_tags(xtr__page_layout *page);

/** What the tag of a line is to say, or XTR__NO_TAG when it is not trusted. */
static inline uint32_t xtr__tag_of_line(const xtr__page_layout *page, const xtr__line *line) {
    return page->tagging.trusted ? line->tag : XTR__NO_TAG;
}

/** The role of the block that a line belongs to. */
xtr__tag_role xtr__tag_role_of_line(const xtr__page_layout *page, const xtr__line *line);

/** What the tags say of two lines: that they belong to one block, to two, or nothing. */
typedef enum xtr__relation { XTR__UNKNOWN, XTR__TOGETHER, XTR__APART } xtr__relation;
xtr__relation xtr__tag_relation(const xtr__page_layout *page, const xtr__line *a,
                                const xtr__line *b);

/** The list item that a line is tagged as part of, or XTR__NO_TAG; and how deep its list is, from
 * 1, or 0. */
uint32_t xtr__list_item(const xtr__page_layout *page, const xtr__line *line);
int xtr__list_level(const xtr__page_layout *page, const xtr__line *line);

/** What is said of a figure, with its size: a part of `urls`, those of its sheet or page. NULL when
 *  that says nothing. */
const char *xtr__figure_text(const xtr__tag *tag, const char *urls, size_t *size);

/** The figures of which something worth reading is said, in the order of the tree, in *out; returns
 *  how many (figures.c). */
uint32_t xtr__find_figures(const xtr__page_layout *page, xtr__scratch *scratch, uint32_t **out);
void xtr__write_figure(xtr_builder *builder, const xtr__page_layout *page, uint32_t tag);

/** Marks the headings that are tagged as such, with their levels, and takes the mark from lines
 * that are tagged as something that is no heading (tagged_headings.c). */
void xtr__mark_tagged_headings(xtr__page_layout *pages, size_t count);

/** Takes the mark from what stands below the title of the first page and heads nothing: authors,
 * their institutions, dates (bylines.c). */
void xtr__unmark_bylines(xtr__page_layout *page);

/** Whether a line of a page starts with a number that headings have, or is a name that they often
 * have.
 */
bool xtr__is_named_heading(const xtr__page_layout *page, uint32_t line);

/** Whether what lines of a page say cannot be a heading, however they look. */
bool xtr__reads_unlike_heading(const xtr__page_layout *page, uint32_t first, uint32_t count);

/** The text at the end of a page, with which that of the next may go on. All zero: none. */
typedef struct xtr__open_end {
    const xtr__page_layout *page; /* NULL: there is none */
    uint32_t type;                /* xtr_element_type */
    uint32_t line, size;          /* the last one; bytes of the whole block */
} xtr__open_end;

/** Writes the elements of one page, between xtr_page_begin and xtr_page_end. *end is that of the
 * page written before, which must still be there, and then that of this one; NULL: pages stand
 * alone. */
void xtr__write_page(xtr_builder *builder, const xtr__page_layout *page, const xtr__survey *survey,
                     xtr__scratch *scratch, xtr__open_end *end);

/** Writes the words that were kept, between xtr_page_begin and xtr_page_end. */
void xtr__write_words(xtr_builder *builder, const xtr__page_layout *page);

/** Writes one page, whose runs were kept, as one verbatim element in which everything stands where
 *  it stands on the page. */
void xtr__write_preserved(xtr_builder *builder, const xtr__page_layout *page, bool drop_furniture,
                          xtr__scratch *scratch);

/* Steps of xtr__layout_page ----------------------------------------------------------------- */

/** A run of glyphs without a space. */
typedef struct xtr__word {
    float x0, x1, top, bottom, y, size;
    uint32_t glyph, count; /* of the flow's glyphs */
    uint32_t letters;      /* codepoints in all */
} xtr__word;

/** Words of one row with gaps narrower than a column gutter. */
typedef struct xtr__fragment {
    float x0, x1, top, bottom, y, size;
    uint32_t word, count;
    uint32_t letters, alphabetic;
    uint32_t row; /* of a word: the line it was recognised in, or 0 */
    bool cjk;
} xtr__fragment;

/** One direction of text on a page. */
typedef struct xtr__flow {
    const xtr__sheet *sheet;
    xtr__scratch *scratch;
    bool (*stop)(void *payload);
    void *payload;
    xtr__glyph *glyphs;
    xtr__word *words;
    xtr__fragment *fragments;
    uint32_t glyph_count, word_count, fragment_count;
    bool backwards; /* columns follow each other from right to left */
    uint8_t turn;
    const xtr__area *masks; /* what columns do not cross, from top to bottom */
    uint32_t mask_count;
    uint32_t *sequence; /* fragments in reading order */
    uint32_t *leaves;   /* where in `sequence` each leaf begins; one more at the end */
    uint32_t leaf_count;
    uint32_t free_words;            /* words before this one are in no ruled table */
    struct xtr__ruling *ruling;     /* NULL: tables are not looked for */
    struct xtr__raw_table **tables; /* ruled ones; fragments without words stand for them */
    uint32_t table_count;
    uint32_t *leaf_cells; /* index of the cell each leaf is + 1, or 0; NULL: none is */
} xtr__flow;

/** Whether to stop; asked at every 1024th `step` of a loop only. */
static inline bool xtr__flow_stops(const xtr__flow *flow, uint32_t step) {
    return step % 1024 == 1023 && flow->stop != NULL && flow->stop(flow->payload);
}

/** Makes large first letters of paragraphs part of their first line. */
void xtr__merge_drop_caps(xtr__glyph *glyphs, uint32_t count, const uint32_t *codepoints);

/** Lays labels of columns that run up or down beside the main text, which is turned by `turn`, down
 *  above their columns (labels.c). */
void xtr__lay_down_labels(xtr__glyph *glyphs, uint32_t count, uint8_t turn, const xtr__sheet *sheet,
                          xtr__scratch *scratch);

/** Glyphs to words. */
bool xtr__find_words(xtr__flow *flow);

/** Words that are in no ruled table to fragments; one more stands for each table. */
bool xtr__find_fragments(xtr__flow *flow);

/** A word as a fragment. */
xtr__fragment xtr__word_fragment(const xtr__flow *flow, uint32_t word);

/** Finds the tables that are ruled as a grid: their words go to the end of `words`. */
bool xtr__find_ruled_tables(xtr__flow *flow);

/** Where a ruled table stands. */
xtr_box xtr__table_box(const xtr__flow *flow, uint32_t table);

/** Finds the other tables, leaf by leaf, and makes each cell of all tables a leaf. */
bool xtr__place_tables(xtr__page_layout *out, xtr__flow *flow);

/** Fragments to leaves: recursive gutter cut. */
bool xtr__find_order(xtr__flow *flow);

/** Groups what stands in the same row with gaps under `gap` em: group[i] numbers the group of
 *  item i (by index into `items`), in no order. Returns the number of groups; when the flow is to
 *  stop, of some. */
uint32_t xtr__group_rows(const xtr__flow *flow, const xtr__fragment *items, const uint32_t *which,
                         uint32_t count, float gap, uint32_t *group);

/** Puts the leaves into the order of the tree, when that is one of columns (tagged_order.c). */
bool xtr__order_by_tags(xtr__flow *flow);

/** Whether a word is tagged as part of a list item: labels beside bodies are no table. */
bool xtr__is_listed(const xtr__flow *flow, const xtr__word *word);

/** Whether a word is marked as no part of the document. */
bool xtr__is_artifact(const xtr__flow *flow, const xtr__word *word);

/** Marks the lines of `out` from `first` on that are underlined (tables.c). */
void xtr__mark_underlined(xtr__page_layout *out, uint32_t first, const xtr__flow *flow);

/** Numerators, denominators and limits stand closer to their line than lines of text do: their
 *  rows become one. Renumbers `group`. */
bool xtr__merge_formulas(const xtr__flow *flow, const uint32_t *leaf, uint32_t count,
                         uint32_t *group, uint32_t *groups);

/** Formulas: pieces that stand above each other (fractions, limits, scripts) are read in the
 *  order they were drawn, not from left to right, unless the page drew them out of turn. */
void xtr__unstack(const xtr__flow *flow, const xtr__line *line, uint32_t *words, uint32_t count);

/** Leaves to lines at the end of `out`. */
bool xtr__make_lines(xtr__page_layout *out, const xtr__flow *flow);

/** Says what block a line of these words belongs to, and counts its letters (tagged.c). */
void xtr__tag_line(const xtr__flow *flow, xtr__line *line, xtr__tagging *page,
                   const uint32_t *words, uint32_t count);

/** One glyph of a line, or a space (glyph is then UINT32_MAX). */
typedef struct xtr__placed {
    uint32_t glyph;
    bool mirrored;
} xtr__placed;

/** Puts the glyphs of one line, which come in the order they are seen, into the order they are
 *  read. `cells` must have room for twice `count`. Returns how many were written; *rtl is set
 *  when the line reads from the right. */
uint32_t xtr__logical_order(xtr__placed *cells, const xtr__glyph *glyphs, const uint32_t *which,
                            uint32_t count, const uint32_t *codepoints, xtr__scratch *scratch,
                            bool *rtl);

/** The character that shows as the mirror image of `c`, or `c`. */
uint32_t xtr__mirror(uint32_t c);

#endif
