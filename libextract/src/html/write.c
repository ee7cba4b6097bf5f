/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The walk through the tree of a page. It is a loop, for a tree may be deep: what holds inside an
 * element is put on a stack when it is entered and comes back when it is left. */
#include "html/main.h"

#include <stdlib.h>
#include <strings.h>

typedef enum tag_kind {
    INLINE,
    BLOCK,
    SKIPPED,
    HEADING,
    PARAGRAPH,
    BULLETS,
    NUMBERS,
    ITEM,
    TERM,
    DEFINITION,
    TABLE,
    CELL,
    PREFORMATTED,
    QUOTE,
    CAPTION,
    LINE_BREAK,
    PICTURE,
    STYLED,
    LINK,
    QUOTED,
    RUBY,
    READING,
    FORMULA,
    SCRIPT,
    FIELD,
    APART, /* inline, but never glued to what stands beside it */
    TIME
} tag_kind;

/* Elements that are not here are inline. */
static const struct {
    unsigned char kind, style;
} kinds[GUMBO_TAG_LAST] = {
    [GUMBO_TAG_HEAD] = {SKIPPED, 0},
    [GUMBO_TAG_TITLE] = {SKIPPED, 0},
    [GUMBO_TAG_STYLE] = {SKIPPED, 0},
    [GUMBO_TAG_NOSCRIPT] = {SKIPPED, 0},
    [GUMBO_TAG_TEMPLATE] = {SKIPPED, 0},
    [GUMBO_TAG_IFRAME] = {SKIPPED, 0},
    [GUMBO_TAG_NOFRAMES] = {SKIPPED, 0},
    [GUMBO_TAG_NOEMBED] = {SKIPPED, 0},
    [GUMBO_TAG_VIDEO] = {SKIPPED, 0},
    [GUMBO_TAG_AUDIO] = {SKIPPED, 0},
    [GUMBO_TAG_CANVAS] = {SKIPPED, 0},
    [GUMBO_TAG_APPLET] = {SKIPPED, 0},
    [GUMBO_TAG_DATALIST] = {SKIPPED, 0},
    [GUMBO_TAG_RP] = {SKIPPED, 0},
    [GUMBO_TAG_SCRIPT] = {SCRIPT, 0},
    [GUMBO_TAG_BODY] = {BLOCK, 0},
    [GUMBO_TAG_HTML] = {BLOCK, 0},
    [GUMBO_TAG_ARTICLE] = {BLOCK, 0},
    [GUMBO_TAG_SECTION] = {BLOCK, 0},
    [GUMBO_TAG_NAV] = {BLOCK, 0},
    [GUMBO_TAG_ASIDE] = {BLOCK, 0},
    [GUMBO_TAG_HGROUP] = {BLOCK, 0},
    [GUMBO_TAG_HEADER] = {BLOCK, 0},
    [GUMBO_TAG_FOOTER] = {BLOCK, 0},
    [GUMBO_TAG_ADDRESS] = {BLOCK, 0},
    [GUMBO_TAG_HR] = {BLOCK, 0},
    [GUMBO_TAG_DL] = {BLOCK, 0},
    [GUMBO_TAG_FIGURE] = {BLOCK, 0},
    [GUMBO_TAG_MAIN] = {BLOCK, 0},
    [GUMBO_TAG_DIV] = {BLOCK, 0},
    [GUMBO_TAG_CENTER] = {BLOCK, 0},
    [GUMBO_TAG_FORM] = {BLOCK, 0},
    [GUMBO_TAG_FIELDSET] = {BLOCK, 0},
    [GUMBO_TAG_LEGEND] = {BLOCK, 0},
    [GUMBO_TAG_DETAILS] = {BLOCK, 0},
    [GUMBO_TAG_SUMMARY] = {BLOCK, 0},
    [GUMBO_TAG_OPTGROUP] = {BLOCK, 0},
    [GUMBO_TAG_FRAMESET] = {BLOCK, 0},
    [GUMBO_TAG_MULTICOL] = {BLOCK, 0},
    [GUMBO_TAG_TBODY] = {BLOCK, 0},
    [GUMBO_TAG_THEAD] = {BLOCK, 0},
    [GUMBO_TAG_TFOOT] = {BLOCK, 0},
    [GUMBO_TAG_TR] = {BLOCK, 0},
    [GUMBO_TAG_TD] = {CELL, 0},
    [GUMBO_TAG_TH] = {CELL, 0},
    [GUMBO_TAG_FOREIGNOBJECT] = {BLOCK, 0},
    [GUMBO_TAG_H1] = {HEADING, 1},
    [GUMBO_TAG_H2] = {HEADING, 2},
    [GUMBO_TAG_H3] = {HEADING, 3},
    [GUMBO_TAG_H4] = {HEADING, 4},
    [GUMBO_TAG_H5] = {HEADING, 5},
    [GUMBO_TAG_H6] = {HEADING, 6},
    [GUMBO_TAG_P] = {PARAGRAPH, 0},
    [GUMBO_TAG_UL] = {BULLETS, 0},
    [GUMBO_TAG_MENU] = {BULLETS, 0},
    [GUMBO_TAG_DIR] = {BULLETS, 0},
    [GUMBO_TAG_OL] = {NUMBERS, 0},
    [GUMBO_TAG_LI] = {ITEM, 0},
    [GUMBO_TAG_DT] = {TERM, 0},
    [GUMBO_TAG_DD] = {DEFINITION, 0},
    [GUMBO_TAG_TABLE] = {TABLE, 0},
    [GUMBO_TAG_PRE] = {PREFORMATTED, 0},
    [GUMBO_TAG_LISTING] = {PREFORMATTED, 0},
    [GUMBO_TAG_XMP] = {PREFORMATTED, 0},
    [GUMBO_TAG_PLAINTEXT] = {PREFORMATTED, 0},
    [GUMBO_TAG_BLOCKQUOTE] = {QUOTE, 0},
    [GUMBO_TAG_FIGCAPTION] = {CAPTION, 0},
    [GUMBO_TAG_CAPTION] = {CAPTION, 0},
    [GUMBO_TAG_BR] = {LINE_BREAK, 0},
    [GUMBO_TAG_IMG] = {PICTURE, 0},
    [GUMBO_TAG_IMAGE] = {PICTURE, 0},
    [GUMBO_TAG_B] = {STYLED, XTR_BOLD},
    [GUMBO_TAG_STRONG] = {STYLED, XTR_BOLD},
    [GUMBO_TAG_I] = {STYLED, XTR_ITALIC},
    [GUMBO_TAG_EM] = {STYLED, XTR_ITALIC},
    [GUMBO_TAG_CITE] = {STYLED, XTR_ITALIC},
    [GUMBO_TAG_DFN] = {STYLED, XTR_ITALIC},
    [GUMBO_TAG_VAR] = {STYLED, XTR_ITALIC},
    [GUMBO_TAG_CODE] = {STYLED, XTR_MONO},
    [GUMBO_TAG_KBD] = {STYLED, XTR_MONO},
    [GUMBO_TAG_SAMP] = {STYLED, XTR_MONO},
    [GUMBO_TAG_TT] = {STYLED, XTR_MONO},
    [GUMBO_TAG_SUB] = {STYLED, XTR_SUBSCRIPT},
    [GUMBO_TAG_SUP] = {STYLED, XTR_SUPERSCRIPT},
    [GUMBO_TAG_S] = {STYLED, XTR_STRIKE},
    [GUMBO_TAG_STRIKE] = {STYLED, XTR_STRIKE},
    [GUMBO_TAG_DEL] = {STYLED, XTR_STRIKE},
    [GUMBO_TAG_A] = {LINK, 0},
    [GUMBO_TAG_Q] = {QUOTED, 0},
    [GUMBO_TAG_RUBY] = {RUBY, 0},
    [GUMBO_TAG_RT] = {READING, 0},
    [GUMBO_TAG_MATH] = {FORMULA, 0},
    [GUMBO_TAG_INPUT] = {FIELD, 0},
    [GUMBO_TAG_TEXTAREA] = {FIELD, 0},
    [GUMBO_TAG_SELECT] = {FIELD, 0},
    [GUMBO_TAG_BUTTON] = {APART, 0},
    [GUMBO_TAG_OPTION] = {APART, 0},
    [GUMBO_TAG_LABEL] = {APART, 0},
    [GUMBO_TAG_OUTPUT] = {APART, 0},
    [GUMBO_TAG_TIME] = {TIME, 0},
};

