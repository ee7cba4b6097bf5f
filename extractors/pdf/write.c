/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lines to elements: paragraphs, list items, tabular rows and furniture of one page. */
#include "layout.h"

#include <math.h>
#include <string.h>

enum { NONE = -1, MOST_MARKER = 16 };
typedef enum kind {
    PLAIN,
    ITEM,
    TABULAR,
    HEADING,
    CAPTION,
    QUOTE,
    CODE,
    FORMULA,
    TABLE,
    HEADER,
    FOOTER
} kind;

/** What a line may start with. `ordered` marks count, others are bullets. */
typedef struct mark {
    uint32_t size; /* bytes, without the space after it; 0: none */
    bool ordered, certain;
    char shape; /* what stands around the number: marks of one list agree */
    int value;
} mark;

/** Lines that make up one element. */
typedef struct block {
    kind kind;
    int32_t first, last; /* lines, linked by `next` */
    uint32_t size;       /* bytes of text */
    mark mark;
    int level; /* of a list item, when tags say it, or 0 */
} block;

typedef struct page_writer {
    xtr_builder *builder;
    const xtr__page_layout *page;
    block *blocks;
    int32_t *next; /* the line that follows in the same element, or NONE */
    uint32_t count;
    uint32_t *figures; /* that are not yet written */
    uint32_t figure_count;
} page_writer;

static const char *text_of(const xtr__page_layout *page, const xtr__line *line) {
    return page->text.items + line->text;
}

/* List marks -------------------------------------------------------------------------------- */

static mark bullet_at(const char *text, uint32_t size) {
    size_t at = 0;
    uint32_t c = xtr__utf8_next(text, size, &at);
    bool certain = c == 0x2022 || c == 0x25cf || c == 0x25aa || c == 0x25e6 || c == 0x2023 ||
                   c == 0x25a0 || c == 0x25a1 || c == 0x25cb || c == 0xf0b7 || c == 0xf0a7;
    bool likely = c == 0x2013 || c == '*' || c == 0xb7 || c == '-' || c == 0x27a2 || c == 0x2713;
    bool found = (certain || likely) && at + 1 < size && text[at] == ' ';
    return found ? (mark){.size = (uint32_t)at, .certain = certain, .shape = 'b'} : (mark){0};
}

/** "1.", "(2)", "a)", "(iv)", "[7]" and a space. */
static mark mark_at(const char *text, uint32_t size) {
    mark out = {0};
    if (size < 3) {
        return out;
    }
    uint32_t at = text[0] == '(' || text[0] == '[';
    char open = at ? text[0] : '.';
    uint32_t first = at;
    while (at < size && text[at] >= '0' && text[at] <= '9' && at - first < 3) {
        out.value = out.value * 10 + (text[at++] - '0');
    }
    if (at == first && text[at] >= 'a' && text[at] <= 'z') {
        out.value = text[at++] - 'a' + 1;
        while (open == '(' && at < size && strchr("ivx", text[at]) != NULL && at - first < 5) {
            at++;
            out.value = 0;
        }
    }
    bool digits = at > first && text[first] <= '9';
    char close = at < size ? text[at] : '\0';
    bool closed = open == '[' ? close == ']' && digits
                              : (close == ')' || (close == '.' && open == '.')) &&
                                    at - first <= (digits ? 2U : 4U);
    if (at == first || !closed || at + 2 >= size || text[at + 1] != ' ' || text[at + 2] == ' ') {
        return bullet_at(text, size);
    }
    out.size = at + 1;
    out.ordered = true;
    out.shape = (char)(digits ? close : close + 1);
    return out;
}

/* Paragraph breaks -------------------------------------------------------------------------- */

static bool ends_sentence(const char *text, uint32_t size) {
    uint32_t c = xtr__utf8_last(text, size);
    return c == '.' || c == '!' || c == '?' || c == ':' || c == 0x61f || c == 0x3002 ||
           c == 0x201d || c == '"';
}

