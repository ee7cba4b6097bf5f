/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text of shapes, cells and notes: paragraphs with their levels and bullets, runs with styles and
 * links, fields, formulas (ECMA-376 part 1, 21.1.2). */
#include "pptx/pptx.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Alternatives ------------------------------------------------------------------------------ */

static bool says_something(const deck *d, uint32_t top) {
    for (uint32_t n = xtr__tree_walk(d->tree, top, top); n; n = xtr__tree_walk(d->tree, n, top)) {
        switch (xtr__tree_id(d->tree, n)) {
        case A_T:
        case A_TBL:
        case XTR__OMML_T:
        case P_PIC:
        case C_CHART:
        case D_REL_IDS:
            return true;
        default:
            break;
        }
    }
    return false;
}

/* The first choice in which there is something that we read, else the fallback: the same thing must
 * not be read twice (ECMA-376 part 3, 7.6). */
uint32_t pptx_choose(const deck *d, uint32_t alternate) {
    uint32_t child = xtr__tree_first(d->tree, alternate);
    for (; child; child = xtr__tree_next(d->tree, child)) {
        if (xtr__tree_id(d->tree, child) == MC_CHOICE && says_something(d, child))
            return child;
    }
    return xtr__tree_child(d->tree, alternate, MC_FALLBACK);
}

/* As deep as alternatives nest, which the parser of XML limits. */
void pptx_each(deck *d, uint32_t parent, void (*visit)(deck *d, uint32_t node, void *payload),
               void *payload) {
    uint32_t child = parent ? xtr__tree_first(d->tree, parent) : 0;
    for (; child; child = xtr__tree_next(d->tree, child)) {
        if (xtr__tree_id(d->tree, child) == MC_ALTERNATE)
            pptx_each(d, pptx_choose(d, child), visit, payload);
        else
            visit(d, child, payload);
    }
}

/* Whether there is text ---------------------------------------------------------------------- */

static bool is_blank(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        bool no_break =
            (unsigned char)text[i] == 0xC2 && i + 1 < size && (unsigned char)text[i + 1] == 0xA0;
        if (!no_break && !isspace((unsigned char)text[i]))
            return false;
        i += no_break;
    }
    return true;
}

static bool has_text(const xtr__tree *tree, uint32_t top) {
    for (uint32_t n = xtr__tree_walk(tree, top, top); n; n = xtr__tree_walk(tree, n, top)) {
        int id = xtr__tree_id(tree, n);
        size_t size;
        if (id != A_T && id != XTR__OMML_T)
            continue;
        const char *text = xtr__tree_content(tree, n, &size);
        if (!is_blank(text, size))
            return true;
    }
    return false;
}

bool pptx_has_text(const deck *d, uint32_t node) {
    return node && has_text(d->tree, node);
}

char *pptx_plain(const xtr__tree *tree, uint32_t top) {
    size_t length = 0, capacity = 64;
    char *out = malloc(capacity);
    if (!out)
        return NULL;
    for (uint32_t n = top; n; n = xtr__tree_walk(tree, n, top)) {
        int id = xtr__tree_id(tree, n);
        size_t size = 0;
        const char *text = id == A_T || id == P_CM_TEXT ? xtr__tree_content(tree, n, &size) : " ";
        if ((id == A_P || id == A_BR) && length && out[length - 1] != ' ')
            size = 1;
        if (length + size + 1 > capacity) {
            capacity = (length + size + 1) * 2;
            char *grown = realloc(out, capacity);
            if (!grown) {
                free(out);
                return NULL;
            }
            out = grown;
        }
        memcpy(out + length, text, size);
        length += size;
    }
    while (length && out[length - 1] == ' ')
        length--;
    out[length] = '\0';
    return out;
}

/* Runs -------------------------------------------------------------------------------------- */

/* Line breaks inside text are vertical tabs, which XML cannot hold: "_x000B_" (22.9.2.19). */
static void put_text(deck *d, const char *text, size_t size, const char *line_break) {
    size_t done = 0;
    for (size_t i = 0; i + 7 <= size; i++) {
        bool escape = text[i] == '_' && text[i + 1] == 'x' && text[i + 2] == '0' &&
                      text[i + 3] == '0' && text[i + 4] == '0' && text[i + 6] == '_';
        if (!escape || !strchr("ABDabd", text[i + 5]))
            continue;
        xtr_text(d->builder, text + done, i - done);
        xtr_text(d->builder, line_break, 1);
        done = i + 7;
        i += 6;
    }
    xtr_text(d->builder, text + done, size - done);
}

static bool is_mono(const char *typeface) {
    static const char *const faces[] = {
        "Courier",  "Consolas",  "Menlo",     "Monaco",          "Lucida Console",
        "Cascadia", "Fira Code", "Fira Mono", "Source Code Pro", "DejaVu Sans Mono"};
    for (size_t i = 0; typeface && i < sizeof faces / sizeof *faces; i++) {
        if (!strncmp(typeface, faces[i], strlen(faces[i])))
            return true;
    }
    return false;
}

