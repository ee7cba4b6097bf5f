/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which lines begin items of lists. A round bullet always does; a number does when the one before
 * or behind it begins another line of the same list, anywhere in the document; a capital with a
 * dot, which may begin a name, in a list that starts with the first. */
#include "blocks.h"

#include <math.h>

enum { REMEMBERED = 24, PAGES_APART = 1 };

/** A line with a mark that may begin an item. */
typedef struct candidate {
    xtr__line *line;
    xtr__mark mark;
    size_t page;
} candidate;

/** The last candidates, the oldest of which is forgotten. */
typedef struct memory {
    candidate items[REMEMBERED];
    uint32_t count;
} memory;

static void set_item(const candidate *c) {
    c->line->role = XTR__ROLE_ITEM;
    c->line->mark = (uint8_t)c->mark.size;
}

/** Whether the line before has the mark before. */
static bool follows(const xtr__page_layout *page, const xtr__line *before, xtr__mark mark) {
    xtr__mark last = xtr__mark_at(xtr__line_text(page, before), before->text_size);
    return last.size > 0 && xtr__mark_follows(last, mark);
}

/** Whether a line that follows `before` in its leaf (NULL: it is the first) can begin something,
 *  and is not just where a paragraph happened to break. */
static bool may_begin(const xtr__page_layout *page, const xtr__line *before, const xtr__line *line,
                      xtr__column column) {
    xtr__relation tagged = before != NULL ? xtr__tag_relation(page, before, line) : XTR__UNKNOWN;
    if (tagged != XTR__UNKNOWN) {
        return tagged == XTR__APART;
    }
    if (before == NULL || line->y - before->y > 1.2F * page->leading ||
        before->flags & XTR__LINE_HEADING) {
        return true;
    }
    float step = line->flags & XTR__LINE_RTL ? before->x1 - line->x1 : line->x0 - before->x0;
    const char *text = xtr__line_text(page, before);
    uint32_t last = xtr__utf8_last(text, before->text_size);
    return fabsf(step) > 0.5F * line->size || last == ';' || last == ',' || last == 0xff1b ||
           xtr__ends_sentence(text, before->text_size) ||
           xtr__free_end(before, column) > 0.15F * (column.right - column.left);
}

/** What may be a bullet is none when its paragraph goes on to the left of it: a dash of speech. */
static bool hangs(const xtr__page_layout *page, const xtr__line *line, const xtr__line *next,
                  xtr__column column) {
    bool goes_on = next != NULL && next->y > line->y && next->y - line->y < 1.3F * page->leading &&
                   xtr__free_end(line, column) < 0.15F * (column.right - column.left);
    float step = !goes_on                      ? 0
                 : line->flags & XTR__LINE_RTL ? line->x1 - next->x1
                                               : next->x0 - line->x0;
    return step > -0.5F * line->size;
}

/** Courier's letter o is a bullet of word processors, any other is a word. */
static bool is_letter_bullet(const xtr__page_layout *page, const xtr__line *line) {
    const xtr__stretch *first = &page->stretches.items[line->stretches];
    return line->stretch_count > 1 && first->size == 1 && first->styles & XTR_MONO;
}

/** "A. Miller, B. Smith": what stands behind the mark is one word with a comma. */
static bool is_name(const char *text, uint32_t size, uint32_t mark) {
    uint32_t end = mark + 1;
    while (end < size && text[end] != ' ' && text[end] != ',') {
        end++;
    }
    return end < size && text[end] == ',';
}

/** "☐ Yes ☐ No": boxes beside each other are a choice within a line, not items. */
static bool is_choice(const char *text, uint32_t size) {
    uint32_t boxes = 0;
    for (size_t at = 0; at < size;) {
        boxes += xtr__is_tick_box(xtr__utf8_next(text, size, &at));
    }
    return boxes > 1;
}

static bool is_candidate(const xtr__page_layout *page, uint32_t i, uint32_t first, uint32_t end,
                         xtr__column column, xtr__mark *mark) {
    const xtr__line *line = &page->lines.items[i];
    if (line->flags & (XTR__LINE_FURNITURE | XTR__LINE_HEADING) || line->cell > 0 ||
        line->role != XTR__ROLE_NONE) {
        return false;
    }
    *mark = xtr__mark_at(xtr__line_text(page, line), line->text_size);
    if (mark->size == 0 || mark->size > UINT8_MAX || mark->certain) {
        return mark->certain && !is_choice(xtr__line_text(page, line), line->text_size);
    }
    if ((mark->shape == 'o' && !is_letter_bullet(page, line)) ||
        (mark->initial && is_name(xtr__line_text(page, line), line->text_size, mark->size))) {
        return false;
    }
    const xtr__line *before = i > first ? line - 1 : NULL;
    return (may_begin(page, before, line, column) || follows(page, before, *mark)) &&
           (!mark->bullet || hangs(page, line, i + 1 < end ? line + 1 : NULL, column));
}

/** Whether `c` stands where the item behind `before` would. */
static bool is_beside(const candidate *before, const candidate *c) {
    const xtr__line *a = before->line, *b = c->line;
    if (before->page != c->page || a->leaf != b->leaf) {
        return c->page - before->page <= PAGES_APART;
    }
    float from = b->flags & XTR__LINE_RTL ? a->x1 - b->x1 : a->x0 - b->x0;
    return fabsf(from) < 1.5F * b->size;
}

/** Whether what `c` begins may be a list when `next` is its second item. */
static bool is_start(const candidate *c, xtr__mark next) {
    return !c->mark.initial || c->mark.value == 1 || c->line->role == XTR__ROLE_ITEM ||
           (c->mark.roman > 0 && next.roman == c->mark.roman + 1);
}

/** Looks for the item before this one, from the last candidate back. */
static void add_candidate(memory *m, const candidate *c) {
    uint32_t known = m->count < REMEMBERED ? m->count : REMEMBERED;
    for (uint32_t back = 1; back <= known; back++) {
        candidate *before = &m->items[(m->count - back) % REMEMBERED];
        if (xtr__mark_follows(before->mark, c->mark) && is_beside(before, c) &&
            is_start(before, c->mark)) {
            set_item(before);
            set_item(c);
            *before = *c;
            return;
        }
    }
    if (c->mark.certain) {
        set_item(c);
    }
    m->items[m->count++ % REMEMBERED] = *c;
}

void xtr__mark_lists(xtr__page_layout *pages, size_t count) {
    memory m = {.count = 0};
    for (size_t p = 0; p < count; p++) {
        uint32_t end = 0, first = 0;
        xtr__column column = {0};
        for (uint32_t i = 0; i < pages[p].lines.count; i++) {
            if (i == end) {
                first = i;
                column = xtr__leaf_extent(&pages[p], i, &end);
            }
            candidate c = {.line = &pages[p].lines.items[i], .page = p};
            if (is_candidate(&pages[p], i, first, end, column, &c.mark)) {
                add_candidate(&m, &c);
            }
        }
    }
}