/** One line is bold and the other is not: a title stands above its text. */
static bool changes_weight(const xtr__line *a, const xtr__line *b) {
    return (a->bold > 0.8F && b->bold < 0.2F) || (a->bold < 0.2F && b->bold > 0.8F);
}

typedef struct column {
    float left, right;
} column;

static kind tagged_kind(const xtr__page_layout *page, const xtr__line *line) {
    uint32_t tag = xtr__tag_of_line(page, line);
    for (; tag != XTR__NO_TAG; tag = page->tags.items[tag].parent) {
        switch (page->tags.items[tag].role) {
        case XTR__ROLE_CAPTION:
            return CAPTION;
        case XTR__ROLE_QUOTE:
            return QUOTE;
        case XTR__ROLE_CODE:
            return CODE;
        case XTR__ROLE_FORMULA:
            return FORMULA;
        case XTR__ROLE_ITEM:
        case XTR__ROLE_CELL:
        case XTR__ROLE_HEAD_CELL:
            return PLAIN;
        default:
            break;
        }
    }
    return PLAIN;
}

static kind kind_of(const xtr__page_layout *page, const xtr__line *line) {
    if (line->flags & XTR__LINE_FURNITURE) {
        bool lying = line->turn & 1;
        return line->y < (lying ? page->width : page->height) / 2 ? HEADER : FOOTER;
    }
    if (line->flags & XTR__LINE_HEADING) {
        return HEADING;
    }
    kind tagged = tagged_kind(page, line);
    bool item = xtr__list_item(page, line) != XTR__NO_TAG;
    return tagged != PLAIN ? tagged : line->flags & XTR__LINE_TABULAR && !item ? TABULAR : PLAIN;
}

/** Whether a new element starts at `line`, which follows `prev` in the element `open`. */
static bool breaks(const page_writer *w, const block *open, const xtr__line *prev,
                   const xtr__line *line, const xtr__line *next, column c) {
    const xtr__page_layout *page = w->page;
    kind now = kind_of(page, line);
    if (kind_of(page, prev) != now) {
        return true;
    }
    if (now == HEADING) {
        return !(line->flags & XTR__LINE_CONTINUES);
    }
    float gap = line->y - prev->y;
    float usual = page->leading * fminf(1.6F, line->size / page->body);
    if (gap > 1.45F * fmaxf(usual, 1.05F * line->size) || gap < -1) {
        return true;
    }
    if (now == TABULAR || now == CODE) {
        return false;
    }
    xtr__relation tagged = xtr__tag_relation(page, prev, line);
    if (tagged == XTR__APART || fabsf(line->size - prev->size) > 0.12F * prev->size) {
        return true;
    }
    mark found = mark_at(text_of(page, line), line->text_size);
    if (found.certain || (found.size > 0 && tagged != XTR__TOGETHER)) {
        return true;
    }
    float free = prev->flags & XTR__LINE_RTL ? prev->x0 - c.left : c.right - prev->x1;
    if (free > 0.15F * (c.right - c.left) &&
        (ends_sentence(text_of(page, prev), prev->text_size) || changes_weight(prev, line)))
        return true;
    if (line->flags & XTR__LINE_RTL || open->mark.size > 0 || tagged == XTR__TOGETHER) {
        return false; /* lines of a list item hang */
    }
    float indent = line->x0 - prev->x0;
    return indent > 0.8F * line->size && indent < 5 * line->size &&
           (next == NULL || next->x0 < line->x0 - 0.5F * line->size);
}