static unsigned styles_of(const deck *d, uint32_t properties) {
    const xtr__tree *tree = d->tree;
    if (!properties)
        return 0;
    unsigned styles = 0;
    const char *strike = xtr__tree_value(tree, properties, AT_STRIKE);
    int64_t baseline = xtr__tree_number(tree, properties, AT_BASELINE, 0);
    uint32_t latin = xtr__tree_child(tree, properties, A_LATIN);
    if (xtr__tree_flag(tree, properties, AT_B, false))
        styles |= XTR_BOLD;
    if (xtr__tree_flag(tree, properties, AT_I, false))
        styles |= XTR_ITALIC;
    if (strike && strcmp(strike, "noStrike") != 0)
        styles |= XTR_STRIKE;
    if (baseline)
        styles |= baseline > 0 ? XTR_SUPERSCRIPT : XTR_SUBSCRIPT;
    if (latin && is_mono(xtr__tree_value(tree, latin, AT_TYPEFACE)))
        styles |= XTR_MONO;
    return styles;
}

/* Where the run leads outside; links to slides are only listed. */
static const char *link_of(deck *d, uint32_t properties) {
    uint32_t link = properties ? xtr__tree_child(d->tree, properties, A_LINK) : 0;
    const char *id = link ? xtr__tree_value(d->tree, link, R_ID) : NULL;
    if (!id)
        return NULL;
    const char *url = pptx_url(d, id);
    uint32_t page = url ? 0 : pptx_page_of(d, pptx_target(d, id));
    if ((url && url != d->link) || page)
        xtr_link(d->builder, url, page, d->page, d->box);
    d->link = url;
    return url;
}

void pptx_note_link(deck *d, uint32_t properties, xtr_box box) {
    d->box = box;
    d->link = NULL;
    link_of(d, properties);
}

static bool is_math(int id) {
    return id == A14_M || id == XTR__OMML_PARAGRAPH || id == XTR__OMML_MATH;
}

/* As deep as the parser of XML lets elements be. */
static void read_math(deck *d, uint32_t parent) {
    for (uint32_t n = xtr__tree_first(d->tree, parent); n; n = xtr__tree_next(d->tree, n)) {
        int id = xtr__tree_id(d->tree, n);
        size_t size;
        if (id == XTR__TREE_TEXT)
            continue;
        xtr__omml_begin(d->math, id, xtr__tree_value(d->tree, n, XTR__OMML_VAL));
        const char *text = xtr__tree_content(d->tree, n, &size);
        xtr__omml_text(d->math, text, size);
        read_math(d, n);
        xtr__omml_end(d->math, id);
    }
}

/* Each formula of a paragraph of formulas is a line. */
static void put_formulas(deck *d, uint32_t top, const char *line_break) {
    bool begun = false;
    for (uint32_t n = top, next; n; n = next) {
        size_t size;
        bool math = xtr__tree_id(d->tree, n) == XTR__OMML_MATH;
        next = math ? xtr__tree_after(d->tree, n, top) : xtr__tree_walk(d->tree, n, top);
        if (!math)
            continue;
        xtr__omml_clear(d->math);
        read_math(d, n);
        const char *latex = xtr__omml_result(d->math, &size);
        xtr_style(d->builder, 0, NULL);
        if (begun && size)
            xtr_text(d->builder, line_break, 1);
        xtr_style(d->builder, XTR_MATH, NULL);
        xtr_text(d->builder, latex, size);
        begun = begun || size;
    }
    xtr_style(d->builder, 0, NULL);
}

/* The number of a slide is stored as it was when the file was saved, if at all. */
static void put_field(deck *d, uint32_t field, uint32_t text_node, const char *line_break) {
    const char *type = xtr__tree_value(d->tree, field, AT_TYPE);
    size_t size;
    const char *text = xtr__tree_content(d->tree, text_node, &size);
    if (!type || strcmp(type, "slidenum") != 0) {
        put_text(d, text, size, line_break);
        return;
    }
    char number[16];
    xtr__slide_number(number, sizeof number, XTR__SLIDE_ARABIC_PERIOD,
                      d->first_number + d->page - 1);
    xtr_text(d->builder, number, strlen(number) - 1);
}

static void put_run(deck *d, uint32_t node, void *payload) {
    const char *line_break = payload;
    int id = xtr__tree_id(d->tree, node);
    if (id == A_BR) {
        xtr_text(d->builder, line_break, 1);
        return;
    }
    if (is_math(id)) {
        put_formulas(d, node, line_break);
        return;
    }
    uint32_t text = id == A_R || id == A_FLD ? xtr__tree_child(d->tree, node, A_T) : 0;
    if (!text)
        return;
    uint32_t properties = xtr__tree_child(d->tree, node, A_RPR);
    const char *url = link_of(d, properties);
    xtr_style(d->builder, styles_of(d, properties), url);
    if (id == A_FLD) {
        put_field(d, node, text, line_break);
        return;
    }
    size_t size;
    const char *content = xtr__tree_content(d->tree, text, &size);
    put_text(d, content, size, line_break);
}

