/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* LaTeX, as "LaTeX: A Document Preparation System" and the manuals of common packages describe it.
 * Nothing is typeset: commands that are known become what they mean, macros of the document are
 * replaced, and of what is unknown the arguments are text, so that no word is lost. Formulas stay
 * as they are. Other files are not read. */
#include "latex/latex.h"

#include "markup/accents.h"

#include <stdlib.h>
#include <string.h>

enum { POLL = 256, LONGEST_FORMULA = 16 << 10, LONGEST_OPTION = 1024 };

static const char *const mime_types[] = {"text/x-tex", NULL};

/* Text -------------------------------------------------------------------------------------- */

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_blank(const char *text, size_t size) {
    while (size && is_space(text[size - 1]))
        size--;
    return !size;
}

bool xtr__tex_names(const xtr__tex *t) {
    return t->fact && !strcmp(t->fact, "authors");
}

void xtr__tex_put(xtr__tex *t, const char *text, size_t size) {
    bool in_table = t->table.depth && !t->table.caption && !t->flow->in_note;
    bool mark = xtr__tex_names(t) && t->flow->styles & XTR_SUPERSCRIPT;
    if (t->fact && !t->fact_paused && !t->flow->in_note && !mark)
        xtr__put(&t->collected, text, size);
    if (t->preamble || (in_table && !t->table.in_cell && is_blank(text, size)))
        return;
    if (in_table)
        xtr__tex_in_cell(t);
    xtr__flow_text(t->flow, text, size);
}

void xtr__tex_puts(xtr__tex *t, const char *text) {
    xtr__tex_put(t, text, strlen(text));
}

void xtr__tex_style(xtr__tex *t, unsigned styles) {
    xtr__flow_style(t->flow, styles, t->flow->url);
}

/* Input ------------------------------------------------------------------------------------- */

bool xtr__tex_afford(xtr__tex *t, size_t size) {
    if (size > t->budget) {
        t->exhausted = true;
        t->budget = 0;
        return false;
    }
    t->budget -= size;
    return true;
}

/* The innermost frame that has something left, or the source. */
xtr__tex_frame *xtr__tex_top(xtr__tex *t) {
    while (t->frame_count > 1) {
        xtr__tex_frame *f = &t->frames[t->frame_count - 1];
        if (f->at < f->end || t->read_count == 2 * XTR__TEX_FRAMES)
            return f;
        t->read[t->read_count++] = f->owned;
        t->frame_count--;
    }
    return &t->frames[0];
}

static void drop_read(xtr__tex *t) {
    while (t->read_count)
        free(t->read[--t->read_count]);
}

bool xtr__tex_push(xtr__tex *t, char *text, size_t size) {
    (void)xtr__tex_top(t);
    if (!text || t->frame_count == XTR__TEX_FRAMES || !xtr__tex_afford(t, size + 16)) {
        t->out_of_memory = t->out_of_memory || !text;
        t->exhausted = t->exhausted || t->frame_count == XTR__TEX_FRAMES;
        free(text);
        return false;
    }
    t->frames[t->frame_count++] = (xtr__tex_frame){text, text + size, text};
    return true;
}

static void skip_comment(xtr__tex_frame *f) {
    const char *end = memchr(f->at, '\n', (size_t)(f->end - f->at));
    f->at = end ? end + 1 : f->end;
    while (f->at < f->end && (*f->at == ' ' || *f->at == '\t'))
        f->at++;
}

void xtr__tex_skip_space(xtr__tex *t) {
    xtr__tex_frame *f = xtr__tex_top(t);
    while (f->at < f->end && (is_space(*f->at) || *f->at == '%')) {
        if (*f->at == '%')
            skip_comment(f);
        else
            f->at++;
    }
}

/* The size of what stands between the bracket at `at` and its other one, or SIZE_MAX. */
static size_t balanced(xtr__tex *t, const char *at, const char *end, char open, char close) {
    size_t braces = 0, most = (size_t)(end - at);
    if (open == '[')
        most = most < LONGEST_OPTION ? most : LONGEST_OPTION;
    most = most < t->budget ? most : t->budget;
    for (size_t i = 1; i < most; i++) {
        if (at[i] == '\\' && i + 1 < most) {
            i++;
        } else if (at[i] == close && !braces) {
            xtr__tex_afford(t, i);
            return i - 1;
        } else if (at[i] == '{') {
            braces++;
        } else if (at[i] == '}') {
            if (!braces--)
                break;
        }
    }
    (void)xtr__tex_afford(t, most);
    return SIZE_MAX;
}

