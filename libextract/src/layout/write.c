/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Blocks of one page to elements. */
#include "blocks.h"

#include <math.h>
#include <string.h>

typedef struct page_writer {
    xtr_builder *builder;
    const xtr__page_layout *page;
    const xtr__survey *survey;
    xtr__blocks blocks;
    uint32_t *figures; /* that are tagged and not yet written */
    uint32_t figure_count;
} page_writer;

/* Text -------------------------------------------------------------------------------------- */

/** Text without leaders: five dots or more become one space, three spaced ones an ellipsis. */
static void put_plain(xtr_builder *builder, const char *text, size_t size) {
    size_t written = 0, at = 0;
    while (at < size) {
        const char *dot = memchr(text + at, '.', size - at);
        if (dot == NULL) {
            break;
        }
        size_t first = (size_t)(dot - text), end = first, dots = 0;
        while (end < size &&
               (text[end] == '.' || (text[end] == ' ' && end + 1 < size && text[end + 1] == '.'))) {
            dots += text[end++] == '.';
        }
        if (dots >= 5) {
            first -= first > written && text[first - 1] == ' ';
            end += end < size && text[end] == ' ';
            xtr_text(builder, text + written, first - written);
            xtr_text(builder, " ", 1);
            written = end;
        } else if (dots == 3 && end - first == 5) {
            xtr_text(builder, text + written, first - written);
            xtr_text(builder, "...", 3);
            written = end;
        }
        at = end;
    }
    xtr_text(builder, text + written, size - written);
}

/** Text in which one space is as good as several. */
static void put_text(xtr_builder *builder, const char *text, size_t size) {
    size_t at = 0;
    while (at < size) {
        const char *spaces = memmem(text + at, size - at, "  ", 2);
        size_t end = spaces != NULL ? (size_t)(spaces - text) + 1 : size;
        put_plain(builder, text + at, end - at);
        while (end < size && text[end] == ' ') {
            end++;
        }
        at = end;
    }
}

static bool is_numeric(const char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        if (!(c - '0' < 10 || c == '+' || c == '-' || c == 0x2212 || c == ' ')) {
            return false;
        }
    }
    return true;
}

/** Styles that say something of this line. */
static uint32_t styles_of(const page_writer *w, const xtr__line *line, const xtr__stretch *s) {
    uint32_t styles = s->styles;
    if (line->flags & XTR__LINE_HEADING) {
        styles &= ~(uint32_t)XTR_BOLD; /* goes without saying */
    }
    if (line->role == XTR__ROLE_FORMULA && !is_numeric(w->page->text.items + s->at, s->size)) {
        styles &= ~(uint32_t)(XTR_SUPERSCRIPT | XTR_SUBSCRIPT); /* linear text */
    }
    return w->survey->mono ? styles & ~(uint32_t)XTR_MONO : styles;
}

/** Writes a line without its first `skip` and last `cut` bytes. */
static void put_line(const page_writer *w, const xtr__line *line, uint32_t skip, uint32_t cut) {
    uint32_t from = line->text + skip, to = line->text + line->text_size - cut;
    for (uint32_t i = 0; i < line->stretch_count; i++) {
        const xtr__stretch *s = &w->page->stretches.items[line->stretches + i];
        uint32_t at = s->at > from ? s->at : from;
        uint32_t end = s->at + s->size < to ? s->at + s->size : to;
        if (at < end) {
            const char *url = s->url == XTR__NO_URL ? NULL : w->page->urls.items + s->url;
            xtr_style(w->builder, styles_of(w, line, s), url);
            if (line->flags & XTR__LINE_TABULAR) {
                put_plain(w->builder, w->page->text.items + at, end - at);
            } else {
                put_text(w->builder, w->page->text.items + at, end - at);
            }
        }
    }
}