/* With a prefix, as XHTML may have it, which is nothing that the parser knows. */
static bool is_prefixed_math(const GumboElement *element) {
    static const char ending[] = ":math";
    GumboStringPiece name = element->original_tag;
    if (element->tag != GUMBO_TAG_UNKNOWN || name.length < sizeof ending)
        return false;
    gumbo_tag_from_original_text(&name);
    size_t size = sizeof ending - 1;
    return name.length > size && !memcmp(name.data + name.length - size, ending, size);
}

static tag_kind kind_of(const GumboNode *node) {
    const GumboElement *element = &node->v.element;
    if (is_prefixed_math(element))
        return FORMULA;
    if (element->tag_namespace == GUMBO_NAMESPACE_HTML || element->tag == GUMBO_TAG_MATH)
        return (tag_kind)kinds[element->tag].kind;
    /* Of drawings only the words that are drawn. */
    bool unseen = element->tag == GUMBO_TAG_TITLE || element->tag == GUMBO_TAG_DESC ||
                  element->tag == GUMBO_TAG_STYLE || element->tag == GUMBO_TAG_SCRIPT;
    return unseen ? SKIPPED : element->tag == GUMBO_TAG_UNKNOWN ? APART : INLINE;
}

/* What stands in for sounds and videos is read where nobody will play them. */
static tag_kind kind_for(const xtr__html_writer *w, const GumboNode *node) {
    bool media = xtr__html_is(node, GUMBO_TAG_VIDEO) || xtr__html_is(node, GUMBO_TAG_AUDIO);
    return media && w->source->with_fallbacks ? BLOCK : kind_of(node);
}