size_t xtr__tex_command_size(xtr__span s) {
    size_t size = 1;
    while (size < s.size && ((s.text[size] >= 'a' && s.text[size] <= 'z') ||
                             (s.text[size] >= 'A' && s.text[size] <= 'Z') || s.text[size] == '@'))
        size++;
    return size > 1 || s.size < 2 ? size : 2;
}

bool xtr__tex_braced(xtr__tex *t, xtr__span *out) {
    xtr__tex_frame *f = xtr__tex_top(t);
    const char *from = f->at;
    xtr__tex_skip_space(t);
    if (f->at < f->end && *f->at == '{') {
        size_t size = balanced(t, f->at, f->end, '{', '}');
        if (size != SIZE_MAX) {
            *out = (xtr__span){f->at + 1, size};
            f->at += size + 2;
            return true;
        }
    } else if (f->at < f->end && *f->at == '\\') {
        size_t size = xtr__tex_command_size((xtr__span){f->at, (size_t)(f->end - f->at)});
        *out = (xtr__span){f->at, size};
        f->at += size;
        return true;
    }
    f->at = from;
    return false;
}

bool xtr__tex_argument(xtr__tex *t, xtr__span *out) {
    if (xtr__tex_braced(t, out))
        return true;
    xtr__tex_frame *f = xtr__tex_top(t);
    xtr__tex_skip_space(t);
    if (f->at >= f->end || *f->at == '}' || *f->at == '{')
        return false;
    size_t size = 1; /* of a character of UTF-8 */
    while (f->at + size < f->end && ((unsigned char)f->at[size] & 0xC0) == 0x80)
        size++;
    *out = (xtr__span){f->at, size};
    f->at += size;
    return true;
}

bool xtr__tex_optional(xtr__tex *t, xtr__span *out) {
    xtr__tex_frame *f = xtr__tex_top(t);
    const char *at = f->at;
    while (at < f->end && (*at == ' ' || *at == '\t'))
        at++;
    if (at >= f->end || *at != '[')
        return false;
    size_t most = (size_t)(f->end - at);
    if (!memchr(at, ']', most < LONGEST_OPTION ? most : LONGEST_OPTION))
        return false;
    size_t size = balanced(t, at, f->end, '[', ']');
    if (size == SIZE_MAX)
        return false;
    *out = (xtr__span){at + 1, size};
    f->at = at + size + 2;
    return true;
}

bool xtr__tex_until(xtr__tex *t, const char *mark, xtr__span *out) {
    xtr__tex_frame *f = xtr__tex_top(t);
    size_t size = (size_t)(f->end - f->at);
    const char *found = size && size <= t->budget ? memmem(f->at, size, mark, strlen(mark)) : NULL;
    if (!xtr__tex_afford(t, found ? (size_t)(found - f->at) : size) || !found)
        return false;
    *out = (xtr__span){f->at, (size_t)(found - f->at)};
    f->at = found + strlen(mark);
    return true;
}

/* Groups ------------------------------------------------------------------------------------ */

void xtr__tex_open(xtr__tex *t, xtr__tex_end end, const char *environment) {
    if (t->group_count == XTR__TEX_GROUPS) {
        t->deeper += !*environment;
        return;
    }
    xtr__tex_group *g = &t->groups[t->group_count++];
    *g = (xtr__tex_group){.end = end, .styles = t->flow->styles, .url = t->flow->url};
    strncpy(g->environment, environment, sizeof g->environment - 1);
}

static void end_fact(xtr__tex *t) {
    xtr__putc(&t->collected, '\0');
    char *text = t->collected.data, *to = text;
    bool space = false;
    for (const char *from = t->collected.failed ? "" : text; *from; from++) {
        if (is_space(*from)) {
            space = to > text;
            continue;
        }
        if (space && *from != ';' && *from != ',')
            *to++ = ' ';
        space = false;
        *to++ = *from;
    }
    if (!t->collected.failed) {
        *to = '\0';
        if (xtr__tex_names(t)) {
            xtr__puts(&t->authors, t->authors.size ? "; " : "");
            xtr__puts(&t->authors, text);
        } else {
            xtr_metadata(t->flow->builder, t->fact, text);
        }
    }
    t->collected.size = 0;
    t->fact = NULL;
    t->fact_paused = false;
}

