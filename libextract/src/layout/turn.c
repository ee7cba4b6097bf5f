/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text that goes on over the page: the last paragraph, item or quote of one and the first of the
 * next. Both stay elements of their pages; the second says that it goes on. It takes more than in
 * the next column of a page, for more stands between. */
#include "blocks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Ends -------------------------------------------------------------------------------------- */

/** What text goes on behind, or under, as if it was not there. */
static bool stands_aside(const xtr__text_block *b) {
    return b->type == XTR_HEADER || b->type == XTR_FOOTER || b->type == XTR_FOOTNOTE ||
           b->type == XTR_CAPTION || b->type == XTR_TABLE;
}

static bool may_go_on(const xtr__text_block *b) {
    return (b->type == XTR_PARAGRAPH || b->type == XTR_LIST_ITEM || b->type == XTR_QUOTE) &&
           !b->lines;
}

/** Whether what stands on a page reaches into its lower half: else it ends for another reason. */
static bool is_filled(const xtr__page_layout *page) {
    for (size_t i = page->lines.count; i > 0; i--) {
        const xtr__line *line = &page->lines.items[i - 1];
        float height = line->turn & 1 ? page->width : page->height;
        if (!(line->flags & XTR__LINE_FURNITURE) && line->y > 0.55F * height)
            return true;
    }
    return false;
}

void xtr__leave_open(xtr__open_end *out, const xtr__blocks *blocks) {
    uint32_t last = blocks->count;
    while (last > 0 && stands_aside(&blocks->items[last - 1]))
        last--;
    *out = (xtr__open_end){.page = NULL};
    if (last == 0 || !may_go_on(&blocks->items[last - 1]) || !is_filled(blocks->page))
        return;
    const xtr__text_block *b = &blocks->items[last - 1];
    *out = (xtr__open_end){
        .page = blocks->page, .type = b->type, .line = (uint32_t)b->last, .size = b->size};
}

typedef struct leaf {
    xtr__column column;
    uint32_t first, end; /* of its lines */
} leaf;

static leaf leaf_of(xtr__line_at at) {
    const xtr__line *lines = at.page->lines.items;
    leaf out = {.first = (uint32_t)(at.line - lines)};
    while (out.first > 0 && lines[out.first - 1].leaf == at.line->leaf)
        out.first--;
    out.column = xtr__leaf_extent(at.page, out.first, &out.end);
    return out;
}

/* Evidence ---------------------------------------------------------------------------------- */

/** Where the text begins behind a bracket or quotation mark that opens. */
static size_t behind_opening(const char *text, size_t size) {
    static const uint32_t opening[] = {'(', '[', '"', '\'', 0xab, 0x2018, 0x201c, 0x201e};
    size_t at = 0;
    uint32_t c = xtr__utf8_next(text, size, &at);
    for (size_t k = 0; k < sizeof opening / sizeof *opening; k++) {
        if (c == opening[k] && at < size)
            return at;
    }
    return 0;
}

/** Where the second word begins, or the size. */
static size_t second_word(const char *text, size_t size) {
    const char *space = memchr(text, ' ', size);
    return space != NULL && space + 1 < text + size ? (size_t)(space + 1 - text) : size;
}

/** Whether a line goes on as no sentence begins: in lower case (*cased), also behind a number, or
 * in a script that has none. */
static bool begins_inside(xtr__line_at at, bool *cased) {
    const char *text = xtr__line_text(at.page, at.line);
    size_t size = at.line->text_size;
    *cased = false;
    if (size == 0 || xtr__mark_at(text, at.line->text_size).size > 0)
        return false;
    size_t first = behind_opening(text, size), word = second_word(text, size);
    uint32_t c = xtr__utf8_next(text, size, &first);
    bool amount =
        xtr__is_digit(c) && word < size && xtr__is_lower(xtr__utf8_next(text, size, &word));
    *cased = amount || xtr__is_lower(c);
    return amount || xtr__starts_inside(c);
}

/** Whether tags say that both lines are of one block of text. */
static bool is_one_element(xtr__line_at a, xtr__line_at b) {
    uint32_t s = xtr__tag_of_line(a.page, a.line), t = xtr__tag_of_line(b.page, b.line);
    xtr__tag_role role = xtr__tag_role_of_line(a.page, a.line);
    bool text = role == XTR__TAG_PARAGRAPH || role == XTR__TAG_BODY || role == XTR__TAG_QUOTE;
    return text && t != XTR__NO_TAG && a.page->tagging.paragraphs && b.page->tagging.paragraphs &&
           a.page->tags.items[s].object == b.page->tags.items[t].object;
}