/** A paragraph without an end goes on in the next leaf when that starts in lower case. */
static bool goes_on(const page_writer *w, const block *a, const block *b) {
    const xtr__line *last = &w->page->lines.items[a->last];
    const xtr__line *first = &w->page->lines.items[b->first];
    xtr__relation tagged = xtr__tag_relation(w->page, last, first);
    if (tagged == XTR__TOGETHER && a->kind <= ITEM && b->kind == PLAIN) {
        return !b->mark.certain;
    }
    if (tagged == XTR__APART || a->kind != PLAIN || b->kind != PLAIN || a->size <= 40 ||
        b->mark.size > 0) {
        return false;
    }
    size_t at = 0;
    return !ends_sentence(text_of(w->page, last), last->text_size) &&
           xtr__is_lower(xtr__utf8_next(text_of(w->page, first), first->text_size, &at));
}

/** The extent of the text of the leaf that starts at `first`; *end is where the next begins. */
static column measure_leaf(const xtr__page_layout *page, uint32_t first, uint32_t *end) {
    const xtr__line *lines = page->lines.items;
    column out = {lines[first].x0, lines[first].x1};
    uint32_t i = first;
    for (; i < page->lines.count && lines[i].leaf == lines[first].leaf; i++) {
        if (!(lines[i].flags & XTR__LINE_FURNITURE)) {
            out.left = fminf(out.left, lines[i].x0);
            out.right = fmaxf(out.right, lines[i].x1);
        }
    }
    *end = i;
    return out;
}

/** Closes the block at hand: it joins the last plain one, or stands for itself. */
static void add_block(page_writer *w, const block *b) {
    uint32_t last = w->count;
    while (last > 0 && w->blocks[last - 1].kind >= HEADER) {
        last--; /* furniture between is skipped */
    }
    if (last > 0 && goes_on(w, &w->blocks[last - 1], b)) {
        block *open = &w->blocks[last - 1];
        w->next[open->last] = b->first;
        open->last = b->last;
        open->size += b->size;
    } else {
        w->blocks[w->count++] = *b;
    }
}

static void add_open(page_writer *w, const block *open) {
    if (open->first != NONE) {
        add_block(w, open);
    }
}

/** The line behind those of the table that line `first` belongs to. */
static uint32_t skip_table(const xtr__page_layout *page, uint32_t first) {
    const xtr__line *lines = page->lines.items;
    uint32_t table = page->cells.items[lines[first].cell - 1].table, i = first;
    while (i < page->lines.count && lines[i].cell > 0 &&
           page->cells.items[lines[i].cell - 1].table == table) {
        i++;
    }
    return i;
}

/** Bytes of what comes before the first space when it ends like a number or is one sign, or 0. */
static size_t label_size(const char *text, size_t size) {
    const char *space = memchr(text, ' ', size < MOST_MARKER ? size : MOST_MARKER);
    size_t at = 0, label = space != NULL ? (size_t)(space - text) : 0;
    uint32_t first = label > 0 ? xtr__utf8_next(text, label, &at) : 0;
    bool sign = at == label && !xtr__is_letter(first) && !xtr__is_digit(first);
    return label > 0 && (sign || strchr(".):", text[label - 1]) != NULL) ? label : 0;
}

/** Opens a list item that is tagged as one. Its mark is what is tagged as its label, or looks like
 *  one. */
static void start_item(const xtr__page_layout *page, const xtr__line *line, block *open) {
    const char *text = text_of(page, line);
    size_t size = 0;
    for (uint32_t i = 0; i < line->label && size < line->text_size; i++) {
        xtr__utf8_next(text, line->text_size, &size);
    }
    size = size > 0 || open->mark.size > 0 ? size : label_size(text, line->text_size);
    if (size > 0 && size < MOST_MARKER && size < line->text_size) {
        open->mark = (mark){.size = (uint32_t)size};
    }
    open->kind = ITEM;
    open->level = xtr__list_level(page, line);
}