static void end_group(xtr__tex *t, const xtr__tex_group *g) {
    switch (g->end) {
    case XTR__TEX_NOTHING:
        break;
    case XTR__TEX_FACT:
        end_fact(t);
        xtr__flow_end(t->flow);
        break;
    case XTR__TEX_BLOCK:
        xtr__flow_end(t->flow);
        t->table.caption = false;
        break;
    case XTR__TEX_TERM:
    case XTR__TEX_RUN_IN:
        xtr__tex_puts(t, " ");
        break;
    case XTR__TEX_NOTE:
        xtr__flow_note_end(t->flow);
        break;
    case XTR__TEX_LIST:
        xtr__flow_list_end(t->flow);
        break;
    case XTR__TEX_QUOTE:
        xtr__flow_quote_end(t->flow);
        break;
    case XTR__TEX_TABLE:
        xtr__tex_table_end(t);
        break;
    }
}

static void pop_group(xtr__tex *t) {
    const xtr__tex_group g = t->groups[--t->group_count];
    xtr__flow_style(t->flow, g.styles, g.url);
    end_group(t, &g);
    if (g.end_body && *g.end_body)
        (void)xtr__tex_push(t, strdup(g.end_body), strlen(g.end_body));
}

void xtr__tex_close(xtr__tex *t) {
    if (t->deeper)
        t->deeper--;
    else if (t->group_count && !*t->groups[t->group_count - 1].environment)
        pop_group(t);
}

void xtr__tex_close_environment(xtr__tex *t, xtr__span name) {
    unsigned at = t->group_count;
    while (at &&
           !(*t->groups[at - 1].environment && xtr__span_is(name, t->groups[at - 1].environment)))
        at--;
    if (!at)
        return;
    t->deeper = 0;
    while (t->group_count >= at)
        pop_group(t);
}

/* Characters -------------------------------------------------------------------------------- */

/* The end of a formula that a dollar begins: not behind an empty line. */
static size_t formula_size(xtr__tex *t, const char *at, const char *end, size_t dollars) {
    size_t most = (size_t)(end - at);
    most = most < LONGEST_FORMULA ? most : LONGEST_FORMULA;
    most = most < t->budget ? most : t->budget;
    for (size_t i = 0; i + dollars <= most; i++) {
        if (at[i] == '\\') {
            i++;
        } else if (at[i] == '\n' && i + 1 < most && at[i + 1] == '\n') {
            most = i;
        } else if (at[i] == '$' && (dollars == 1 || at[i + 1] == '$')) {
            (void)xtr__tex_afford(t, i);
            return i;
        }
    }
    (void)xtr__tex_afford(t, most);
    return SIZE_MAX;
}

static void read_dollar(xtr__tex *t, xtr__tex_frame *f) {
    size_t dollars = f->end - f->at > 1 && f->at[1] == '$' ? 2 : 1;
    size_t size = formula_size(t, f->at + dollars, f->end, dollars);
    if (size == SIZE_MAX) {
        f->at++;
        xtr__tex_put(t, "$", 1);
        return;
    }
    xtr__span text = {f->at + dollars, size};
    f->at += size + 2 * dollars;
    xtr__tex_formula(t, text, dollars == 2, NULL);
}

static void end_paragraph(xtr__tex *t) {
    if (!t->preamble && !t->fact)
        xtr__flow_end(t->flow);
}

static void read_line_end(xtr__tex *t, xtr__tex_frame *f) {
    bool empty = false;
    for (f->at++; f->at < f->end && is_space(*f->at); f->at++)
        empty = empty || *f->at == '\n';
    xtr__tex_puts(t, " ");
    if (empty && !t->table.depth)
        end_paragraph(t);
}

/* Quotation marks and dashes: how many bytes they take, and what they are. */
static size_t read_ligature(const xtr__tex_frame *f, const char **text) {
    static const struct {
        const char *mark, *text;
    } ligatures[] = {{"---", "—"}, {"--", "–"}, {"``", "“"}, {"''", "”"}, {"`", "‘"},
                     {"'", "’"},   {"?`", "¿"}, {"!`", "¡"}, {"~", " "}};
    for (size_t i = 0; i < sizeof ligatures / sizeof *ligatures; i++) {
        size_t size = strlen(ligatures[i].mark);
        if ((size_t)(f->end - f->at) >= size && !memcmp(f->at, ligatures[i].mark, size)) {
            *text = ligatures[i].text;
            return size;
        }
    }
    return 0;
}

static void read_command(xtr__tex *t, xtr__tex_frame *f) {
    xtr__span rest = {f->at, (size_t)(f->end - f->at)};
    char letter[8];
    size_t accent = xtr__accent_read(rest.text, rest.size < 64 ? rest.size : 64, letter);
    if (accent) {
        f->at += accent;
        xtr__tex_puts(t, letter);
        return;
    }
    xtr__span name = {rest.text + 1, xtr__tex_command_size(rest) - 1};
    f->at += name.size + 1;
    xtr__tex_command(t, name);
}

