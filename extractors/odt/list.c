/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Lists (ODF 1.3 part 3, 5.3): a list counts anew unless it says that it goes on. */
#include "odt/odt.h"

#include <string.h>

enum { MOST_LISTS = 20000 };

static const xtr__odt_list_style *style_of_level(const xtr__odt *o, unsigned depth) {
    size_t name = depth <= XTR__ODT_LEVELS ? o->list_styles[depth] : 0;
    return xtr__odt_list_of(&o->styles, xtr__story_kept(&o->store, name));
}

/* The ended list that this one goes on with: the one it names, or the last of its style. */
static const xtr__odt_list *list_before(const xtr__odt *o, const char *id, size_t style) {
    for (size_t i = o->list_count; i-- > 0;) {
        const xtr__odt_list *list = &o->lists[i];
        const char *name = xtr__story_kept(&o->store, id ? list->id : list->style);
        if (!strcmp(name, id ? id : xtr__story_kept(&o->store, style)))
            return list;
    }
    return NULL;
}

void xtr__odt_list_begin(xtr__odt *o, const xtr__xml_element *e) {
    const char *continued = xtr__xml_attribute_of(e, T(CONTINUE_LIST));
    const char *goes_on = xtr__xml_attribute_of(e, T(CONTINUE_NUMBERING));
    if (++o->list_depth > XTR__ODT_LEVELS)
        return;
    size_t style = xtr__story_keep(&o->store, xtr__xml_attribute_of(e, T(STYLE_NAME)));
    o->list_styles[o->list_depth] = style ? style : o->list_styles[o->list_depth - 1];
    bool on = continued || (goes_on && !strcmp(goes_on, "true"));
    if (o->list_depth > 1) {
        if (!on)
            o->list.counters[o->list_depth - 1] = 0;
        return;
    }
    const xtr__odt_list *before = on ? list_before(o, continued, style) : NULL;
    xtr__odt_list none = {.id = 0};
    o->list = before ? *before : none;
    o->list.id = xtr__story_keep(&o->store, xtr__xml_attribute_of(e, T(XML_ID)));
    o->list.style = style;
}

void xtr__odt_list_end(xtr__odt *o) {
    o->item_marked = true;
    if (!o->list_depth || --o->list_depth)
        return;
    if (o->list_count < MOST_LISTS && xtr__story_grow(&o->store, (void **)&o->lists, &o->list_room,
                                                      o->list_count + 1, sizeof *o->lists))
        o->lists[o->list_count++] = o->list;
}

void xtr__odt_item_begin(xtr__odt *o, const xtr__xml_element *e) {
    o->item_marked = e->id == T(LIST_HEADER);
    if (o->item_marked || !o->list_depth || o->list_depth > XTR__ODT_LEVELS)
        return;
    int *counter = &o->list.counters[o->list_depth - 1];
    const xtr__odt_list_style *style = style_of_level(o, o->list_depth);
    int first = style ? style->levels[o->list_depth - 1].start : 1;
    *counter = *counter ? *counter + 1 : first;
    *counter = xtr__odt_number(xtr__xml_attribute_of(e, T(START_VALUE)), *counter);
}

void xtr__odt_item_marker(xtr__odt *o, char marker[XTR__ODT_MARKER]) {
    *marker = 0;
    if (o->item_marked || !o->list_depth || o->list_depth > XTR__ODT_LEVELS)
        return;
    const xtr__odt_list_style *style = style_of_level(o, o->list_depth);
    if (style)
        xtr__odt_marker(marker, style, (int)o->list_depth - 1, o->list.counters);
    else
        memcpy(marker, "•", sizeof "•");
}