/** A space takes the style of both its sides if that is one. */
static void put_space(const page_writer *w, const xtr__line *a, const xtr__line *b) {
    if (a->stretch_count > 0 && b->stretch_count > 0) {
        const xtr__stretch *s = &w->page->stretches.items[a->stretches + a->stretch_count - 1];
        const xtr__stretch *t = &w->page->stretches.items[b->stretches];
        if (styles_of(w, a, s) != styles_of(w, b, t) || s->url != t->url) {
            xtr_style(w->builder, 0, NULL);
        }
    }
    xtr_text(w->builder, " ", 1);
}

/** Bytes at the start of a block that its marker holds. */
static uint32_t skipped(const page_writer *w, const xtr__text_block *b) {
    const xtr__line *first = &w->page->lines.items[b->first];
    uint32_t size = first->mark;
    if (size == 0 || (b->type != XTR_LIST_ITEM && b->type != XTR_FOOTNOTE)) {
        return 0;
    }
    const char *text = xtr__line_text(w->page, first);
    while (size < first->text_size && text[size] == ' ') {
        size++;
    }
    return size;
}

/** Writes a line without its first `skip` bytes, and what joins it to the next (NULL: nothing). */
static void put_joined(const page_writer *w, const xtr__line *line, const xtr__line *next,
                       uint32_t skip, xtr__column column) {
    const xtr__line_at at = {w->page, line}, next_at = {w->page, next};
    xtr__join how =
        next != NULL ? xtr__join_lines(w->survey, at, next_at, column) : XTR__JOIN_NOTHING;
    uint32_t cut = how == XTR__JOIN_HYPHEN
                       ? xtr__hyphen_size(xtr__line_text(w->page, line), line->text_size)
                       : 0;
    put_line(w, line, skip, cut);
    if (how == XTR__JOIN_SPACE) {
        put_space(w, line, next);
    }
}

static void put_lines(const page_writer *w, const xtr__text_block *b) {
    const xtr__line *lines = w->page->lines.items;
    bool rows = b->type == XTR_VERBATIM || b->type == XTR_FORMULA || b->lines;
    uint32_t skip = skipped(w, b);
    for (int32_t i = b->first; i != XTR__NO_LINE; i = w->blocks.next[i]) {
        const xtr__line *next =
            w->blocks.next[i] == XTR__NO_LINE ? NULL : &lines[w->blocks.next[i]];
        bool anew = next != NULL && (rows || w->blocks.paragraph[w->blocks.next[i]]);
        put_joined(w, &lines[i], anew ? NULL : next, skip, b->column);
        if (anew) {
            xtr_style(w->builder, 0, NULL);
            xtr_text(w->builder, "\n\n", rows ? 1 : 2);
        }
        skip = 0;
    }
}

/* Tables ------------------------------------------------------------------------------------ */

/** A box of the layout as one of the page, in points. */
static xtr_box on_page(const xtr__page_layout *page, xtr_box box, uint8_t turn) {
    xtr_box b = xtr__turn_back(box, page->width, page->height, turn);
    return (xtr_box){b.x0 * page->unit, b.y0 * page->unit, b.x1 * page->unit, b.y1 * page->unit};
}

static uint32_t tagged_cell(const xtr__page_layout *page, const xtr__line *line) {
    const xtr__tag *tags = page->tags.items;
    uint32_t tag = xtr__tag_of_line(page, line);
    uint32_t cell = xtr__tag_above(tags, tag, XTR__TAG_CELL);
    return cell != XTR__NO_TAG ? cell : xtr__tag_above(tags, tag, XTR__TAG_HEAD_CELL);
}

/** Whether two lines of a cell are different paragraphs of it: lines tagged as cells are not. */
static bool stand_apart(const xtr__page_layout *page, const xtr__line *a, const xtr__line *b) {
    return xtr__tag_relation(page, a, b) == XTR__APART &&
           tagged_cell(page, a) == tagged_cell(page, b);
}