bool xtr__html_is_block(const GumboNode *node) {
    if (node->type != GUMBO_NODE_ELEMENT)
        return false;
    tag_kind kind = kind_of(node);
    return (kind >= BLOCK && kind <= CAPTION && kind != SKIPPED) || kind == LINE_BREAK;
}

/* Entering ---------------------------------------------------------------------------------- */

static void enter_heading(xtr__html_writer *w, int level) {
    level += w->source->heading_offset;
    xtr__html_end_block(w);
    w->now.type = XTR_HEADING;
    w->now.level = level < 1 ? 1 : level > 6 ? 6 : level;
    uint32_t join = ++w->next_join;
    /* The number of an item is that of its heading. */
    if (w->pending && w->pending == w->now.join)
        w->pending = join;
    w->now.join = join;
}

static void enter_caption(xtr__html_writer *w) {
    xtr__html_end_block(w);
    w->now.type = XTR_CAPTION;
    w->now.join = ++w->next_join;
}

static void enter_preformatted(xtr__html_writer *w) {
    xtr__html_end_block(w);
    w->now.space = XTR__KEEP;
    if (w->in_cell)
        return;
    w->now.type = XTR_CODE;
    w->now.join = ++w->next_join;
}

static void enter_quote(xtr__html_writer *w) {
    xtr__html_end_block(w);
    w->now.type = XTR_QUOTE;
    /* The first paragraph in an item keeps its marker. */
    if (!w->pending || w->pending != w->now.join)
        w->now.join = 0;
}

static void enter_definition(xtr__html_writer *w) {
    xtr__html_end_block(w);
    w->now.type = XTR_PARAGRAPH;
    w->now.list_level++;
    w->now.join = w->pending = ++w->next_join;
    strcpy(w->marker, w->in_cell ? "" : ":");
}

static void enter_term(xtr__html_writer *w) {
    xtr__html_end_block(w);
    w->now.type = XTR_PARAGRAPH;
    w->now.join = 0;
    w->now.styles |= XTR_BOLD;
}

/* Of a table that arranges a page, or of one inside a cell: then a row is a line. */
static void end_cell(xtr__html_writer *w) {
    if (w->in_cell)
        w->space = true;
    else
        xtr__html_end_block(w);
}

