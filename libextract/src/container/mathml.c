/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Presentation MathML (W3C MathML 3, chapter 3) as LaTeX. The text of an element is made when it
 * ends, of the texts of its children, which stand at the end of one buffer. */
#include "container/mathml.h"
#include "container/latex.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CHILDREN = 12, MOST_OPEN = 100, CHARACTER = 8 };

static const struct {
    const char *name;
    int id;
} elements[] = {
#define MATHML(id, name) {name, XTR__MATHML_##id},
#include "container/mathml.def"
#undef MATHML
};

/* Alphabets (3.2.2). */
static const struct {
    const char *name, *latex;
} variants[] = {
    {"normal", "\\mathrm"},          {"italic", "\\mathit"},        {"bold", "\\mathbf"},
    {"bold-italic", "\\boldsymbol"}, {"double-struck", "\\mathbb"}, {"script", "\\mathcal"},
    {"fraktur", "\\mathfrak"},       {"sans-serif", "\\mathsf"},    {"monospace", "\\mathtt"},
};

/* What takes limits below and above. */
static const char *const limited[] = {
    "\\sum",    "\\prod",   "\\coprod", "\\int",      "\\iint",     "\\iiint",    "\\oint",
    "\\bigcup", "\\bigcap", "\\bigvee", "\\bigwedge", "\\bigoplus", "\\bigotimes"};

typedef struct frame {
    int id, token;                 /* token: the element around whose text is characters, or this */
    size_t start, ends[CHILDREN];  /* of the first children; the last takes what more there is */
    unsigned children, prescripts; /* prescripts: the child where they begin; 0: none */
    const char *variant;           /* as LaTeX; NULL: none */
    bool bare, sloped;
    char open[CHARACTER], close[CHARACTER], separators[CHARACTER];
} frame;

struct xtr__mathml {
    xtr__buffer text, made;
    frame frames[MOST_OPEN];
    unsigned open, deeper, left_out; /* left_out: in what is not shown */
};

typedef struct piece {
    const char *text;
    size_t size;
} piece;

int xtr__mathml_id(const char *name, size_t size) {
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        if (strlen(elements[i].name) == size && !strncasecmp(elements[i].name, name, size))
            return elements[i].id;
    }
    return XTR__MATHML_OTHER;
}

static bool is_token(int id) {
    return id == XTR__MATHML_IDENTIFIER || id == XTR__MATHML_NUMBER || id == XTR__MATHML_OPERATOR ||
           id == XTR__MATHML_TEXT || id == XTR__MATHML_STRING;
}

