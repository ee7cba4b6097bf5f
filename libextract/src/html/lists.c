/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lists, with the markers that a browser would show (CSS Counter Styles 3). */
#include "container/numerals.h"
#include "html/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static char type_of(const GumboNode *node, char preset) {
    static const struct {
        const char *style;
        char type;
    } styles[] = {{"decimal", '1'},     {"lower-alpha", 'a'}, {"lower-latin", 'a'},
                  {"upper-alpha", 'A'}, {"upper-latin", 'A'}, {"lower-roman", 'i'},
                  {"upper-roman", 'I'}, {"none", '-'},        {"disc", 0},
                  {"circle", 0},        {"square", 0}};
    const char *style = xtr__html_attribute(node, "style");
    const char *type = xtr__html_attribute(node, "type");
    for (size_t i = 0; style && i < sizeof styles / sizeof *styles; i++) {
        if (xtr__html_styled(style, "list-style-type", styles[i].style) ||
            xtr__html_styled(style, "list-style", styles[i].style))
            return styles[i].type;
    }
    return preset && type && strlen(type) == 1 && strchr("1aAiI", *type) ? *type : preset;
}

void xtr__html_open_list(xtr__html_writer *w, const GumboNode *node, bool ordered) {
    xtr__html_end_block(w);
    uint32_t list = w->now.list + 1;
    if (list >= w->list_capacity) {
        size_t capacity = 2 * (size_t)list + 16;
        xtr__html_list *lists = realloc(w->lists, capacity * sizeof *lists);
        w->failed = w->failed || !lists;
        if (!lists)
            return;
        w->lists = lists;
        w->list_capacity = capacity;
    }
    const char *start = ordered ? xtr__html_attribute(node, "start") : NULL;
    xtr__html_list *of = &w->lists[list];
    *of = (xtr__html_list){.type = type_of(node, ordered ? '1' : 0),
                           .reversed = ordered && xtr__html_attribute(node, "reversed"),
                           .next = start ? strtol(start, NULL, 10) : 1};
    if (of->reversed && !start) {
        const GumboVector *children = xtr__html_children(node);
        of->next = 0;
        for (unsigned i = 0; i < children->length; i++)
            of->next += xtr__html_is(children->data[i], GUMBO_TAG_LI);
    }
    w->now.list = list;
    w->now.list_level++;
    w->now.type = XTR_PARAGRAPH;
    w->now.join = 0;
}

/* "aa" is 27. */
static void put_letters(char *out, size_t size, int64_t value, char first) {
    char letters[16];
    size_t count = 0;
    for (; value > 0 && count < sizeof letters; value = (value - 1) / 26)
        letters[count++] = (char)(first + (value - 1) % 26);
    size_t at = 0;
    while (count && at + 2 < size)
        out[at++] = letters[--count];
    out[at++] = '.';
    out[at] = '\0';
}

static void make_marker(xtr__html_writer *w, const xtr__html_list *list, int64_t value) {
    static const char *const bullets[] = {"•", "◦", "▪"};
    int level = w->now.list_level < 1 ? 1 : w->now.list_level > 3 ? 3 : w->now.list_level;
    bool letters = list->type == 'a' || list->type == 'A';
    bool roman = list->type == 'i' || list->type == 'I';
    char number[sizeof w->marker - 1];
    *w->marker = '\0';
    if (list->type == '-')
        return;
    if (!list->type)
        snprintf(w->marker, sizeof w->marker, "%s", bullets[level - 1]);
    else if (letters && value > 0)
        put_letters(w->marker, sizeof w->marker, value, list->type);
    else if (roman && xtr__roman(number, sizeof number, value, list->type == 'I'))
        snprintf(w->marker, sizeof w->marker, "%s.", number);
    else
        snprintf(w->marker, sizeof w->marker, "%" PRId64 ".", value);
}

void xtr__html_open_item(xtr__html_writer *w, const GumboNode *node) {
    static const xtr__html_list bullets = {.type = 0};
    bool listed = w->now.list && w->now.list < w->list_capacity;
    xtr__html_list list = listed ? w->lists[w->now.list] : bullets;
    const char *value = list.type ? xtr__html_attribute(node, "value") : NULL;
    int64_t number = value ? strtol(value, NULL, 10) : list.next;
    /* Numbers are those of 32 bits. */
    number = number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : number;
    xtr__html_end_block(w);
    list.type = list.type == '-' ? '-' : type_of(node, list.type);
    if (!w->now.list_level)
        w->now.list_level = 1;
    make_marker(w, &list, number);
    if (listed)
        w->lists[w->now.list].next = number + (list.reversed ? -1 : 1);
    w->now.type = XTR_PARAGRAPH;
    w->now.join = w->pending = ++w->next_join;
}
