/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Office Math (ECMA-376 part 1, 22.1) as LaTeX. The text of an element is made when it ends, of the
 * text of its arguments, which stands at the end of one buffer. */
#include "container/omml.h"
#include "container/latex.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_OPEN = 128, CHARACTER = 8 };

/* Arguments of an element. */
typedef enum slot {
    SLOT_E,
    SLOT_NUM,
    SLOT_DEN,
    SLOT_SUP,
    SLOT_SUB,
    SLOT_DEG,
    SLOT_NAME,
    SLOT_LIM,
    SLOTS
} slot;

typedef struct stretch {
    size_t first, last;
} stretch;

typedef struct frame {
    int id;
    size_t start;
    stretch slots[SLOTS];
    unsigned parts; /* times that SLOT_E came */
    char chr[CHARACTER], beg[CHARACTER], end[CHARACTER], sep[CHARACTER];
    bool has_chr, top, bare, linear, plain;
} frame;

struct xtr__omml {
    xtr__buffer text, made;
    frame frames[MOST_OPEN];
    unsigned open;
    bool in_text;
};

/* Buffers ----------------------------------------------------------------------------------- */

static void make(xtr__omml *m, const char *text) {
    xtr__latex_puts(&m->made, text);
}

static size_t length_of(const frame *f, slot s) {
    return f->slots[s].last - f->slots[s].first;
}

static const char *text_of(const xtr__omml *m, const frame *f, slot s) {
    return length_of(f, s) ? m->text.data + f->slots[s].first : "";
}

static void make_slot(xtr__omml *m, const frame *f, slot s) {
    xtr__latex_put(&m->made, text_of(m, f, s), length_of(f, s));
}

static void make_group(xtr__omml *m, const char *before, const frame *f, slot s,
                       const char *after) {
    make(m, before);
    make_slot(m, f, s);
    make(m, after);
}

/* What a script hangs on. */
static void make_base(xtr__omml *m, const frame *f) {
    if (xtr__latex_is_one(text_of(m, f, SLOT_E), length_of(f, SLOT_E)))
        make_slot(m, f, SLOT_E);
    else
        make_group(m, "{", f, SLOT_E, "}");
}

static void make_scripts(xtr__omml *m, const frame *f) {
    if (length_of(f, SLOT_SUB))
        make_group(m, "_{", f, SLOT_SUB, "}");
    if (length_of(f, SLOT_SUP))
        make_group(m, "^{", f, SLOT_SUP, "}");
}

/* Elements ---------------------------------------------------------------------------------- */

static bool is_function(const xtr__omml *m, const frame *f, slot s) {
    return xtr__latex_is_function(text_of(m, f, s), length_of(f, s));
}

static void make_name(xtr__omml *m, const frame *f, slot s) {
    bool latex = *text_of(m, f, s) == '\\';
    if (is_function(m, f, s)) {
        make(m, "\\");
        make_slot(m, f, s);
    } else if (latex || !length_of(f, s)) {
        make_slot(m, f, s);
    } else {
        make_group(m, "\\operatorname{", f, s, "}");
    }
}

static void make_fraction(xtr__omml *m, const frame *f) {
    if (f->linear) {
        make_group(m, "{", f, SLOT_NUM, "}/{");
        make_slot(m, f, SLOT_DEN);
        make(m, "}");
        return;
    }
    make_group(m, f->bare ? "{" : "\\frac{", f, SLOT_NUM, f->bare ? " \\atop " : "}{");
    make_slot(m, f, SLOT_DEN);
    make(m, "}");
}

static void make_radical(xtr__omml *m, const frame *f) {
    make(m, "\\sqrt");
    if (length_of(f, SLOT_DEG))
        make_group(m, "[", f, SLOT_DEG, "]");
    make_group(m, "{", f, SLOT_E, "}");
}

static void make_nary(xtr__omml *m, const frame *f) {
    const char *chr = f->has_chr && *f->chr ? f->chr : "∫";
    const char *name = xtr__latex_letter(chr, strlen(chr), NULL);
    xtr__latex_put(&m->made, name ? name : chr, name ? strcspn(name, " ") : strlen(chr));
    make_scripts(m, f);
    make_group(m, "{", f, SLOT_E, "}");
}

static void make_fenced(xtr__omml *m, const frame *f) {
    xtr__latex_put_fence(&m->made, "\\left", f->beg);
    make_slot(m, f, SLOT_E);
    xtr__latex_put_fence(&m->made, "\\right", f->end);
}