static void find_blocks(page_writer *w) {
    const xtr__page_layout *page = w->page;
    const xtr__line *lines = page->lines.items;
    uint32_t count = (uint32_t)page->lines.count, end = 0;
    column c = {0};
    block open = {.first = NONE};
    for (uint32_t i = 0; i < count; i++) {
        bool leaf = i == end;
        if (leaf) {
            c = measure_leaf(page, i, &end);
        }
        w->next[i] = NONE;
        if (lines[i].text_size == 0) {
            continue;
        }
        if (lines[i].cell > 0) {
            add_open(w, &open);
            open = (block){.kind = TABLE, .first = (int32_t)i, .last = (int32_t)i};
            i = end = skip_table(page, i);
            i--;
            continue;
        }
        const xtr__line *next = i + 1 < end ? &lines[i + 1] : NULL;
        if (open.first != NONE && !leaf && lines[open.last].leaf == lines[i].leaf &&
            !breaks(w, &open, &lines[open.last], &lines[i], next, c)) {
            w->next[open.last] = (int32_t)i;
            open.last = (int32_t)i;
            open.size += lines[i].text_size;
            continue;
        }
        add_open(w, &open);
        open = (block){.kind = kind_of(page, &lines[i]),
                       .first = (int32_t)i,
                       .last = (int32_t)i,
                       .size = lines[i].text_size};
        if (open.kind == PLAIN && !(lines[i].flags & XTR__LINE_RTL)) {
            open.mark = mark_at(text_of(page, &lines[i]), lines[i].text_size);
        }
        if (open.kind == PLAIN && lines[i].starts_item && page->tagging.paragraphs) {
            start_item(page, &lines[i], &open);
        }
    }
    add_open(w, &open);
}

/** A number counts as a mark next to its neighbour in the same list; round bullets always do. */
static void find_items(page_writer *w) {
    for (uint32_t i = 0; i < w->count; i++) {
        block *b = &w->blocks[i];
        if (b->mark.size == 0 || b->mark.shape == ']' || b->kind != PLAIN) {
            continue;
        }
        bool item = b->mark.certain;
        for (int side = -1; side <= 1 && !item; side += 2) {
            uint32_t k = i + (uint32_t)side; /* wraps below 0: then not < count */
            if (k >= w->count || w->blocks[k].mark.shape != b->mark.shape) {
                continue;
            }
            item = !b->mark.ordered || w->blocks[k].mark.value == b->mark.value + side ||
                   (b->mark.value == 0 && w->blocks[k].mark.value == 0);
        }
        b->kind = item ? ITEM : b->kind;
    }
}

/* Text -------------------------------------------------------------------------------------- */

/** Text without leaders: five dots or more become one space, three spaced ones an ellipsis. */
static void put_text(xtr_builder *builder, const char *text, size_t size) {
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

/** How a line goes on into the next. */
typedef enum join { JOIN_SPACE, JOIN_NOTHING, JOIN_HYPHEN } join;

static join join_of(const xtr__page_layout *page, const xtr__line *a, const xtr__line *b) {
    const char *text = text_of(page, a);
    size_t at = 0;
    uint32_t last = xtr__utf8_last(text, a->text_size);
    uint32_t first = xtr__utf8_next(text_of(page, b), b->text_size, &at);
    if (last == '-' || last == 0x2010 || last == 0xad) {
        size_t hyphen = last == '-' ? 1 : last == 0xad ? 2 : 3;
        uint32_t before = xtr__utf8_last(text, a->text_size - hyphen);
        return xtr__is_letter(before) && xtr__is_lower(first) ? JOIN_HYPHEN : JOIN_SPACE;
    }
    return xtr__is_cjk(last) && xtr__is_cjk(first) ? JOIN_NOTHING : JOIN_SPACE;
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
            /* That a heading is bold goes without saying. */
            bool heading = line->flags & XTR__LINE_HEADING;
            xtr_style(w->builder, heading ? s->styles & ~(uint32_t)XTR_BOLD : s->styles, url);
            put_text(w->builder, w->page->text.items + at, end - at);
        }
    }
}

