/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentation MathML (W3C MathML 3, chapter 3) as LaTeX. The text of an element is made when it
 * ends, of the texts of its children, which stand at the end of one buffer. */
#include "odt/mathml.h"
#include "container/latex.h"

#include <stdlib.h>
#include <string.h>

enum { CHILDREN = 4, MOST_TEXT = 1 << 20 };

enum {
    MATH = 1,
    FRACTION,
    SUP,
    SUB,
    SUBSUP,
    UNDER,
    OVER,
    UNDEROVER,
    SQRT,
    ROOT,
    TABLE,
    TABLE_ROW,
    CELL,
    FENCED,
    IDENTIFIER,
    NUMBER,
    OPERATOR,
    TEXT,
    ANNOTATION,
    GROUP,
    OPEN,
    CLOSE
};

static const xtr__xml_space spaces[] = {{"m", "http://www.w3.org/1998/Math/MathML"}};

static const xtr__xml_name listed[] = {
    {"m:math", MATH},
    {"m:mfrac", FRACTION},
    {"m:msup", SUP},
    {"m:msub", SUB},
    {"m:msubsup", SUBSUP},
    {"m:munder", UNDER},
    {"m:mover", OVER},
    {"m:munderover", UNDEROVER},
    {"m:msqrt", SQRT},
    {"m:mroot", ROOT},
    {"m:mtable", TABLE},
    {"m:mtr", TABLE_ROW},
    {"m:mtd", CELL},
    {"m:mfenced", FENCED},
    {"m:mi", IDENTIFIER},
    {"m:mn", NUMBER},
    {"m:mo", OPERATOR},
    {"m:mtext", TEXT},
    {"m:annotation", ANNOTATION},
    {"m:mrow", GROUP},
    {"m:mstyle", GROUP},
    {"m:semantics", GROUP},
    {"m:mpadded", GROUP},
    {"m:menclose", GROUP},
    {"open", OPEN},
    {"close", CLOSE},
};

typedef struct buffer {
    char *text;
    size_t size, room;
    bool failed;
} buffer;

typedef struct frame {
    int id;
    size_t start, ends[CHILDREN]; /* of the first children; the last takes what more there is */
    unsigned children;
    char open[8], close[8];
} frame;

typedef struct state {
    buffer text, made;
    frame frames[XTR__XML_DEPTH];
    unsigned open, left_out; /* left_out: in an annotation */
    bool any;
} state;

static void add(buffer *b, const char *more, size_t size) {
    if (b->size + size + 1 > b->room) {
        size_t room = (b->size + size) * 2 + 256;
        char *grown = room <= MOST_TEXT ? realloc(b->text, room) : NULL;
        if (!grown) {
            b->failed = true;
            return;
        }
        b->text = grown;
        b->room = room;
    }
    memcpy(b->text + b->size, more, size);
    b->size += size;
}

static void put(buffer *b, const char *more) {
    add(b, more, strlen(more));
}

static void begin(void *payload, const xtr__xml_element *e) {
    state *s = payload;
    frame *f = &s->frames[s->open++];
    *f = (frame){.id = e->id, .start = s->text.size, .open = "(", .close = ")"};
    s->any |= e->id == MATH;
    s->left_out += e->id == ANNOTATION;
    const char *open = xtr__xml_attribute_of(e, OPEN);
    const char *close = xtr__xml_attribute_of(e, CLOSE);
    if (open && strlen(open) < sizeof f->open)
        memcpy(f->open, open, strlen(open) + 1);
    if (close && strlen(close) < sizeof f->close)
        memcpy(f->close, close, strlen(close) + 1);
    const frame *parent = s->open > 1 ? f - 1 : NULL;
    if (parent && parent->children && e->id == CELL)
        put(&s->text, " & ");
    if (parent && parent->children && e->id == TABLE_ROW)
        put(&s->text, " \\\\ ");
    f->start = s->text.size;
}