static void write_cell(const page_writer *w, const xtr__table_cell *cell, uint8_t turn) {
    const xtr__page_layout *page = w->page;
    xtr_cell_info info = {.row = cell->row,
                          .column = cell->column,
                          .row_span = cell->row_span,
                          .column_span = cell->column_span,
                          .header = cell->header,
                          .box = on_page(page, cell->box, turn)};
    xtr_cell_begin(w->builder, &info);
    for (uint32_t i = 0; i < cell->line_count; i++) {
        const xtr__line *line = &page->lines.items[cell->first_line + i];
        const xtr__line *next = i + 1 < cell->line_count ? line + 1 : NULL;
        bool apart = next != NULL && stand_apart(page, line, next);
        put_joined(w, line, apart ? NULL : next, 0, (xtr__column){cell->box.x0, cell->box.x1});
        if (apart) {
            xtr_style(w->builder, 0, NULL);
            xtr_text(w->builder, "\n", 1);
        }
    }
    xtr_cell_end(w->builder);
}

static void write_table(const page_writer *w, const xtr__page_table *table) {
    const xtr__page_layout *page = w->page;
    xtr_table_begin(w->builder, on_page(page, table->box, table->turn));
    for (uint32_t i = 0; i < table->cell_count; i++) {
        write_cell(w, &page->cells.items[table->first_cell + i], table->turn);
    }
    xtr_table_end(w->builder);
}

/* Code -------------------------------------------------------------------------------------- */

enum { MOST_INDENT = 200, MOST_BLANK = 2 };

/** Code keeps its lines, blank lines and indentation, in cells of its font. */
static void put_code(const page_writer *w, const xtr__text_block *b) {
    const xtr__line *lines = w->page->lines.items;
    float left = lines[b->first].x0;
    for (int32_t i = b->first; i != XTR__NO_LINE; i = w->blocks.next[i]) {
        left = fminf(left, lines[i].x0);
    }
    xtr_style(w->builder, 0, NULL);
    for (int32_t i = b->first; i != XTR__NO_LINE; i = w->blocks.next[i]) {
        float cell = lines[i].advance > 0 ? lines[i].advance : lines[i].size / 2;
        float cells = roundf((lines[i].x0 - left) / cell);
        for (int n = cells < MOST_INDENT ? (int)cells : MOST_INDENT; n > 0; n--) {
            xtr_text(w->builder, " ", 1);
        }
        xtr_text(w->builder, xtr__line_text(w->page, &lines[i]), lines[i].text_size);
        int32_t next = w->blocks.next[i];
        float step = next == XTR__NO_LINE ? 0 : (lines[next].y - lines[i].y) / w->page->leading;
        float blank = step > 1.6F ? fminf(roundf(step) - 1, MOST_BLANK) : 0;
        for (int n = (int)blank; next != XTR__NO_LINE && n >= 0; n--) {
            xtr_text(w->builder, "\n", 1);
        }
    }
}

/* Elements ---------------------------------------------------------------------------------- */

static xtr_box box_of(const page_writer *w, const xtr__text_block *b) {
    xtr_box out = {0};
    for (int32_t i = b->first; i != XTR__NO_LINE; i = w->blocks.next[i]) {
        const xtr__line *l = &w->page->lines.items[i];
        xtr_box box = on_page(w->page, (xtr_box){l->x0, l->top, l->x1, l->bottom}, l->turn);
        if (i == b->first) {
            out = box;
        } else {
            out = (xtr_box){fminf(out.x0, box.x0), fminf(out.y0, box.y0), fmaxf(out.x1, box.x1),
                            fmaxf(out.y1, box.y1)};
        }
    }
    return out;
}

enum { MAX_LEVEL = 6 };

/** Where the marks of the open lists stand from the edge of their column, outermost first. */
typedef struct levels {
    float at[MAX_LEVEL];
    int depth;
} levels;

static int level_of(levels *open, const xtr__line *line, xtr__column column) {
    float step = 0.6F * line->size;
    float at = line->flags & XTR__LINE_RTL ? column.right - line->x1 : line->x0 - column.left;
    while (open->depth > 0 && open->at[open->depth - 1] > at + step) {
        open->depth--;
    }
    bool deeper = open->depth == 0 || at > open->at[open->depth - 1] + step;
    if (deeper && open->depth < MAX_LEVEL) {
        open->at[open->depth++] = at;
    }
    return open->depth;
}