/* Formulas that a script will draw: MathJax, version 2. */
static void put_script(xtr__html_writer *w, const GumboNode *node) {
    const char *type = xtr__html_attribute(node, "type");
    const GumboVector *children = xtr__html_children(node);
    if (w->facts && type && !strcasecmp(type, "application/ld+json"))
        xtr__html_facts_of_script(w->facts, node);
    if (!type || strncasecmp(type, "math/tex", 8) != 0 || !children->length)
        return;
    const GumboNode *text = children->data[0];
    xtr__html_put_tex(w, text->v.text.text, strstr(type, "display") != NULL);
}

/* Returns whether the walk goes on inside. */
static bool enter_block(xtr__html_writer *w, const GumboNode *node, tag_kind kind) {
    switch (kind) {
    case HEADING:
        enter_heading(w, kinds[node->v.element.tag].style);
        break;
    case BULLETS:
    case NUMBERS:
        xtr__html_open_list(w, node, kind == NUMBERS);
        break;
    case ITEM:
        xtr__html_open_item(w, node);
        break;
    case TERM:
        enter_term(w);
        break;
    case DEFINITION:
        enter_definition(w);
        break;
    case PREFORMATTED:
        enter_preformatted(w);
        break;
    case QUOTE:
        enter_quote(w);
        break;
    case CAPTION:
        enter_caption(w);
        break;
    case TABLE:
        xtr__html_end_block(w);
        if (!w->in_cell && xtr__html_is_data(node)) {
            xtr__html_put_table(w, node);
            return false;
        }
        break;
    case CELL:
        end_cell(w);
        break;
    default:
        xtr__html_end_block(w);
    }
    return true;
}

static bool enter_inline(xtr__html_writer *w, const GumboNode *node, tag_kind kind) {
    switch (kind) {
    case STYLED:
        w->now.styles |= kinds[node->v.element.tag].style;
        break;
    case LINK:
        xtr__html_open_link(w, node);
        break;
    case QUOTED:
        xtr__html_put(w, "\u201C", 3);
        break;
    case RUBY:
        w->readings.size = 0;
        break;
    case READING:
        xtr__html_text_of(&w->readings, node, w->readings.size + 1000);
        return false;
    case LINE_BREAK:
        xtr__html_break(w);
        break;
    case PICTURE:
        xtr__html_put_image(w, node);
        break;
    case FORMULA:
        xtr__html_put_math(w, node);
        return false;
    case SCRIPT:
        put_script(w, node);
        return false;
    case FIELD:
        xtr__html_put_field(w, node);
        w->now.space = node->v.element.tag == GUMBO_TAG_TEXTAREA ? XTR__KEEP : w->now.space;
        break;
    case APART:
        w->space = true;
        break;
    case TIME:
        if (w->facts)
            xtr__html_facts_of_time(w->facts, node);
        break;
    default:
        break;
    }
    return true;
}

/* What any element may say. Returns false for one that nobody sees. */
static bool read_common(xtr__html_writer *w, const GumboNode *node) {
    const GumboVector *all = &node->v.element.attributes;
    for (unsigned i = 0; i < all->length; i++) {
        const GumboAttribute *attribute = all->data[i];
        const char *name = attribute->name, *value = attribute->value;
        if (!strcmp(name, "hidden") || !strcmp(name, "style")) {
            if (xtr__html_is_hidden(node))
                return false;
            if (xtr__html_styled(value, "white-space", "pre-line"))
                w->now.space = XTR__KEEP_LINES;
            else if (xtr__html_styled(value, "white-space", "pre") ||
                     xtr__html_styled(value, "white-space", "pre-wrap"))
                w->now.space = XTR__KEEP;
        } else if (w->source->hooks.anchor &&
                   (!strcmp(name, "id") ||
                    (!strcmp(name, "name") && node->v.element.tag == GUMBO_TAG_A))) {
            w->source->hooks.anchor(w->source->hooks.payload, value);
        } else if (!strcmp(name, "aria-hidden")) {
            if (!strcasecmp(value, "true") && xtr__html_draws_math(node))
                return false;
        } else if (!strcmp(name, "role") && !strcasecmp(value, "heading")) {
            const char *level = xtr__html_attribute(node, "aria-level");
            enter_heading(w, level ? atoi(level) : 2);
        }
    }
    return true;
}