static void put_runs(deck *d, uint32_t paragraph, const char *line_break) {
    char copy[2] = {*line_break, '\0'};
    pptx_each(d, paragraph, put_run, copy);
}

/* Paragraphs -------------------------------------------------------------------------------- */

typedef struct writing {
    const body_info *info;
    xtr__slide_counter counter;
    bool begun; /* of a title or a cell: it has text */
    const char *between, *line_break;
} writing;

static unsigned level_of(const deck *d, uint32_t properties) {
    int64_t level = properties ? xtr__tree_number(d->tree, properties, AT_LVL, 0) : 0;
    return level < 0 ? 0 : level >= XTR__SLIDE_LEVELS ? XTR__SLIDE_LEVELS - 1 : (unsigned)level;
}

/* What the paragraph says of its bullet, else what the nearest style does. */
static bullet bullet_of(const deck *d, uint32_t properties, unsigned level,
                        const text_style *style) {
    bullet found = {.kind = BULLET_UNSET};
    if (properties)
        found = pptx_read_bullet(d->tree, properties);
    for (size_t i = 0; style && i < style->count && found.kind == BULLET_UNSET; i++)
        found = style->chain[i]->levels[level];
    return found;
}

/* What there is in a paragraph. */
typedef struct content {
    bool text, math;
} content;

static void look(deck *d, uint32_t node, void *payload) {
    content *c = payload;
    bool math = is_math(xtr__tree_id(d->tree, node));
    bool any = has_text(d->tree, node);
    c->math = c->math || (any && math);
    c->text = c->text || (any && !math);
}

static bool is_formula(deck *d, uint32_t paragraph) {
    content c = {.text = false};
    pptx_each(d, paragraph, look, &c);
    return c.math && !c.text;
}

static void write_paragraph(deck *d, uint32_t node, void *payload) {
    writing *w = payload;
    if (xtr__tree_id(d->tree, node) != A_P || !has_text(d->tree, node))
        return;
    uint32_t properties = xtr__tree_child(d->tree, node, A_PPR);
    unsigned level = level_of(d, properties);
    bullet b = bullet_of(d, properties, level, w->info->style);
    xtr_element_info element = {.type = w->info->type, .box = w->info->box};
    char marker[24];
    if (b.kind == BULLET_NUMBER) {
        uint32_t number = xtr__slide_count(&w->counter, level, b.scheme, b.start);
        xtr__slide_number(marker, sizeof marker, b.scheme, number);
        element.marker = marker;
    } else {
        xtr__slide_uncounted(&w->counter, level);
        element.marker = b.kind == BULLET_CHARACTER ? b.text : NULL;
    }
    /* Footers and notes keep their type, whatever their master says. */
    if (element.marker && element.type == XTR_PARAGRAPH) {
        element.type = XTR_LIST_ITEM;
        element.level = (int)level + 1;
    } else {
        element.marker = NULL;
        if (element.type == XTR_PARAGRAPH && is_formula(d, node))
            element.type = XTR_FORMULA;
    }
    xtr_element_begin(d->builder, &element);
    put_runs(d, node, "\n");
    xtr_element_end(d->builder);
}

void pptx_write_body(deck *d, uint32_t body, const body_info *info) {
    writing w = {.info = info};
    d->box = info->box;
    d->link = NULL;
    pptx_each(d, body, write_paragraph, &w);
}

static void join_paragraph(deck *d, uint32_t node, void *payload) {
    writing *w = payload;
    if (xtr__tree_id(d->tree, node) != A_P || !has_text(d->tree, node))
        return;
    if (w->begun) {
        xtr_style(d->builder, 0, NULL);
        xtr_text(d->builder, w->between, 1);
    }
    put_runs(d, node, w->line_break);
    w->begun = true;
}

void pptx_write_title(deck *d, uint32_t body, xtr_box box) {
    writing w = {.between = " ", .line_break = " "};
    d->box = box;
    d->link = NULL;
    char *plain = pptx_plain(d->tree, body);
    if (plain && *plain)
        xtr_entry(d->builder, plain, 1, d->page);
    free(plain);
    xtr_element_begin(d->builder, &(xtr_element_info){.type = XTR_HEADING, .level = 1, .box = box});
    pptx_each(d, body, join_paragraph, &w);
    xtr_element_end(d->builder);
}

void pptx_write_cell(deck *d, uint32_t body) {
    writing w = {.between = "\n", .line_break = "\n"};
    d->link = NULL;
    pptx_each(d, body, join_paragraph, &w);
}