static void make_accent(xtr__omml *m, const frame *f) {
    const char *name = f->has_chr ? xtr__latex_accent(f->chr, strlen(f->chr), false) : NULL;
    make(m, name ? name : "\\hat");
    make_group(m, "{", f, SLOT_E, "}");
}

static void make_limit(xtr__omml *m, const frame *f) {
    bool below = f->id == XTR__OMML_LIMLOW;
    if (is_function(m, f, SLOT_E)) {
        make_name(m, f, SLOT_E);
        make_group(m, below ? "_{" : "^{", f, SLOT_LIM, "}");
        return;
    }
    make_group(m, below ? "\\underset{" : "\\overset{", f, SLOT_LIM, "}");
    make_group(m, "{", f, SLOT_E, "}");
}

static void make_group_character(xtr__omml *m, const frame *f) {
    bool above = f->top || !strcmp(f->chr, "⏞");
    make_group(m, above ? "\\overbrace{" : "\\underbrace{", f, SLOT_E, "}");
}

/* False for elements that are only what is in them. */
static bool make_element(xtr__omml *m, const frame *f) {
    m->made.size = 0;
    switch (f->id) {
    case XTR__OMML_F:
        make_fraction(m, f);
        return true;
    case XTR__OMML_RAD:
        make_radical(m, f);
        return true;
    case XTR__OMML_SSUP:
    case XTR__OMML_SSUB:
    case XTR__OMML_SSUBSUP:
        make_base(m, f);
        make_scripts(m, f);
        return true;
    case XTR__OMML_SPRE:
        make(m, "{}");
        make_scripts(m, f);
        make_group(m, "{", f, SLOT_E, "}");
        return true;
    case XTR__OMML_NARY:
        make_nary(m, f);
        return true;
    case XTR__OMML_D:
        make_fenced(m, f);
        return true;
    case XTR__OMML_FUNC:
        make_name(m, f, SLOT_NAME);
        make_group(m, "{", f, SLOT_E, "}");
        return true;
    case XTR__OMML_LIMLOW:
    case XTR__OMML_LIMUPP:
        make_limit(m, f);
        return true;
    case XTR__OMML_ACC:
        make_accent(m, f);
        return true;
    case XTR__OMML_BAR:
        make_group(m, f->top ? "\\overline{" : "\\underline{", f, SLOT_E, "}");
        return true;
    case XTR__OMML_GROUPCHR:
        make_group_character(m, f);
        return true;
    case XTR__OMML_M:
        make_group(m, "\\begin{matrix}", f, SLOT_E, "\\end{matrix}");
        return true;
    case XTR__OMML_EQARR:
        make_group(m, "\\begin{aligned}", f, SLOT_E, "\\end{aligned}");
        return true;
    case XTR__OMML_BORDERBOX:
        make_group(m, "\\boxed{", f, SLOT_E, "}");
        return true;
    default:
        return false;
    }
}

static int slot_of(int id) {
    switch (id) {
    case XTR__OMML_E:
    case XTR__OMML_MR:
        return SLOT_E;
    case XTR__OMML_NUM:
        return SLOT_NUM;
    case XTR__OMML_DEN:
        return SLOT_DEN;
    case XTR__OMML_SUP:
        return SLOT_SUP;
    case XTR__OMML_SUB:
        return SLOT_SUB;
    case XTR__OMML_DEG:
        return SLOT_DEG;
    case XTR__OMML_FNAME:
        return SLOT_NAME;
    case XTR__OMML_LIM:
        return SLOT_LIM;
    default:
        return -1;
    }
}

/* Events ------------------------------------------------------------------------------------ */

static void copy_character(char to[CHARACTER], const char *from) {
    size_t size = from ? strlen(from) : 0;
    size = size < CHARACTER ? size : 0;
    if (size)
        memcpy(to, from, size);
    to[size] = 0;
}

/* ST_OnOff (part 1, 22.1.3.15): no value means on. */
static bool is_on(const char *value) {
    return !value ||
           (strcmp(value, "0") != 0 && strcmp(value, "false") != 0 && strcmp(value, "off") != 0);
}

