/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What stands in a line and is no text: links, pictures, formulas, form fields. */
#include "html/writer.h"

#include <stdlib.h>
#include <strings.h>

enum { LOOK_AHEAD = 32, MOST_TEXT = 4096 };

/* Links ------------------------------------------------------------------------------------- */

static char *address_of(const xtr__html_writer *w, const char *address) {
    const xtr__html_hooks *hooks = &w->source->hooks;
    if (!hooks->link)
        return xtr__url_resolve(w->base, address);
    const char *given = hooks->link(hooks->payload, address);
    return given ? strdup(given) : NULL;
}

void xtr__html_open_link(xtr__html_writer *w, const GumboNode *node) {
    const char *href = xtr__html_attribute(node, "href");
    if (!href)
        return;
    href += strspn(href, " \t\n\r\f");
    bool script = !strncasecmp(href, "javascript:", 11);
    free(w->address);
    /* Places in the page itself are not kept. */
    bool inside = *href == '#' && !w->source->hooks.link;
    w->address = *href && !script && !inside ? address_of(w, href) : NULL;
    w->now.linked = w->address && *w->address;
    if (w->now.linked)
        xtr_link(w->builder, w->address, 0, 0, (xtr_box){0});
}

/* Pictures ---------------------------------------------------------------------------------- */

/* Whether nothing else stands in the block of a picture. */
static bool stands_alone(const xtr__html_writer *w, const GumboNode *node) {
    if (w->in_cell || (w->open && !w->ended) || (w->pending && w->pending == w->now.join) ||
        w->now.type == XTR_HEADING || w->now.linked)
        return false;
    const GumboNode *block = node->parent;
    while (block->parent && !xtr__html_is_block(block))
        block = block->parent;
    const GumboNode *next = node;
    for (int i = 0; i < LOOK_AHEAD; i++) {
        next = xtr__html_next(next, block, true);
        if (!next || xtr__html_is_block(next))
            return true;
        if (next->type == GUMBO_NODE_TEXT)
            return false;
    }
    return false;
}

void xtr__html_put_image(xtr__html_writer *w, const GumboNode *node) {
    const char *alt = xtr__html_attribute(node, "alt");
    const char *source = xtr__html_attribute(node, "src");
    const xtr__html_hooks *hooks = &w->source->hooks;
    uint32_t number = 0;
    if (hooks->image && source)
        number = hooks->image(hooks->payload, source, alt);
    bool mute = w->source->mute_images && !number;
    if (mute || !alt || !alt[strspn(alt, " \t\n\r\f")])
        alt = "";
    if (!*alt && (!number || w->in_cell))
        return;
    if (!stands_alone(w, node)) {
        xtr__html_put_text(w, number ? "" : alt); /* the picture comes behind the page's text */
        return;
    }
    /* Beside an article it is not text that anybody reads. */
    if (w->main)
        return;
    xtr__html_close(w);
    xtr_element_begin(w->builder, &(xtr_element_info){.type = XTR_IMAGE, .image = number});
    w->open = true;
    w->ended = false;
    w->open_type = XTR_IMAGE;
    w->open_join = 0;
    xtr__html_put_text(w, alt);
    xtr__html_close(w);
}

/* Formulas ---------------------------------------------------------------------------------- */

/* The source in TeX that an annotation gives, or NULL. */
static const GumboNode *annotation_of(const GumboNode *math) {
    for (const GumboNode *n = math; n; n = xtr__html_next(n, math, true)) {
        const char *encoding =
            n->type == GUMBO_NODE_ELEMENT ? xtr__html_attribute(n, "encoding") : NULL;
        if (encoding && strcasestr(encoding, "tex"))
            return n;
    }
    return NULL;
}

static void put_formula_text(xtr__buffer *out, const GumboNode *math) {
    bool inside = true;
    for (const GumboNode *n = math; n && out->size < MOST_TEXT;
         n = xtr__html_next(n, math, inside)) {
        inside = n->type == GUMBO_NODE_ELEMENT && !xtr__html_attribute(n, "encoding");
        if (n->type == GUMBO_NODE_TEXT)
            xtr__html_text_of(out, n, MOST_TEXT);
    }
}

void xtr__html_put_math(xtr__html_writer *w, const GumboNode *node) {
    const char *display = xtr__html_attribute(node, "display");
    const char *alternative = xtr__html_attribute(node, "alttext");
    const GumboNode *annotation = annotation_of(node);
    xtr__buffer text = {0};
    if (annotation)
        xtr__html_text_of(&text, annotation, MOST_TEXT);
    else if (alternative)
        xtr__puts(&text, alternative);
    if (!text.size)
        put_formula_text(&text, node);
    char *formula = xtr__buffer_take(&text, NULL);
    w->failed = w->failed || !formula;
    if (formula && display && !strcasecmp(display, "block") && !w->in_cell)
        xtr__html_put_element(w, XTR_FORMULA, formula);
    else if (formula)
        xtr__html_put_text(w, formula);
    free(formula);
}

/* Form fields ------------------------------------------------------------------------------- */

static const char *selected_of(const GumboNode *select) {
    for (const GumboNode *n = select; n; n = xtr__html_next(n, select, true)) {
        if (xtr__html_is(n, GUMBO_TAG_OPTION) && xtr__html_attribute(n, "selected"))
            return xtr__html_attribute(n, "value");
    }
    return NULL;
}

static const char *type_of(const GumboNode *node, const char *type) {
    if (node->v.element.tag == GUMBO_TAG_SELECT)
        return "choice";
    if (node->v.element.tag != GUMBO_TAG_INPUT)
        return "text";
    if (!strcasecmp(type, "checkbox") || !strcasecmp(type, "radio"))
        return !strcasecmp(type, "radio") ? "radio" : "checkbox";
    return strcasestr("submit reset button image", type) ? "button" : "text";
}

void xtr__html_put_field(xtr__html_writer *w, const GumboNode *node) {
    const char *type = xtr__html_attribute(node, "type");
    const char *name = xtr__html_attribute(node, "name");
    const char *value = xtr__html_attribute(node, "value");
    type = type && *type ? type : "text";
    if (!strcasecmp(type, "hidden") || !strcasecmp(type, "password"))
        return;
    type = type_of(node, type);
    if (node->v.element.tag == GUMBO_TAG_SELECT)
        value = selected_of(node);
    bool ticks = !strcmp(type, "radio") || !strcmp(type, "checkbox");
    if (ticks && !xtr__html_attribute(node, "checked"))
        value = NULL;
    w->space = true;
    if (name && *name && strcmp(type, "button") != 0)
        xtr_form_field(w->builder, name, type, value, 0);
    /* What is seen of an <input>. */
    bool seen = node->v.element.tag == GUMBO_TAG_INPUT && !ticks;
    if (seen && !strcmp(type, "button") && !value)
        value = xtr__html_attribute(node, "alt");
    if (seen && value)
        xtr__html_put_text(w, value);
}