/** Style after the last of a line's stretches or before its first: what a space between takes. */
static void put_join_space(const page_writer *w, const xtr__line *a, const xtr__line *b) {
    if (a->stretch_count > 0 && b->stretch_count > 0) {
        const xtr__stretch *s = &w->page->stretches.items[a->stretches + a->stretch_count - 1];
        const xtr__stretch *t = &w->page->stretches.items[b->stretches];
        if (s->styles != t->styles || s->url != t->url) {
            xtr_style(w->builder, 0, NULL);
        }
    }
    xtr_text(w->builder, " ", 1);
}

/** Writes a line without its first `skip` bytes, and what joins it to the next (NULL: nothing). */
static void put_joined(const page_writer *w, const xtr__line *line, const xtr__line *following,
                       uint32_t skip) {
    join how = following != NULL ? join_of(w->page, line, following) : JOIN_NOTHING;
    uint32_t cut = 0;
    if (how == JOIN_HYPHEN) {
        uint32_t c = xtr__utf8_last(text_of(w->page, line), line->text_size);
        cut = c == '-' ? 1 : c == 0xad ? 2 : 3;
    }
    put_line(w, line, skip, cut);
    if (how == JOIN_SPACE) {
        put_join_space(w, line, following);
    }
}

/** Bytes of a mark and the spaces behind it. */
static uint32_t mark_width(const xtr__page_layout *page, const xtr__line *line, uint32_t size) {
    const char *text = text_of(page, line);
    while (size > 0 && size < line->text_size && text[size] == ' ') {
        size++;
    }
    return size;
}

static void put_lines(const page_writer *w, const block *b) {
    const xtr__line *lines = w->page->lines.items;
    uint32_t skip = b->kind == ITEM ? mark_width(w->page, &lines[b->first], b->mark.size) : 0;
    for (int32_t i = b->first; i != NONE; i = w->next[i]) {
        const xtr__line *following = w->next[i] == NONE ? NULL : &lines[w->next[i]];
        if (b->kind != TABULAR && b->kind != CODE) {
            put_joined(w, &lines[i], following, skip);
        } else {
            put_line(w, &lines[i], 0, 0);
            xtr_style(w->builder, 0, NULL);
            xtr_text(w->builder, "\n", following != NULL);
        }
        skip = 0;
    }
}

/* Tables ------------------------------------------------------------------------------------ */

static void write_cell(const page_writer *w, const xtr__table_cell *cell, uint8_t turn) {
    const xtr__page_layout *page = w->page;
    xtr_cell_info info = {.row = cell->row,
                          .column = cell->column,
                          .row_span = cell->row_span,
                          .column_span = cell->column_span,
                          .header = cell->header,
                          .box = xtr__turn_back(cell->box, page->width, page->height, turn)};
    xtr_cell_begin(w->builder, &info);
    for (uint32_t i = 0; i < cell->line_count; i++) {
        const xtr__line *line = &page->lines.items[cell->first_line + i];
        const xtr__line *next = i + 1 < cell->line_count ? line + 1 : NULL;
        bool apart = next != NULL && xtr__tag_relation(page, line, next) == XTR__APART;
        put_joined(w, line, apart ? NULL : next, 0);
        if (apart) {
            xtr_style(w->builder, 0, NULL);
            xtr_text(w->builder, "\n", 1);
        }
    }
    xtr_cell_end(w->builder);
}

static void write_table(const page_writer *w, const xtr__page_table *table) {
    const xtr__page_layout *page = w->page;
    xtr_table_begin(w->builder, xtr__turn_back(table->box, page->width, page->height, table->turn));
    for (uint32_t i = 0; i < table->cell_count; i++) {
        write_cell(w, &page->cells.items[table->first_cell + i], table->turn);
    }
    xtr_table_end(w->builder);
}

