/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What stands in a line and is no text: links, pictures, formulas, form fields. */
#include "container/mathml.h"
#include "html/writer.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

enum { LOOK_AHEAD = 32, MOST_TEXT = 1 << 20 };

/* TeX ---------------------------------------------------------------------------------------- */

/* Past "{\\displaystyle " or "{\\textstyle ", which say how large TeX is; 0: it has none of them.
 */
static size_t style_size(const char *tex) {
    static const char *const styles[] = {"{\\displaystyle", "{\\textstyle"};
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        size_t size = strlen(styles[i]);
        if (!strncmp(tex, styles[i], size) && !isalpha((unsigned char)tex[size]))
            return size + strspn(tex + size, " ");
    }
    return 0;
}

/* Whether the brace that TeX begins with is closed by its last character. */
static bool is_group(const char *tex, size_t size) {
    size_t depth = 0, at = 0;
    while (at < size && (tex[at] != '}' || depth != 1)) {
        depth += tex[at] == '{';
        depth -= tex[at] == '}' && depth;
        at += tex[at] == '\\' && tex[at + 1] ? 2 : 1;
    }
    return at + 1 == size;
}

static bool is_styled(const char *tex) {
    return style_size(tex) && is_group(tex, strlen(tex));
}

static void put_formula(xtr__html_writer *w, const char *text, unsigned style, bool block) {
    unsigned styles = w->now.styles;
    w->now.styles |= style;
    if (block && !w->in_cell)
        xtr__html_put_element(w, XTR_FORMULA, text);
    else
        xtr__html_put_text(w, text);
    w->now.styles = styles;
}

void xtr__html_put_tex(xtr__html_writer *w, const char *text, bool block) {
    size_t from = is_styled(text) ? style_size(text) : 0;
    char *tex = strndup(text + from, strlen(text) - from - (from > 0));
    put_formula(w, tex ? tex : "", XTR_MATH, block);
    w->failed = w->failed || !tex;
    free(tex);
}

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
    if (is_styled(alt)) { /* as MediaWiki says what it drew */
        xtr__html_put_tex(w, alt, false);
        return;
    }
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

/* "application/x-tex", "LaTeX" and their like. */
static bool is_tex(const char *encoding) {
    const char *slash = strchr(encoding, '/');
    encoding = slash ? slash + 1 : encoding;
    encoding += strncasecmp(encoding, "x-", 2) ? 0 : 2;
    return !strcasecmp(encoding, "tex") || !strcasecmp(encoding, "latex");
}

/* The source in TeX that an annotation gives, or NULL. */
static const GumboNode *annotation_of(const GumboNode *math) {
    for (const GumboNode *n = math; n; n = xtr__html_next(n, math, true)) {
        const char *encoding =
            n->type == GUMBO_NODE_ELEMENT ? xtr__html_attribute(n, "encoding") : NULL;
        if (encoding && is_tex(encoding))
            return n;
    }
    return NULL;
}

static int math_id(const GumboNode *node) {
    GumboStringPiece name = node->v.element.original_tag;
    gumbo_tag_from_original_text(&name);
    const char *colon = name.length ? memchr(name.data, ':', name.length) : NULL;
    const char *local = colon ? colon + 1 : name.data;
    return xtr__mathml_id(local, name.length - (size_t)(local - name.data));
}

static const char *attribute_of(const void *element, const char *name) {
    return xtr__html_attribute(element, name);
}

/* LaTeX of what is shown, yours to free, or NULL. */
static char *latex_of(const GumboNode *math) {
    xtr__mathml *latex = xtr__mathml_new();
    for (const GumboNode *n = math, *next; n && latex; n = next) {
        bool element = n->type == GUMBO_NODE_ELEMENT;
        if (element)
            xtr__mathml_begin(latex, math_id(n), attribute_of, n);
        else if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_CDATA)
            xtr__mathml_text(latex, n->v.text.text, strlen(n->v.text.text));
        next = xtr__html_next(n, math, true);
        const GumboNode *stays = next ? next->parent : math->parent;
        for (const GumboNode *left = element ? n : n->parent; left != stays; left = left->parent)
            xtr__mathml_end(latex);
    }
    char *made = latex ? xtr__mathml_take(latex, NULL) : NULL;
    xtr__mathml_drop(latex);
    return made;
}

static char *plain_text_of(const GumboNode *math) {
    xtr__buffer text = {0};
    bool inside = true;
    for (const GumboNode *n = math; n; n = xtr__html_next(n, math, inside)) {
        inside = n->type == GUMBO_NODE_ELEMENT && !xtr__html_attribute(n, "encoding");
        if (n->type == GUMBO_NODE_TEXT)
            xtr__html_text_of(&text, n, MOST_TEXT);
    }
    return xtr__buffer_take(&text, NULL);
}

static const GumboNode *sibling_of(const GumboNode *node, bool before) {
    const GumboVector *all = xtr__html_children(node->parent);
    size_t at = node->index_within_parent;
    while (before ? at-- > 0 : ++at < all->length) {
        const GumboNode *sibling = all->data[at];
        if (sibling->type == GUMBO_NODE_ELEMENT)
            return sibling;
    }
    return NULL;
}

static bool is_math(const GumboNode *node) {
    return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == GUMBO_TAG_MATH;
}

/* Whether an element, which may be NULL, is a formula or nothing else is in it. */
static bool holds_math(const GumboNode *node) {
    if (!node || xtr__html_is_hidden(node))
        return false;
    const GumboVector *children = xtr__html_children(node);
    return is_math(node) || (children->length == 1 && is_math(children->data[0]));
}

bool xtr__html_draws_math(const GumboNode *node) {
    return holds_math(sibling_of(node, true)) || holds_math(sibling_of(node, false));
}

/* By its source, if that is told; what says it in other words is not always TeX. */
void xtr__html_put_math(xtr__html_writer *w, const GumboNode *node) {
    const char *display = xtr__html_attribute(node, "display");
    const char *alternative = xtr__html_attribute(node, "alttext");
    const GumboNode *annotation = annotation_of(node);
    bool block = display && !strcasecmp(display, "block");
    xtr__buffer source = {0};
    if (annotation)
        xtr__html_text_of(&source, annotation, MOST_TEXT);
    if (!source.size && alternative && strchr(alternative, '\\'))
        xtr__puts(&source, alternative);
    char *text = xtr__buffer_take(&source, NULL);
    char *latex = text && !*text ? latex_of(node) : NULL;
    if (text && *text) {
        xtr__html_put_tex(w, text, block);
    } else if (latex) {
        put_formula(w, latex, XTR_MATH, block);
    } else {
        free(text);
        text = alternative && *alternative ? strdup(alternative) : plain_text_of(node);
        w->failed = w->failed || !text;
        put_formula(w, text ? text : "", 0, block);
    }
    free(latex);
    free(text);
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