static bool looks_alike(xtr__line_at a, xtr__line_at b) {
    float size = a.line->size * a.page->unit, other = b.line->size * b.page->unit;
    bool weight = (a.line->bold > 0.8F) == (b.line->bold > 0.8F);
    const unsigned direction = XTR__LINE_RTL | XTR__LINE_TURNED;
    return fabsf(size - other) <= 0.08F * size && weight && a.line->turn == b.line->turn &&
           ((a.line->flags ^ b.line->flags) & direction) == 0;
}

/** Whether another line of its column is about as long: else nobody can tell how long a full one
 *  is. */
static bool has_peers(xtr__line_at at, const leaf *in) {
    for (uint32_t i = in->first; i < in->end; i++) {
        const xtr__line *line = &at.page->lines.items[i];
        if (line != at.line && xtr__free_end(line, in->column) < 4 * at.line->size)
            return true;
    }
    return false;
}

/** Whether the first word of `b` had no room behind `a`, which ended for that alone. Where words do
 *  not tell, what is free is little. */
static bool had_no_room(xtr__line_at a, xtr__line_at b, bool cased) {
    leaf in = leaf_of(a);
    float free = xtr__free_end(a.line, in.column), em = a.line->size;
    float word = (b.line->second - b.line->x0) * b.page->unit / a.page->unit;
    bool full = cased && !(b.line->flags & XTR__LINE_RTL)
                    ? free < word + 0.5F * em
                    : free < 0.06F * (in.column.right - in.column.left) + em;
    return full && has_peers(a, &in);
}

static bool runs_over(const xtr__open_end *end, xtr__line_at a, xtr__line_at b) {
    bool cased;
    if (is_one_element(a, b))
        return true;
    return end->size > 40 && looks_alike(a, b) && begins_inside(b, &cased) &&
           !xtr__ends_sentence(xtr__line_text(a.page, a.line), a.line->text_size) &&
           had_no_room(a, b, cased);
}

/* Pages ------------------------------------------------------------------------------------- */

static xtr_continuation continuation_of(xtr__join how) {
    return how == XTR__JOIN_SPACE    ? XTR_AFTER_SPACE
           : how == XTR__JOIN_HYPHEN ? XTR_AFTER_HYPHEN
                                     : XTR_AFTER_NOTHING;
}

/** The first block of a page that is not aside. NULL when it stands right under a table, to which
 * it may belong. */
static const xtr__text_block *first_block(const xtr__blocks *blocks) {
    const xtr__page_layout *page = blocks->page;
    uint32_t i = 0;
    while (i < blocks->count && stands_aside(&blocks->items[i]))
        i++;
    if (i == blocks->count)
        return NULL;
    const xtr__text_block *b = &blocks->items[i];
    if (i == 0 || b[-1].type != XTR_TABLE)
        return b;
    const xtr__line *line = &page->lines.items[b->first];
    uint32_t cell = page->lines.items[b[-1].first].cell - 1;
    xtr_box box = page->tables.items[page->cells.items[cell].table].box;
    return line->top - box.y1 < 0.8F * line->size && line->top > box.y0 ? NULL : b;
}

const xtr__text_block *xtr__turn_page(const xtr__blocks *blocks, const xtr__survey *survey,
                                      const xtr__open_end *end, xtr_continuation *how) {
    const xtr__page_layout *page = blocks->page;
    const xtr__text_block *b = first_block(blocks);
    xtr_element_type type = end->type == XTR_QUOTE ? XTR_QUOTE : XTR_PARAGRAPH;
    if (end->page == NULL || page->number != end->page->number + 1 || b == NULL ||
        b->type != type || b->lines)
        return NULL;
    const xtr__line_at last = {end->page, &end->page->lines.items[end->line]},
                       first = {page, &page->lines.items[b->first]};
    if (!runs_over(end, last, first))
        return NULL;
    *how = continuation_of(xtr__join_lines(survey, last, first, leaf_of(last).column));
    return b;
}