static void set_property(frame *f, int id, const char *value) {
    if (id == XTR__OMML_CHR) {
        copy_character(f->chr, value);
        f->has_chr = true;
    } else if (id == XTR__OMML_BEGCHR) {
        copy_character(f->beg, value);
    } else if (id == XTR__OMML_ENDCHR) {
        copy_character(f->end, value);
    } else if (id == XTR__OMML_SEPCHR) {
        copy_character(f->sep, value);
    } else if (id == XTR__OMML_POS) {
        f->top = value && !strcmp(value, "top");
    } else if (id == XTR__OMML_TYPE && value) {
        f->linear = !strcmp(value, "lin");
        f->bare = !strcmp(value, "noBar");
    } else if (id == XTR__OMML_NOR) {
        f->plain = is_on(value);
    }
}

/* Between the arguments of fences, the rows of arrays and the cells of matrices. */
static void separate(xtr__omml *m, const frame *parent) {
    if (!parent->parts)
        return;
    if (parent->id == XTR__OMML_D)
        xtr__latex_puts(&m->text, parent->sep);
    else if (parent->id == XTR__OMML_MR)
        xtr__latex_puts(&m->text, " & ");
    else if (parent->id == XTR__OMML_M || parent->id == XTR__OMML_EQARR)
        xtr__latex_puts(&m->text, " \\\\ ");
}

static bool opens(int id) {
    switch (id) {
    case XTR__OMML_F:
    case XTR__OMML_RAD:
    case XTR__OMML_SSUP:
    case XTR__OMML_SSUB:
    case XTR__OMML_SSUBSUP:
    case XTR__OMML_SPRE:
    case XTR__OMML_NARY:
    case XTR__OMML_D:
    case XTR__OMML_FUNC:
    case XTR__OMML_LIMLOW:
    case XTR__OMML_LIMUPP:
    case XTR__OMML_ACC:
    case XTR__OMML_BAR:
    case XTR__OMML_GROUPCHR:
    case XTR__OMML_M:
    case XTR__OMML_EQARR:
    case XTR__OMML_BORDERBOX:
    case XTR__OMML_BOX:
    case XTR__OMML_PHANT:
    case XTR__OMML_R:
        return true;
    default:
        return slot_of(id) >= 0;
    }
}

void xtr__omml_begin(xtr__omml *m, int id, const char *value) {
    frame *top = m->open ? &m->frames[m->open - 1] : NULL;
    m->in_text = id == XTR__OMML_T;
    if (!opens(id)) {
        if (top)
            set_property(top, id, value);
        return;
    }
    if (m->open == MOST_OPEN)
        return; /* deeper than XML is read */
    if (top && slot_of(id) == SLOT_E)
        separate(m, top);
    m->frames[m->open++] =
        (frame){.id = id, .start = m->text.size, .beg = "(", .end = ")", .sep = "|"};
}

void xtr__omml_text(xtr__omml *m, const char *text, size_t size) {
    if (!m->in_text)
        return;
    bool plain = m->open && m->frames[m->open - 1].plain;
    (plain ? xtr__latex_put_text : xtr__latex_put_letters)(&m->text, text, size);
}

void xtr__omml_end(xtr__omml *m, int id) {
    m->in_text = false;
    if (!opens(id) || !m->open)
        return;
    frame *f = &m->frames[--m->open];
    if (make_element(m, f)) {
        m->text.size = f->start;
        xtr__latex_put(&m->text, m->made.data, m->made.size);
    }
    int s = slot_of(id);
    if (s < 0 || !m->open)
        return;
    frame *parent = &m->frames[m->open - 1];
    stretch *to = &parent->slots[s];
    bool goes_on = s == SLOT_E && parent->parts;
    to->first = goes_on ? to->first : f->start;
    to->last = m->text.size;
    parent->parts += s == SLOT_E;
}

const char *xtr__omml_result(const xtr__omml *m, size_t *size) {
    *size = m->text.size;
    while (*size && m->text.data[*size - 1] == ' ')
        --*size;
    return m->text.data;
}

xtr__omml *xtr__omml_new(void) {
    return calloc(1, sizeof(xtr__omml));
}

void xtr__omml_clear(xtr__omml *m) {
    m->text.size = m->made.size = 0;
    m->text.failed = m->made.failed = false;
    m->open = 0;
    m->in_text = false;
}

void xtr__omml_drop(xtr__omml *m) {
    if (!m)
        return;
    free(m->text.data);
    free(m->made.data);
    free(m);
}