/** The mark of an item or note as printed; bullets of symbol fonts, which have no meaning outside
 *  of them, become a plain one. */
static void copy_mark(char *out, size_t room, const page_writer *w, const xtr__line *line) {
    const char *text = xtr__line_text(w->page, line);
    size_t at = 0, size = line->mark < room ? line->mark : 0;
    uint32_t c = size > 0 ? xtr__utf8_next(text, size, &at) : 0;
    if (c >= 0xe000 && c <= 0xf8ff) {
        strcpy(out, "\u2022");
        return;
    }
    memcpy(out, text, size);
    out[size] = '\0';
}

static void write_block(const page_writer *w, const xtr__text_block *b, xtr_continuation how,
                        levels *open) {
    const xtr__line *first = &w->page->lines.items[b->first];
    if (b->type == XTR_TABLE) {
        open->depth = 0;
        write_table(w, &w->page->tables.items[w->page->cells.items[first->cell - 1].table]);
        return;
    }
    xtr_element_info info = {.type = b->type, .box = box_of(w, b), .continues = how};
    char marker[32] = "";
    if (b->type == XTR_LIST_ITEM || b->type == XTR_FOOTNOTE) {
        copy_mark(marker, sizeof marker, w, first);
        info.marker = marker[0] != '\0' ? marker : NULL;
    }
    if (b->type == XTR_LIST_ITEM) {
        int tagged = xtr__list_level(w->page, first);
        info.level = tagged > 0 ? tagged : level_of(open, first, b->column);
    } else if (b->type != XTR_HEADER && b->type != XTR_FOOTER) {
        open->depth = 0;
    }
    if (b->type == XTR_HEADING) {
        info.level = first->level;
    }
    xtr_element_begin(w->builder, &info);
    if (b->type == XTR_CODE) {
        put_code(w, b);
    } else {
        put_lines(w, b);
    }
    xtr_element_end(w->builder);
}

/** Writes the figures that come before `order` in the tree. */
static void write_figures(page_writer *w, uint32_t order) {
    for (; w->figure_count > 0 && w->page->tags.items[*w->figures].order < order; w->figures++) {
        xtr__write_figure(w->builder, w->page, *w->figures);
        w->figure_count--;
    }
}

void xtr__write_page(xtr_builder *builder, const xtr__page_layout *page, const xtr__survey *survey,
                     xtr__scratch *scratch, xtr__open_end *end) {
    xtr__scratch_reset(scratch);
    page_writer w = {.builder = builder, .page = page, .survey = survey};
    (void)xtr__find_blocks(&w.blocks, page, scratch);
    xtr_continuation how = XTR_ANEW;
    const xtr__text_block *going_on =
        end != NULL ? xtr__turn_page(&w.blocks, survey, end, &how) : NULL;
    w.figure_count = xtr__find_figures(page, scratch, &w.figures);
    levels open = {0};
    for (uint32_t i = 0; i < w.blocks.count; i++) {
        const xtr__line *first = &page->lines.items[w.blocks.items[i].first];
        if (first->tag != XTR__NO_TAG) {
            write_figures(&w, page->tags.items[first->tag].order);
        }
        bool goes_on = &w.blocks.items[i] == going_on;
        write_block(&w, &w.blocks.items[i], goes_on ? how : XTR_ANEW, &open);
    }
    write_figures(&w, XTR__NO_TAG);
    if (end != NULL) {
        xtr__leave_open(end, &w.blocks);
    }
}

void xtr__write_words(xtr_builder *builder, const xtr__page_layout *page) {
    for (size_t i = 0; i < page->words.count; i++) {
        const xtr__found_word *word = &page->words.items[i];
        xtr_word(builder, &(xtr_word_info){.text = page->text.items + word->text,
                                           .size = word->text_size,
                                           .box = word->box,
                                           .baseline_left = word->baseline_left,
                                           .baseline_right = word->baseline_right,
                                           .height = word->size,
                                           .confidence = word->confidence,
                                           .line = word->line,
                                           .paragraph = word->paragraph,
                                           .block = word->block});
    }
}