static bool is_of_main(const xtr__html_main *main, const GumboNode *node) {
    const xtr__html_part *part = xtr__html_part_of(main, node);
    return part && !(part->flags & XTR__PART_DROPPED);
}

static bool enter(xtr__html_writer *w, const GumboNode *node) {
    tag_kind kind = kind_for(w, node);
    if (kind == SKIPPED || (w->main && !is_of_main(w->main, node)))
        return false;
    if (w->notes &&
        xtr__html_open_note(w, node)) /* also one that shows only when it is asked for */
        return true;
    if (!read_common(w, node) || (w->notes && xtr__html_put_reference(w, node)))
        return false;
    bool block = kind >= BLOCK && kind <= CAPTION;
    return block ? enter_block(w, node, kind) : enter_inline(w, node, kind);
}

/* Leaving ----------------------------------------------------------------------------------- */

/* Readings follow the whole word, so that it can be found. */
static void leave_ruby(xtr__html_writer *w) {
    if (!w->readings.size)
        return;
    xtr__html_put(w, "(", 1);
    xtr__html_put(w, w->readings.data, w->readings.size);
    xtr__html_put(w, ")", 1);
    w->readings.size = 0;
}

static void leave(xtr__html_writer *w, const xtr__html_frame *frame) {
    tag_kind kind = kind_for(w, frame->node);
    if (kind == RUBY)
        leave_ruby(w);
    if (kind == QUOTED)
        xtr__html_put(w, "\u201D", 3);
    bool item = kind == ITEM || kind == DEFINITION;
    if (item && w->pending == w->now.join)
        w->pending = 0; /* an empty one */
    bool heading = w->now.type == XTR_HEADING && frame->before.type != XTR_HEADING;
    if (heading && w->pending == w->now.join)
        w->pending = frame->before.join; /* an empty one */
    bool note = w->now.in_note && !frame->before.in_note;
    if (kind == CELL)
        end_cell(w);
    else if ((kind >= BLOCK && kind <= CAPTION && kind != SKIPPED) || heading || note)
        xtr__html_end_block(w);
    if (kind == APART || kind == FIELD)
        w->space = true;
    w->now = frame->before;
}

/* The walk ---------------------------------------------------------------------------------- */

static bool push(xtr__html_writer *w, const GumboNode *node) {
    if (w->depth == w->capacity) {
        size_t capacity = 2 * w->capacity + 64;
        xtr__html_frame *frames = realloc(w->frames, capacity * sizeof *frames);
        w->failed = w->failed || !frames;
        if (!frames)
            return false;
        w->frames = frames;
        w->capacity = capacity;
    }
    w->frames[w->depth++] = (xtr__html_frame){node, w->now};
    return true;
}

static void pop(xtr__html_writer *w) {
    xtr__html_frame frame = w->frames[--w->depth];
    leave(w, &frame);
}

static bool goes_on(xtr__html_writer *w) {
    enum { ASK_EVERY = 1024 };
    return !w->failed && (++w->nodes % ASK_EVERY || !xtr_job_should_stop(w->job));
}

void xtr__html_walk(xtr__html_writer *w, const GumboNode *top) {
    size_t depth = w->depth;
    const GumboNode *node = top;
    while (node && goes_on(w)) {
        bool inside = node->type == GUMBO_NODE_DOCUMENT;
        bool text = node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
                    node->type == GUMBO_NODE_CDATA;
        if (text) {
            xtr__html_put_text(w, node->v.text.text);
        } else if (node->type == GUMBO_NODE_ELEMENT) {
            xtr__html_context before = w->now;
            inside = enter(w, node);
            xtr__html_context now = w->now;
            w->now = before;
            if (inside && !push(w, node))
                break;
            if (inside)
                w->now = now;
        }
        const GumboNode *next = xtr__html_next(node, top, inside);
        /* All that is left on the way to the next node. */
        while (w->depth > depth && (!next || next->parent != w->frames[w->depth - 1].node))
            pop(w);
        node = next;
    }
    while (w->depth > depth)
        pop(w);
}

/* Reading ----------------------------------------------------------------------------------- */
