/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lines to blocks: which lines make a paragraph, an item, a note, and where one ends. */
#include "blocks.h"

#include <math.h>

/* How many blocks beside the text a paragraph goes on behind. */
enum { MOST_ASIDE = 16 };

xtr__column xtr__leaf_extent(const xtr__page_layout *page, uint32_t first, uint32_t *end) {
    const xtr__line *lines = page->lines.items;
    xtr__column out = {lines[first].x0, lines[first].x1};
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

bool xtr__ends_sentence(const char *text, uint32_t size) {
    uint32_t c = xtr__utf8_last(text, size);
    return c == '.' || c == '!' || c == '?' || c == ':' || c == '"' || c == 0x61f || c == 0x6d4 ||
           c == 0x964 || c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x201d;
}

float xtr__free_end(const xtr__line *line, xtr__column column) {
    return line->flags & XTR__LINE_RTL ? line->x0 - column.left : column.right - line->x1;
}

static float width_of(xtr__column column) {
    return column.right - column.left;
}

/** How far a line begins behind the start of `other`. */
static float indent_of(const xtr__line *line, const xtr__line *other) {
    return line->flags & XTR__LINE_RTL ? other->x1 - line->x1 : line->x0 - other->x0;
}

/* Paragraph breaks -------------------------------------------------------------------------- */

static xtr_element_type type_of(const xtr__page_layout *page, const xtr__line *line) {
    static const xtr_element_type types[] = {
        [XTR__ROLE_NONE] = XTR_PARAGRAPH,  [XTR__ROLE_ITEM] = XTR_LIST_ITEM,
        [XTR__ROLE_CODE] = XTR_CODE,       [XTR__ROLE_FORMULA] = XTR_FORMULA,
        [XTR__ROLE_NOTE] = XTR_FOOTNOTE,   [XTR__ROLE_NOTE_REST] = XTR_FOOTNOTE,
        [XTR__ROLE_CAPTION] = XTR_CAPTION, [XTR__ROLE_QUOTE] = XTR_QUOTE,
    };
    if (line->flags & XTR__LINE_FURNITURE) {
        bool lying = line->turn & 1;
        return line->y < (lying ? page->width : page->height) / 2 ? XTR_HEADER : XTR_FOOTER;
    }
    if (line->flags & XTR__LINE_HEADING) {
        return XTR_HEADING;
    }
    bool tabular = line->role == XTR__ROLE_NONE && line->flags & XTR__LINE_TABULAR &&
                   xtr__list_item(page, line) == XTR__NO_TAG;
    return tabular ? XTR_VERBATIM : types[line->role];
}

/** One line is bold and the other is not: a title stands above its text. */
static bool changes_weight(const xtr__line *a, const xtr__line *b) {
    return (a->bold > 0.8F && b->bold < 0.2F) || (a->bold < 0.2F && b->bold > 0.8F);
}

/** Whether an item ends before a line that does not hang like its others. */
static bool leaves_item(const xtr__page_layout *page, const xtr__line *first, const xtr__line *prev,
                        const xtr__line *line, xtr__column column) {
    float indent = indent_of(line, first), em = line->size;
    if (indent < -0.5F * em || changes_weight(prev, line)) {
        return true;
    }
    bool hangs = !(first->flags & XTR__LINE_RTL) && first->second - first->x0 > 0.8F * em;
    bool ended = xtr__ends_sentence(xtr__line_text(page, prev), prev->text_size) ||
                 xtr__free_end(prev, column) > 0.15F * width_of(column);
    return hangs && ended && indent < 0.4F * em;
}

/** Whether a new paragraph starts at a line of plain text that follows `prev`. */
static bool breaks_paragraph(const xtr__page_layout *page, const xtr__line *first,
                             const xtr__line *prev, const xtr__line *line, const xtr__line *next,
                             xtr__column column) {
    bool ended = xtr__ends_sentence(xtr__line_text(page, prev), prev->text_size);
    bool free = xtr__free_end(prev, column) > 0.15F * width_of(column);
    if (free && (ended || changes_weight(prev, line))) {
        return true;
    }
    float indent = indent_of(line, prev), em = line->size;
    if (prev != first && indent_of(prev, first) > 0.8F * em &&
        fabsf(indent_of(line, first)) < 0.5F * em) {
        return true; /* lines but the first hang, as in a bibliography */
    }
    bool returns = next == NULL || indent_of(next, line) < -0.5F * em;
    bool full = xtr__free_end(prev, column) < fmaxf(0.04F * width_of(column), em);
    return indent > 0.8F * em && indent < 5 * em && returns &&
           (ended || (!full && next != NULL) || free);
}

/** A line of a table of contents: dots or a wide gap lead to what may be the number of a page. */
static bool is_entry(const xtr__page_layout *page, const xtr__line *line) {
    const char *text = xtr__line_text(page, line);
    uint32_t end = line->text_size, dots = 0;
    while (end > 0 && text[end - 1] != '.' && text[end - 1] != ' ') {
        end--;
    }
    if (end == line->text_size || line->text_size - end > 6) {
        return false;
    }
    while (end > 0 && (text[end - 1] == '.' || text[end - 1] == ' ')) {
        dots += text[--end] == '.';
    }
    bool number = text[line->text_size - 1] >= '0' && text[line->text_size - 1] <= '9';
    return end > 0 && (dots >= 4 || (number && line->last_gap > 3 * line->size));
}

/** Whether a new block starts at `line`, which follows `prev` in the block `open`. */
static bool breaks(const xtr__page_layout *page, const xtr__text_block *open, const xtr__line *prev,
                   const xtr__line *line, const xtr__line *next) {
    xtr_element_type now = type_of(page, line);
    bool item = open->type == XTR_LIST_ITEM;
    if (item ? now != XTR_PARAGRAPH : now != open->type) {
        return true;
    }
    float gap = line->y - prev->y;
    float usual = page->leading * fminf(1.6F, line->size / page->body);
    bool far = gap > 1.45F * fmaxf(usual, 1.05F * line->size) || gap < -1;
    switch (now) {
    case XTR_HEADING:
        return !(line->flags & XTR__LINE_CONTINUES);
    case XTR_FOOTNOTE:
        return line->role == XTR__ROLE_NOTE;
    case XTR_CODE:
        return gap <= 0 || gap > 3.2F * line->size;
    case XTR_FORMULA:
        return gap < -1 || gap > 2.5F * line->size;
    case XTR_VERBATIM:
        return far;
    default:
        break;
    }
    xtr__relation tagged = xtr__tag_relation(page, prev, line);
    if (tagged != XTR__UNKNOWN) {
        return tagged == XTR__APART;
    }
    if (far || fabsf(line->size - prev->size) > 0.12F * prev->size || is_entry(page, prev)) {
        return true;
    }
    const xtr__line *first = &page->lines.items[open->first];
    return item ? leaves_item(page, first, prev, line, open->column)
                : breaks_paragraph(page, first, prev, line, next, open->column);
}

/* Blocks that go on ------------------------------------------------------------------------- */

bool xtr__starts_inside(uint32_t c) {
    return xtr__is_lower(c) || (xtr__is_letter(c) && !xtr__is_upper(c));
}

/** A paragraph or item without an end goes on in the next leaf. */
static bool goes_on(const xtr__blocks *w, const xtr__text_block *a, const xtr__text_block *b) {
    const xtr__line *last = &w->page->lines.items[a->last],
                    *first = &w->page->lines.items[b->first];
    if ((a->type != XTR_PARAGRAPH && a->type != XTR_LIST_ITEM) || b->type != XTR_PARAGRAPH) {
        return false;
    }
    xtr__relation tagged = xtr__tag_relation(w->page, last, first);
    if (tagged != XTR__UNKNOWN) {
        return tagged == XTR__TOGETHER;
    }
    if (a->size <= 40 || last->leaf == first->leaf ||
        fabsf(last->size - first->size) > 0.12F * last->size ||
        xtr__ends_sentence(xtr__line_text(w->page, last), last->text_size)) {
        return false;
    }
    size_t at = 0;
    uint32_t c = xtr__utf8_next(xtr__line_text(w->page, first), first->text_size, &at);
    bool full = xtr__free_end(last, a->column) < 0.06F * width_of(a->column) + last->size;
    return xtr__starts_inside(c) && (xtr__is_lower(c) || full);
}

/** A paragraph that is tagged as part of an item, or begins where its text does, belongs to it. */
static bool belongs_to_item(const xtr__blocks *w, const xtr__text_block *a,
                            const xtr__text_block *b) {
    const xtr__line *item = &w->page->lines.items[a->first],
                    *line = &w->page->lines.items[b->first];
    float em = line->size;
    if (a->type != XTR_LIST_ITEM || b->type != XTR_PARAGRAPH) {
        return false;
    }
    uint32_t tag = xtr__list_item(w->page, line);
    if (tag != XTR__NO_TAG && w->page->tagging.paragraphs) {
        return tag == xtr__list_item(w->page, item);
    }
    return item->leaf == line->leaf && !(line->flags & XTR__LINE_RTL) &&
           item->second - item->x0 > 0.8F * em && fabsf(line->x0 - item->second) < 0.5F * em &&
           line->x0 > a->column.left + 0.8F * em && fabsf(line->size - item->size) < 0.12F * em;
}

/** Whether text may go on behind a block as if that was not there. */
static bool stands_aside(const xtr__page_layout *page, const xtr__text_block *b) {
    return b->type == XTR_HEADER || b->type == XTR_FOOTER || b->type == XTR_FOOTNOTE ||
           b->type == XTR_CAPTION || (b->type == XTR_PARAGRAPH && xtr__is_captioned(page, b));
}

/** Closes the block at hand: it goes on with one before, or stands for itself. */
static void add_block(xtr__blocks *w, const xtr__text_block *b) {
    uint32_t last = w->count;
    for (int i = 0; i < MOST_ASIDE && last > 0 && stands_aside(w->page, &w->items[last - 1]); i++) {
        last--;
    }
    xtr__text_block *open = last > 0 ? &w->items[last - 1] : NULL;
    bool belongs = open != NULL && belongs_to_item(w, open, b);
    if (belongs || (open != NULL && goes_on(w, open, b))) {
        const xtr__line *before = &w->page->lines.items[open->last];
        w->paragraph[b->first] =
            belongs && xtr__tag_role_of_line(w->page, before) != XTR__TAG_LABEL;
        w->next[open->last] = b->first;
        open->last = b->last;
        open->size += b->size;
    } else {
        w->items[w->count++] = *b;
    }
}

static void add_open(xtr__blocks *w, const xtr__text_block *open) {
    if (open->first != XTR__NO_LINE) {
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

static void put_lines_together(xtr__blocks *w) {
    const xtr__page_layout *page = w->page;
    const xtr__line *lines = page->lines.items;
    uint32_t count = (uint32_t)page->lines.count, end = 0;
    xtr__column column = {0};
    xtr__text_block open = {.first = XTR__NO_LINE};
    for (uint32_t i = 0; i < count; i++) {
        bool leaf = i == end;
        if (leaf) {
            column = xtr__leaf_extent(page, i, &end);
        }
        w->next[i] = XTR__NO_LINE;
        w->paragraph[i] = false;
        if (lines[i].text_size == 0) {
            continue;
        }
        if (lines[i].cell > 0) {
            add_open(w, &open);
            open = (xtr__text_block){
                .type = XTR_TABLE, .first = (int32_t)i, .last = (int32_t)i, .column = column};
            i = end = skip_table(page, i);
            i--;
            continue;
        }
        const xtr__line *next = i + 1 < end ? &lines[i + 1] : NULL;
        if (open.first != XTR__NO_LINE && lines[open.last].leaf == lines[i].leaf &&
            !breaks(page, &open, &lines[open.last], &lines[i], next)) {
            w->next[open.last] = (int32_t)i;
            open.last = (int32_t)i;
            open.size += lines[i].text_size;
            continue;
        }
        add_open(w, &open);
        open = (xtr__text_block){.type = type_of(page, &lines[i]),
                                 .first = (int32_t)i,
                                 .last = (int32_t)i,
                                 .size = lines[i].text_size,
                                 .column = column};
    }
    add_open(w, &open);
}

bool xtr__find_blocks(xtr__blocks *out, const xtr__page_layout *page, xtr__scratch *scratch) {
    size_t count = page->lines.count;
    out->page = page;
    out->count = 0;
    out->items = xtr__scratch_take(scratch, count, sizeof *out->items);
    out->next = xtr__scratch_take(scratch, count, sizeof *out->next);
    out->paragraph = xtr__scratch_take(scratch, count, sizeof *out->paragraph);
    if (count == 0 || out->items == NULL || out->next == NULL || out->paragraph == NULL) {
        return false;
    }
    put_lines_together(out);
    xtr__name_blocks(out);
    return true;
}