static bool is_unseen(int id) {
    return id == XTR__MATHML_ANNOTATION || id == XTR__MATHML_ANNOTATION_XML ||
           id == XTR__MATHML_PHANTOM;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without the space that ends a command; "\ " is one. */
static piece trimmed(const char *text, size_t size) {
    while (size && text[size - 1] == ' ' && !(size > 1 && text[size - 2] == '\\'))
        size--;
    return (piece){text, size};
}

static piece all_of(const xtr__mathml *m, const frame *f) {
    return trimmed(m->text.size > f->start ? m->text.data + f->start : "", m->text.size - f->start);
}

static piece child_of(const xtr__mathml *m, const frame *f, unsigned child) {
    size_t from = child ? f->ends[child - 1] : f->start;
    bool there = child < f->children && f->ends[child] > from;
    return there ? trimmed(m->text.data + from, f->ends[child] - from) : (piece){"", 0};
}

/* Making ------------------------------------------------------------------------------------ */

static void make(xtr__mathml *m, const char *latex) {
    xtr__latex_puts(&m->made, latex);
}

static void make_piece(xtr__mathml *m, piece what) {
    xtr__latex_put(&m->made, what.text, what.size);
}

static void make_group(xtr__mathml *m, const char *before, piece what) {
    make(m, before);
    make(m, "{");
    make_piece(m, what);
    make(m, "}");
}

static bool is_one(piece what) {
    return xtr__latex_is_one(what.text, what.size);
}

static void make_base(xtr__mathml *m, piece base) {
    if (is_one(base))
        make_piece(m, base);
    else
        make_group(m, "", base);
}

/* Primes are raised as they are. */
static void make_script(xtr__mathml *m, const char *sign, piece script) {
    size_t primes = 0;
    while (primes < script.size && script.text[primes] == '\'')
        primes++;
    if (script.size && primes == script.size && *sign == '^')
        make_piece(m, script);
    else if (script.size)
        make_group(m, sign, script);
}

static void make_scripts(xtr__mathml *m, piece below, piece above) {
    make_script(m, "_", below);
    make_script(m, "^", above);
}

static bool begins(piece what, const char *with) {
    return what.size >= strlen(with) && !memcmp(what.text, with, strlen(with));
}

static bool is_same(piece what, const char *as) {
    return what.size == strlen(as) && begins(what, as);
}

static bool takes_limits(piece base) {
    bool command = base.size && *base.text == '\\';
    if (command && xtr__latex_is_function(base.text + 1, base.size - 1))
        return true;
    for (size_t i = 0; command && i < sizeof limited / sizeof *limited; i++) {
        if (is_same(base, limited[i]))
            return true;
    }
    return begins(base, "\\operatorname{") || begins(base, "\\underbrace{") ||
           begins(base, "\\overbrace{");
}

static bool is_line(piece mark) {
    return is_same(mark, "\\_") || is_same(mark, "\xCC\xB2") || is_same(mark, "¯") ||
           is_same(mark, "‾");
}

static void make_over(xtr__mathml *m, piece base, piece above) {
    const char *accent = xtr__latex_accent(above.text, above.size, !is_one(base));
    if (accent) {
        make_group(m, accent, base);
    } else if (takes_limits(base)) {
        make_piece(m, base);
        make_script(m, "^", above);
    } else {
        make_group(m, "\\overset", above);
        make_group(m, "", base);
    }
}

static void make_under(xtr__mathml *m, piece base, piece below) {
    if (is_line(below) || is_same(below, "⏟")) {
        make_group(m, is_line(below) ? "\\underline" : "\\underbrace", base);
    } else if (takes_limits(base)) {
        make_piece(m, base);
        make_script(m, "_", below);
    } else {
        make_group(m, "\\underset", below);
        make_group(m, "", base);
    }
}

static void make_underover(xtr__mathml *m, piece base, piece below, piece above) {
    if (takes_limits(base)) {
        make_piece(m, base);
        make_scripts(m, below, above);
        return;
    }
    make_group(m, "\\overset", above);
    make_group(m, "{\\underset", below);
    make_group(m, "", base);
    make(m, "}");
}

/* Pairs below and above, behind the base and then before it. */
static void make_multiscripts(xtr__mathml *m, const frame *f) {
    unsigned behind = f->prescripts ? f->prescripts : f->children;
    for (unsigned i = behind; i < f->children; i += 2) {
        make(m, "{}");
        make_scripts(m, child_of(m, f, i), child_of(m, f, i + 1));
    }
    make_base(m, child_of(m, f, 0));
    for (unsigned i = 1; i < behind; i += 2) {
        piece above = i + 1 < behind ? child_of(m, f, i + 1) : (piece){"", 0};
        make(m, i > 1 ? "{}" : "");
        make_scripts(m, child_of(m, f, i), above);
    }
}

static void make_fraction(xtr__mathml *m, piece above, piece below, const frame *f) {
    if (f->sloped) {
        make_base(m, above);
        make(m, "/");
        make_base(m, below);
    } else if (f->bare) {
        make(m, "{");
        make_piece(m, above);
        make(m, " \\atop ");
        make_piece(m, below);
        make(m, "}");
    } else {
        make_group(m, "\\frac", above);
        make_group(m, "", below);
    }
}

static void make_root(xtr__mathml *m, piece of, piece degree) {
    make(m, "\\sqrt[");
    make_piece(m, degree);
    make(m, "]");
    make_group(m, "", of);
}

static void make_around(xtr__mathml *m, const char *before, const frame *f, const char *after) {
    make(m, before);
    make_piece(m, all_of(m, f));
    make(m, after);
}

/* Tokens ------------------------------------------------------------------------------------ */

/* An ampersand would part cells. */
static void put_symbols(xtr__buffer *out, const char *text, size_t size) {
    while (size) {
        const char *and = memchr(text, '&', size);
        size_t before = and? (size_t)(and-text) : size;
        xtr__latex_put_letters(out, text, before);
        if (and)
            xtr__latex_puts(out, "\\&");
        text += before + (and != NULL);
        size -= before + (and != NULL);
    }
}

static bool is_word(piece what) {
    for (size_t i = 0; i < what.size; i++) {
        char c = (char)(what.text[i] | 32);
        if (c < 'a' || c > 'z')
            return false;
    }
    return what.size;
}

/* Letters of an alphabet, of which LaTeX has those of ASCII; a word is upright. */
static const char *variant_of(const frame *f, piece what) {
    bool word = is_word(what), italic = f->variant && !strcmp(f->variant, "\\mathit");
    if (word && f->id == XTR__MATHML_OPERATOR)
        return what.size > 1 ? "\\operatorname" : NULL;
    if (word)
        return what.size > 1 && !f->variant ? "\\mathrm"
               : what.size == 1 && italic   ? NULL
                                            : f->variant;
    bool bold = f->variant && !strcmp(f->variant, "\\mathbf");
    bool number = f->variant && f->id == XTR__MATHML_NUMBER && strcmp(f->variant, "\\mathrm") != 0;
    return number ? f->variant : bold ? "\\boldsymbol" : NULL;
}

static void make_symbols(xtr__mathml *m, const frame *f) {
    piece what = all_of(m, f);
    if (!what.size)
        return;
    if (xtr__latex_is_function(what.text, what.size)) {
        make_around(m, "\\", f, " ");
        return;
    }
    const char *variant = variant_of(f, what);
    make(m, variant ? variant : "");
    make(m, variant ? "{" : "");
    put_symbols(&m->made, what.text, what.size);
    make(m, variant ? "}" : "");
}

/* No-break spaces are what separates such text from a formula. */
static void make_text(xtr__mathml *m, const frame *f) {
    char *text = m->text.data + f->start;
    size_t to = 0, words = 0, size = all_of(m, f).size;
    for (size_t i = 0; i < size; i++) {
        bool fixed = text[i] == '\xC2' && i + 1 < size && text[i + 1] == '\xA0';
        words += !fixed && text[i] != ' ';
        text[to++] = fixed ? ' ' : text[i];
        i += fixed;
    }
    if (words)
        xtr__latex_put_text(&m->made, text, to);
    else if (to)
        make(m, "\\ ");
}

/* Elements ---------------------------------------------------------------------------------- */

/* False for elements that are only what is in them. */
static bool make_element(xtr__mathml *m, const frame *f) {
    piece first = child_of(m, f, 0), second = child_of(m, f, 1), third = child_of(m, f, 2);
    switch (f->id) {
    case XTR__MATHML_IDENTIFIER:
    case XTR__MATHML_NUMBER:
    case XTR__MATHML_OPERATOR:
        make_symbols(m, f);
        break;
    case XTR__MATHML_TEXT:
        make_text(m, f);
        break;
    case XTR__MATHML_STRING:
        make(m, "\\text{\"}");
        make_text(m, f);
        make(m, "\\text{\"}");
        break;
    case XTR__MATHML_FRACTION:
        make_fraction(m, first, second, f);
        break;
    case XTR__MATHML_SQRT:
        make_around(m, "\\sqrt{", f, "}");
        break;
    case XTR__MATHML_ROOT:
        make_root(m, first, second);
        break;
    case XTR__MATHML_SUB:
        make_base(m, first);
        make_script(m, "_", second);
        break;
    case XTR__MATHML_SUP:
        make_base(m, first);
        make_script(m, "^", second);
        break;
    case XTR__MATHML_SUBSUP:
        make_base(m, first);
        make_scripts(m, second, third);
        break;
    case XTR__MATHML_UNDER:
        make_under(m, first, second);
        break;
    case XTR__MATHML_OVER:
        make_over(m, first, second);
        break;
    case XTR__MATHML_UNDEROVER:
        make_underover(m, first, second, third);
        break;
    case XTR__MATHML_MULTISCRIPTS:
        make_multiscripts(m, f);
        break;
    case XTR__MATHML_FENCED:
        xtr__latex_put_fence(&m->made, "\\left", f->open);
        make_piece(m, all_of(m, f));
        xtr__latex_put_fence(&m->made, "\\right", f->close);
        break;
    case XTR__MATHML_TABLE:
        make_around(m, "\\begin{matrix}", f, "\\end{matrix}");
        break;
    case XTR__MATHML_ACTION:
        make_piece(m, first);
        break;
    default:
        return false;
    }
    return true;
}

/* Behind a command a letter would be of its name. */
static void end_command(xtr__buffer *made) {
    size_t at = made->size;
    while (at && (made->data[at - 1] | 32) >= 'a' && (made->data[at - 1] | 32) <= 'z')
        at--;
    if (at && at < made->size && made->data[at - 1] == '\\')
        xtr__latex_puts(made, " ");
}

/* Events ------------------------------------------------------------------------------------ */

static void copy_value(char to[CHARACTER], const char *from) {
    if (from && strlen(from) < CHARACTER)
        strcpy(to, from);
}

static void read_attributes(frame *f, xtr__mathml_attribute *of, const void *element) {
    if (f->id == XTR__MATHML_FENCED) {
        copy_value(f->open, of(element, "open"));
        copy_value(f->close, of(element, "close"));
        copy_value(f->separators, of(element, "separators"));
    } else if (f->id == XTR__MATHML_FRACTION) {
        const char *thickness = of(element, "linethickness"), *sloped = of(element, "bevelled");
        size_t zeros = thickness ? strspn(thickness, "0.") : 0;
        f->bare = zeros && !strchr("123456789", thickness[zeros] ? thickness[zeros] : ' ');
        f->sloped = sloped && !strcmp(sloped, "true");
    } else if (is_token(f->id)) {
        const char *variant = of(element, "mathvariant");
        for (size_t i = 0; variant && i < sizeof variants / sizeof *variants; i++) {
            if (!strcmp(variant, variants[i].name))
                f->variant = variants[i].latex;
        }
    }
}

/* Before a child that is not the first. */
static void separate(xtr__mathml *m, const frame *parent, int id) {
    if (!parent->children)
        return;
    if (id == XTR__MATHML_CELL) {
        xtr__latex_puts(&m->text, " & ");
    } else if (id == XTR__MATHML_ROW || id == XTR__MATHML_LABELED_ROW) {
        xtr__latex_puts(&m->text, " \\\\ ");
    } else if (parent->id == XTR__MATHML_FENCED && *parent->separators) {
        size_t count = strlen(parent->separators), at = parent->children - 1;
        put_symbols(&m->text, parent->separators + (at < count ? at : count - 1), 1);
    }
}

void xtr__mathml_begin(xtr__mathml *m, int id, xtr__mathml_attribute *of, const void *element) {
    if (m->open == MOST_OPEN) {
        m->deeper++;
        return;
    }
    const frame *parent = m->open ? &m->frames[m->open - 1] : NULL;
    if (parent && !m->left_out && !is_unseen(id))
        separate(m, parent, id);
    frame *f = &m->frames[m->open++];
    *f = (frame){.id = id,
                 .token = is_token(id) ? id
                          : parent     ? parent->token
                                       : 0,
                 .start = m->text.size,
                 .open = "(",
                 .close = ")",
                 .separators = ","};
    m->left_out += is_unseen(id);
    read_attributes(f, of, element);
}

void xtr__mathml_text(xtr__mathml *m, const char *text, size_t size) {
    const frame *f = m->open ? &m->frames[m->open - 1] : NULL;
    if (!f || m->left_out)
        return;
    bool words = f->token == XTR__MATHML_TEXT || f->token == XTR__MATHML_STRING;
    for (size_t at = 0; at < size;) {
        size_t from = at;
        while (at < size && !is_space(text[at]))
            at++;
        /* Text outside of tokens is a mistake that browsers show. */
        if (f->token)
            xtr__latex_put(&m->text, text + from, at - from);
        else
            put_symbols(&m->text, text + from, at - from);
        from = at;
        while (at < size && is_space(text[at]))
            at++;
        bool inside = words && m->text.size > f->start && m->text.data[m->text.size - 1] != ' ';
        if (at > from && inside)
            xtr__latex_puts(&m->text, " ");
    }
}

/* Several children beyond those that are counted are one. */
static void add_child(frame *parent, int id, size_t end) {
    if (id == XTR__MATHML_PRESCRIPTS) {
        parent->prescripts = parent->children;
        return;
    }
    if (parent->children < CHILDREN)
        parent->children++;
    parent->ends[parent->children - 1] = end;
}

void xtr__mathml_end(xtr__mathml *m) {
    if (m->deeper || !m->open) {
        m->deeper -= m->deeper > 0;
        return;
    }
    const frame *f = &m->frames[--m->open];
    bool inside = f->token && !is_token(f->id); /* markup in a token */
    m->made.size = 0;
    if (m->left_out) {
        m->text.size = f->start;
    } else if (!inside && make_element(m, f)) {
        end_command(&m->made);
        m->text.size = f->start;
        xtr__latex_put(&m->text, m->made.data, m->made.size);
    }
    m->left_out -= is_unseen(f->id);
    bool annotates = is_unseen(f->id) && f->id != XTR__MATHML_PHANTOM;
    if (m->open && !annotates)
        add_child(&m->frames[m->open - 1], f->id, m->text.size);
}

char *xtr__mathml_take(xtr__mathml *m, size_t *size) {
    m->text.failed = m->text.failed || m->made.failed;
    m->text.size = m->text.size ? trimmed(m->text.data, m->text.size).size : 0;
    if (!m->text.size)
        m->text.failed = true;
    return xtr__buffer_take(&m->text, size);
}

xtr__mathml *xtr__mathml_new(void) {
    return calloc(1, sizeof(xtr__mathml));
}

void xtr__mathml_drop(xtr__mathml *m) {
    if (!m)
        return;
    free(m->text.data);
    free(m->made.data);
    free(m);
}

/* Parts ------------------------------------------------------------------------------------- */

typedef struct reader {
    xtr__mathml *math;
    bool is_math, is_other; /* as the root says */
} reader;

static const char *attribute_of(const void *element, const char *name) {
    return xtr__xml_attribute_named(element, name);
}

static void begin(void *payload, const xtr__xml_element *element) {
    reader *r = payload;
    r->is_other = !r->is_math && element->id != XTR__MATHML_MATH;
    r->is_math = !r->is_other;
    xtr__mathml_begin(r->math, element->id, attribute_of, element);
}

static void end(void *payload, int id, const char *name) {
    reader *r = payload;
    (void)id, (void)name;
    xtr__mathml_end(r->math);
}

static void text(void *payload, const char *more, size_t size) {
    reader *r = payload;
    xtr__mathml_text(r->math, more, size);
}

char *xtr__mathml_read(xtr_job *job, xtr__zip *zip, size_t part, size_t *size) {
    static const xtr__xml_space spaces[] = {{"m", "http://www.w3.org/1998/Math/MathML"}};
    static const xtr__xml_name listed[] = {
#define MATHML(id, name) {"m:" name, XTR__MATHML_##id},
#include "container/mathml.def"
#undef MATHML
    };
    xtr__xml_names *names = xtr__xml_names_new(spaces, 1, listed, sizeof listed / sizeof *listed);
    const xtr__xml_handler handler = {.names = names, .begin = begin, .end = end, .text = text};
    reader r = {.math = xtr__mathml_new()};
    char *latex = NULL;
    *size = 0;
    if (r.math && names &&
        xtr__xml_parse_part_until(job, zip, part, &handler, &r, &r.is_other) == XTR_OK && r.is_math)
        latex = xtr__mathml_take(r.math, size);
    xtr__mathml_drop(r.math);
    xtr__xml_names_drop(names);
    return latex;
}