static void read_character(xtr__tex *t, xtr__tex_frame *f) {
    const char *text;
    size_t size;
    switch (*f->at) {
    case '\\':
        read_command(t, f);
        return;
    case '%':
        skip_comment(f);
        if (f->at < f->end && *f->at == '\n')
            end_paragraph(t);
        return;
    case '\n':
        read_line_end(t, f);
        return;
    case '$':
        read_dollar(t, f);
        return;
    case '{':
        f->at++;
        xtr__tex_open(t, XTR__TEX_NOTHING, "");
        return;
    case '}':
        f->at++;
        xtr__tex_close(t);
        if (f->at < f->end && *f->at == '{')
            xtr__tex_puts(t, " "); /* another argument of what is not known */
        return;
    case '&':
        f->at++;
        xtr__tex_cell(t);
        return;
    default:
        break;
    }
    size = read_ligature(f, &text);
    if (size) {
        f->at += size;
        xtr__tex_puts(t, text);
    } else {
        f->at++;
        xtr__tex_put(t, f->at - 1, 1);
    }
}

static void read_all(xtr__tex *t) {
    for (unsigned i = 0; i % POLL || !xtr_job_should_stop(t->job); i++) {
        xtr__tex_frame *f = xtr__tex_top(t);
        drop_read(t);
        if (f->at == f->end)
            return;
        size_t plain = 0;
        while (f->at + plain < f->end && !strchr("\\%\n${}&~-`'?!", f->at[plain]))
            plain++;
        if (plain) {
            xtr__tex_put(t, f->at, plain);
            f->at += plain;
        } else {
            read_character(t, f);
        }
    }
}

/* The document ------------------------------------------------------------------------------ */

static bool holds(const char *text, size_t size, const char *word) {
    return memmem(text, size, word, strlen(word)) != NULL;
}

/* A style or a class: nothing in it is text. */
static void write_source(xtr__tex *t, const char *text, size_t size) {
    while (size && is_space(text[size - 1]))
        size--;
    xtr__flow_block(t->flow, XTR_CODE, 0);
    xtr__flow_text(t->flow, text, size);
    xtr__flow_end(t->flow);
}

static void read_source(xtr__tex *t, const char *text, size_t size) {
    t->frames[t->frame_count++] = (xtr__tex_frame){text, text + size, NULL};
    read_all(t);
    while (t->group_count)
        pop_group(t);
    drop_read(t);
    while (t->frame_count)
        free(t->frames[--t->frame_count].owned);
}

static void read_document(xtr__tex *t, const char *text, size_t size) {
    t->preamble = holds(text, size, "\\begin{document}");
    t->has_chapters = holds(text, size, "\\chapter");
    t->base = holds(text, size, "\\title") ? 2 : 1;
    t->budget = 16 * size + (1 << 20);
    bool code = holds(text, size, "\\ProvidesPackage") || holds(text, size, "\\ProvidesClass");
    if (code && !t->preamble)
        write_source(t, text, size);
    else
        read_source(t, text, size);
    if (t->preamble && !xtr_job_should_stop(t->job)) {
        t->preamble = false; /* what looked like the beginning was quoted */
        t->front.size = 0;
        read_source(t, text, size);
    }
    xtr__putc(&t->authors, '\0');
    if (!t->authors.failed && *t->authors.data)
        xtr_metadata(t->flow->builder, "authors", t->authors.data);
    if (t->exhausted)
        xtr_partial(t->flow->builder, XTR_E_LIMIT, 0,
                    "macros that are too many or stand for too much are left as they are");
}

static int read_flow(xtr__flow *flow, const char *text, size_t size) {
    xtr__tex *t = calloc(1, sizeof *t);
    if (!t)
        return xtr_job_fail(flow->job, XTR_E_MEMORY, "out of memory");
    t->job = flow->job;
    t->flow = flow;
    read_document(t, text, size);
    bool failed = t->out_of_memory || t->collected.failed || t->front.failed || t->authors.failed;
    xtr__tex_drop_macros(t);
    free(t->collected.data);
    free(t->front.data);
    free(t->authors.data);
    free(t);
    return failed ? xtr_job_fail(flow->job, XTR_E_MEMORY, "out of memory") : XTR_OK;
}

static int run(xtr_job *job) {
    return xtr__flow_read(job, read_flow);
}

const xtr_extractor xtr_extractor_latex = {
    .name = "latex",
    .title = "LaTeX",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