static void text(void *payload, const char *more, size_t size) {
    state *s = payload;
    int id = s->open ? s->frames[s->open - 1].id : 0;
    if (s->left_out || (id != IDENTIFIER && id != NUMBER && id != OPERATOR && id != TEXT))
        return;
    for (size_t at = 0; at < size;) {
        size_t length = 1;
        const char *latex = xtr__latex_letter(more + at, size - at, &length);
        if (latex)
            put(&s->text, latex);
        else if (id == TEXT || !strchr(" \t\r\n", more[at]))
            add(&s->text, more + at, 1);
        at += length;
    }
}

/* The text of a child, in braces. */
static void put_child(state *s, const frame *f, unsigned child, const char *before) {
    size_t from = child ? f->ends[child - 1] : f->start;
    if (child >= f->children)
        return;
    put(&s->made, before);
    put(&s->made, "{");
    add(&s->made, s->text.text + from, f->ends[child] - from);
    put(&s->made, "}");
}

static void put_all(state *s, const frame *f, const char *before, const char *after) {
    put(&s->made, before);
    if (s->text.size > f->start)
        add(&s->made, s->text.text + f->start, s->text.size - f->start);
    put(&s->made, after);
}

static void put_fence(state *s, const char *side, const char *c) {
    put(&s->made, side);
    if (*c == '{' || *c == '}')
        put(&s->made, "\\");
    put(&s->made, *c ? c : ".");
}

static void make_function(state *s, const frame *f) {
    if (!xtr__latex_is_function(s->text.text + f->start, s->text.size - f->start))
        return;
    put_all(s, f, "\\", " ");
}

static void make(state *s, const frame *f) {
    switch (f->id) {
    case FRACTION:
        put_child(s, f, 0, "\\frac");
        put_child(s, f, 1, "");
        break;
    case SUP:
    case OVER:
        put_child(s, f, 0, "");
        put_child(s, f, 1, "^");
        break;
    case SUB:
    case UNDER:
        put_child(s, f, 0, "");
        put_child(s, f, 1, "_");
        break;
    case SUBSUP:
    case UNDEROVER:
        put_child(s, f, 0, "");
        put_child(s, f, 1, "_");
        put_child(s, f, 2, "^");
        break;
    case SQRT:
        put_all(s, f, "\\sqrt{", "}");
        break;
    case ROOT:
        put_child(s, f, 1, "\\sqrt[");
        put(&s->made, "]");
        put_child(s, f, 0, "");
        break;
    case TABLE:
        put_all(s, f, "\\begin{matrix}", "\\end{matrix}");
        break;
    case FENCED:
        put_fence(s, "\\left", f->open);
        put_all(s, f, "", "");
        put_fence(s, "\\right", f->close);
        break;
    case TEXT:
        put_all(s, f, "\\text{", "}");
        break;
    case IDENTIFIER:
        make_function(s, f);
        break;
    default:
        break;
    }
}

static void end(void *payload, int id, const char *name) {
    state *s = payload;
    frame *f = &s->frames[--s->open];
    (void)name;
    s->left_out -= id == ANNOTATION;
    s->made.size = 0;
    make(s, f);
    if (s->made.size) {
        s->text.size = f->start;
        add(&s->text, s->made.text, s->made.size);
    }
    if (!s->open || id == ANNOTATION)
        return;
    frame *parent = &s->frames[s->open - 1];
    if (parent->children < CHILDREN)
        parent->children++;
    parent->ends[parent->children - 1] = s->text.size;
}

char *xtr__mathml_read(xtr_job *job, xtr__zip *zip, size_t part, size_t *size) {
    xtr__xml_handler handler = {
        .names = xtr__xml_names_new(spaces, 1, listed, sizeof listed / sizeof *listed),
        .begin = begin,
        .end = end,
        .text = text};
    state *s = calloc(1, sizeof *s);
    char *latex = NULL;
    *size = 0;
    if (s && handler.names && xtr__xml_parse_part(job, zip, part, &handler, s) == XTR_OK &&
        s->any && !s->text.failed && s->text.size) {
        latex = s->text.text;
        *size = s->text.size;
        while (*size && latex[*size - 1] == ' ')
            --*size;
    } else if (s) {
        free(s->text.text);
    }
    if (s)
        free(s->made.text);
    free(s);
    xtr__xml_names_drop((xtr__xml_names *)(uintptr_t)handler.names);
    return latex;
}