static xtr_box box_of(const page_writer *w, const block *b) {
    xtr_box out = {0};
    for (int32_t i = b->first; i != NONE; i = w->next[i]) {
        const xtr__line *l = &w->page->lines.items[i];
        xtr_box box = xtr__turn_back((xtr_box){l->x0, l->top, l->x1, l->bottom}, w->page->width,
                                     w->page->height, l->turn);
        if (i == b->first) {
            out = box;
        } else {
            out = (xtr_box){fminf(out.x0, box.x0), fminf(out.y0, box.y0), fmaxf(out.x1, box.x1),
                            fmaxf(out.y1, box.y1)};
        }
    }
    return out;
}

/* Levels ------------------------------------------------------------------------------------ */

enum { MAX_LEVEL = 6 };

/** Where the marks of the open lists stand, outermost first. */
typedef struct levels {
    float at[MAX_LEVEL];
    int depth;
} levels;

static int level_of(levels *open, const xtr__line *line) {
    float step = 0.6F * line->size;
    while (open->depth > 0 && open->at[open->depth - 1] > line->x0 + step) {
        open->depth--;
    }
    bool deeper = open->depth == 0 || line->x0 > open->at[open->depth - 1] + step;
    if (deeper && open->depth < MAX_LEVEL) {
        open->at[open->depth++] = line->x0;
    }
    return open->depth;
}

static void write_block(const page_writer *w, const block *b, levels *open) {
    static const xtr_element_type types[] = {
        [PLAIN] = XTR_PARAGRAPH, [ITEM] = XTR_LIST_ITEM,  [TABULAR] = XTR_VERBATIM,
        [HEADING] = XTR_HEADING, [CAPTION] = XTR_CAPTION, [QUOTE] = XTR_QUOTE,
        [CODE] = XTR_CODE,       [FORMULA] = XTR_FORMULA, [TABLE] = XTR_TABLE,
        [HEADER] = XTR_HEADER,   [FOOTER] = XTR_FOOTER,
    };
    const xtr__line *first = &w->page->lines.items[b->first];
    if (b->kind == TABLE) {
        open->depth = 0;
        write_table(w, &w->page->tables.items[w->page->cells.items[first->cell - 1].table]);
        return;
    }
    xtr_element_info info = {.type = types[b->kind], .box = box_of(w, b)};
    char marker[MOST_MARKER] = "";
    if (b->kind == ITEM) {
        info.level = b->level > 0 ? b->level : level_of(open, first);
        memcpy(marker, text_of(w->page, first), b->mark.size);
        info.marker = marker;
    } else if (b->kind < HEADER) {
        open->depth = 0;
    }
    if (b->kind == HEADING) {
        info.level = first->level;
    }
    xtr_element_begin(w->builder, &info);
    put_lines(w, b);
    xtr_element_end(w->builder);
}

/** Writes the figures that come before `order` in the tree. */
static void write_figures(page_writer *w, uint32_t order) {
    for (; w->figure_count > 0 && w->page->tags.items[*w->figures].order < order; w->figures++) {
        xtr__write_figure(w->builder, w->page, *w->figures);
        w->figure_count--;
    }
}

void xtr__write_page(xtr_builder *builder, const xtr__page_layout *page, xtr__scratch *scratch) {
    size_t count = page->lines.count;
    xtr__scratch_reset(scratch);
    page_writer w = {.builder = builder, .page = page};
    w.blocks = xtr__scratch_take(scratch, count, sizeof *w.blocks);
    w.next = xtr__scratch_take(scratch, count, sizeof *w.next);
    if (w.blocks == NULL || w.next == NULL) {
        return;
    }
    find_blocks(&w);
    find_items(&w);
    w.figure_count = xtr__find_figures(page, scratch, &w.figures);
    levels open = {0};
    for (uint32_t i = 0; i < w.count; i++) {
        const xtr__line *first = &page->lines.items[w.blocks[i].first];
        if (first->tag != XTR__NO_TAG) {
            write_figures(&w, page->tags.items[first->tag].order);
        }
        write_block(&w, &w.blocks[i], &open);
    }
    write_figures(&w, XTR__NO_TAG);
}
