/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One reader for vocabularies of documents in XML: a table of each says what its elements become.
 * Elements are known by their local names, since the same vocabulary comes with and without
 * namespaces; the root tells which vocabulary it is. */
#include "markup/vocabulary.h"
#include "container/mathml.h"
#include "container/xml.h"
#include "markup/facts.h"
#include "markup/flow.h"
#include "markup/texsource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LABEL = 64, MOST_COLUMNS = 256, LONGEST_COLUMN = 24 };

typedef struct open_element {
    const char *name; /* lives as long as the element is open */
    const xtr__rule *rule;
    unsigned styles;
    char *url; /* that it set; NULL: none */
    bool has_child, hides, spaced, was_kept;
} open_element;

typedef struct reader {
    xtr_job *job;
    xtr__flow *flow;
    const xtr__rule **rules; /* sorted by name */
    size_t rule_count;
    open_element open[XTR__XML_DEPTH];
    unsigned depth;
    unsigned hidden, sections, heads, keeps, captions;
    xtr__facts facts;
    char label[MOST_LABEL];
    size_t label_size;
    bool in_label, in_mark;
    bool notes; /* sections are notes */
    bool note_waits, note_open, inline_note;
    unsigned note_depth; /* of the element that is the note */
    bool table_waits;
    unsigned outline, outline_lists;
    char columns[MOST_COLUMNS][LONGEST_COLUMN]; /* names */
    unsigned column_count;
    xtr__mathml *math; /* that is open; NULL: none */
    xtr__buffer tex;
    bool in_tex;
    bool any;
} reader;

static const xtr__rule none = {.role = XTR__ROLE_NONE};

/* Rules ------------------------------------------------------------------------------------- */

static int compare_rules(const void *a, const void *b) {
    const xtr__rule *l = *(const xtr__rule *const *)a, *r = *(const xtr__rule *const *)b;
    int order = strcmp(l->name, r->name);
    return order ? order : (l > r) - (l < r); /* as they stand in the table */
}

static bool is_under(const reader *r, const char *name) {
    for (unsigned i = r->depth; i-- > 0;) {
        if (!strcmp(r->open[i].name, name))
            return true;
    }
    return false;
}

static const xtr__rule *rule_of(const reader *r, const char *name) {
    size_t low = 0, high = r->rule_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(r->rules[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < r->rule_count && !strcmp(r->rules[low]->name, name); low++) {
        if (!r->rules[low]->under || is_under(r, r->rules[low]->under))
            return r->rules[low];
    }
    return &none;
}

/* Notes ------------------------------------------------------------------------------------- */

/* A note begins with its text, for its label comes first. */
static void start_note(reader *r) {
    if (!r->note_waits)
        return;
    r->note_waits = false;
    r->note_open = true;
    xtr__flow_note_begin(r->flow, r->label_size ? r->label : NULL, r->label_size, r->inline_note);
    r->label_size = 0;
}

static void end_note(reader *r) {
    if (r->note_open)
        xtr__flow_note_end(r->flow);
    r->note_open = r->note_waits = false;
    r->label_size = 0;
}

static void begin_note(reader *r, bool in_text) {
    if (r->note_open || r->note_waits)
        return;
    r->note_waits = true;
    r->inline_note = in_text;
    r->note_depth = r->depth;
    r->label_size = 0;
}

static void add_label(reader *r, const char *text, size_t size) {
    for (size_t i = 0; i < size && r->label_size + 1 < MOST_LABEL; i++) {
        if (!strchr(" \t\n\r[]()", text[i]))
            r->label[r->label_size++] = text[i];
    }
    r->label[r->label_size] = '\0';
}

/* Elements ---------------------------------------------------------------------------------- */

static bool says(const xtr__xml_element *e, const char *attribute, const char *word) {
    const char *value = xtr__xml_attribute_named(e, attribute);
    return value && strcasestr(value, word) != NULL;
}

static unsigned style_of(const xtr__xml_element *e, unsigned preset) {
    static const char *const attributes[] = {"role", "rend", "style-type"};
    static const struct {
        const char *word;
        unsigned style;
    } words[] = {{"bold", XTR_BOLD},       {"strong", XTR_BOLD},     {"strike", XTR_STRIKE},
                 {"sup", XTR_SUPERSCRIPT}, {"sub", XTR_SUBSCRIPT},   {"ital", XTR_ITALIC},
                 {"mono", XTR_MONO},       {"typewriter", XTR_MONO}, {"code", XTR_MONO}};
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            if (says(e, attributes[i], words[k].word))
                return words[k].style;
        }
    }
    return preset;
}

/* Only what leads outside is a link in the text. */
static void open_link(reader *r, open_element *o, const xtr__xml_element *e) {
    static const char *const names[] = {"href", "url", "target"};
    const char *url = NULL;
    for (size_t i = 0; !url && i < sizeof names / sizeof *names; i++)
        url = xtr__xml_attribute_named(e, names[i]);
    if (!url || !strchr(url, ':') || *url == '#' || r->hidden)
        return;
    o->url = strdup(url);
    xtr_link(r->flow->builder, url, 0, 0, (xtr_box){0});
    xtr__flow_style(r->flow, r->flow->styles, o->url);
}

static uint32_t number_of(const xtr__xml_element *e, const char *name) {
    const char *value = xtr__xml_attribute_named(e, name);
    long number = value ? strtol(value, NULL, 10) : 0;
    return number < 0 || number > 100000 ? 0 : (uint32_t)number;
}

static int64_t column_of(const reader *r, const char *name) {
    for (unsigned i = 0; name && i < r->column_count; i++) {
        if (!strcmp(r->columns[i], name))
            return i;
    }
    return -1;
}

/* Spans of the HTML model, and of CALS: names of columns, and rows beside the first. */
static void open_cell(reader *r, const xtr__xml_element *e, bool header) {
    uint32_t rows = number_of(e, "rowspan"), columns = number_of(e, "colspan");
    if (!rows && number_of(e, "rows")) /* TEI */
        rows = number_of(e, "rows");
    if (!columns && number_of(e, "cols"))
        columns = number_of(e, "cols");
    if (number_of(e, "morerows"))
        rows = number_of(e, "morerows") + 1;
    int64_t first = column_of(r, xtr__xml_attribute_named(e, "namest"));
    int64_t last = column_of(r, xtr__xml_attribute_named(e, "nameend"));
    if (first < 0)
        first = column_of(r, xtr__xml_attribute_named(e, "colname"));
    if (first >= 0 && last > first)
        columns = (uint32_t)(last - first) + 1;
    if (first >= 0)
        xtr__flow_cell_at(r->flow, (uint32_t)first, rows, columns, header);
    else
        xtr__flow_cell_begin(r->flow, rows, columns, header);
}

static void add_column(reader *r, const xtr__xml_element *e) {
    const char *name = xtr__xml_attribute_named(e, "colname");
    if (r->column_count < MOST_COLUMNS)
        snprintf(r->columns[r->column_count++], LONGEST_COLUMN, "%s", name ? name : "");
}

static void open_row(reader *r) {
    if (r->table_waits)
        xtr__flow_table_begin(r->flow);
    r->table_waits = false;
    xtr__flow_row(r->flow);
}

static void open_title(reader *r, unsigned more) {
    if (r->notes) { /* the title of a note is its mark */
        r->in_label = true;
        return;
    }
    unsigned level = (r->sections ? r->sections : 1) + more;
    xtr__flow_block(r->flow, XTR_HEADING, level > 6 ? 6 : (int)level);
    if (r->label_size && !r->note_waits) {
        xtr__flow_text(r->flow, r->label, r->label_size);
        xtr__flow_text(r->flow, " ", 1);
        r->label_size = 0;
    }
}

static void open_outline(reader *r, const xtr__xml_element *e) {
    const char *text = xtr__xml_attribute_named(e, "text");
    const char *title = xtr__xml_attribute_named(e, "title");
    const char *note = xtr__xml_attribute_named(e, "_note");
    static const char *const addresses[] = {"htmlUrl", "url", "xmlUrl"};
    const char *url = NULL;
    for (size_t i = 0; !url && i < sizeof addresses / sizeof *addresses; i++)
        url = xtr__xml_attribute_named(e, addresses[i]);
    if (++r->outline > r->outline_lists) {
        xtr__flow_list_begin(r->flow, false, 1, '.');
        r->outline_lists++;
    }
    xtr__flow_item_begin(r->flow, NULL);
    xtr__flow_style(r->flow, 0, url && *url ? url : NULL);
    if (url && *url)
        xtr_link(r->flow->builder, url, 0, 0, (xtr_box){0});
    xtr__flow_puts(r->flow, text && *text ? text : title ? title : "");
    xtr__flow_style(r->flow, 0, NULL);
    if (note && *note) {
        xtr__flow_block(r->flow, XTR_PARAGRAPH, 0);
        xtr__flow_puts(r->flow, note);
    }
}

static void close_outline(reader *r) {
    while (r->outline_lists > r->outline) {
        xtr__flow_list_end(r->flow);
        r->outline_lists--;
    }
    xtr__flow_item_end(r->flow);
    if (!--r->outline) {
        xtr__flow_list_end(r->flow);
        r->outline_lists = 0;
    }
}

static void open_image(reader *r, const xtr__xml_element *e) {
    const char *text = xtr__xml_attribute_named(e, "alt");
    text = text ? text : "";
    xtr_image(r->flow->builder,
              &(xtr_image_info){.description = text, .description_size = strlen(text)});
    if (!*text)
        return;
    bool alone = r->flow->fresh && !r->flow->in_cell && !r->flow->in_note;
    if (alone)
        xtr__flow_block(r->flow, XTR_IMAGE, 0);
    xtr__flow_puts(r->flow, text);
    if (alone)
        xtr__flow_end(r->flow);
}

/* Formulas ---------------------------------------------------------------------------------- */

static const char *attribute_of(const void *element, const char *name) {
    return xtr__xml_attribute_named(element, name);
}

static void begin_math(reader *r, const xtr__xml_element *e) {
    if (r->math)
        xtr__mathml_begin(r->math, xtr__mathml_id(e->name, strlen(e->name)), attribute_of, e);
}

/* The style ends with the element. */
static void put_formula(reader *r, const char *latex, size_t size) {
    xtr__flow_style(r->flow, r->flow->styles | XTR_MATH, r->flow->url);
    xtr__flow_text(r->flow, latex, size);
}

/* The end of an element in MathML, or of the whole. */
static void end_math(reader *r, const xtr__rule *rule) {
    xtr__mathml_end(r->math);
    if (rule->role != XTR__ROLE_MATH)
        return;
    size_t size;
    char *latex = xtr__mathml_take(r->math, &size);
    xtr__mathml_drop(r->math);
    r->math = NULL;
    if (latex)
        put_formula(r, latex, size);
    free(latex);
    if (rule->arg)
        xtr__flow_end(r->flow);
}

static void end_tex(reader *r) {
    char *tex = xtr__buffer_take(&r->tex, NULL);
    size_t size;
    const char *formula = tex ? xtr__texsource_formula(tex, &size) : NULL;
    if (formula)
        put_formula(r, formula, size);
    free(tex);
    r->in_tex = false;
}

/* Blocks ------------------------------------------------------------------------------------ */

/* What has a place of its own; false: it is a matter of text. */
static bool open_block(reader *r, const xtr__xml_element *e, const xtr__rule *rule) {
    xtr__flow *f = r->flow;
    switch (rule->role) {
    case XTR__ROLE_GROUP:
        xtr__flow_end(f);
        return true;
    case XTR__ROLE_SPACED:
        if (rule->arg)
            return false;
        xtr__flow_block(f, XTR_PARAGRAPH, 0);
        return true;
    case XTR__ROLE_BLOCK:
        xtr__flow_block(f, r->captions ? XTR_CAPTION : XTR_PARAGRAPH, 0);
        return true;
    case XTR__ROLE_CODE:
        r->keeps++;
        xtr__flow_block(f, XTR_CODE, 0);
        return true;
    case XTR__ROLE_FORMULA:
        xtr__flow_block(f, XTR_FORMULA, 0);
        return true;
    case XTR__ROLE_CAPTION:
        if (f->open && f->type == XTR_CAPTION)
            xtr__flow_text(f, " ", 1);
        else
            xtr__flow_block(f, XTR_CAPTION, 0);
        return true;
    case XTR__ROLE_TITLE:
        open_title(r, rule->arg);
        return true;
    case XTR__ROLE_LIST: {
        bool numbers = rule->arg || says(e, "list-type", "order") || says(e, "type", "ordered");
        uint32_t first = number_of(e, "startingnumber");
        xtr__flow_list_begin(f, numbers, first ? first : 1, '.');
        return true;
    }
    case XTR__ROLE_ITEM:
        xtr__flow_item_begin(f, NULL);
        return true;
    case XTR__ROLE_OUTLINE:
        open_outline(r, e);
        return true;
    case XTR__ROLE_QUOTE:
        xtr__flow_quote_begin(f);
        return true;
    case XTR__ROLE_TABLE:
        r->table_waits = true;
        r->column_count = 0;
        return true;
    case XTR__ROLE_ROW:
        open_row(r);
        return true;
    case XTR__ROLE_CELL:
        open_cell(r, e, rule->arg || r->heads);
        return true;
    case XTR__ROLE_IMAGE:
        open_image(r, e);
        return true;
    default:
        return false;
    }
}

static void open_inline(reader *r, open_element *o, const xtr__xml_element *e) {
    xtr__flow *f = r->flow;
    switch (o->rule->role) {
    case XTR__ROLE_STYLE:
        xtr__flow_style(f, f->styles | style_of(e, o->rule->arg), f->url);
        break;
    case XTR__ROLE_MARK:
        r->in_mark = says(e, "type", "note") || says(e, "ref-type", "fn");
        if (r->in_mark) {
            r->label_size = 0;
            break;
        }
        open_link(r, o, e);
        break;
    case XTR__ROLE_LINK:
        open_link(r, o, e);
        break;
    case XTR__ROLE_APART:
        xtr__flow_text(f, " ", 1);
        break;
    case XTR__ROLE_LINE:
        xtr__flow_break(f);
        break;
    case XTR__ROLE_QUOTED:
        xtr__flow_puts(f, "\u201C");
        break;
    case XTR__ROLE_COLUMN:
        add_column(r, e);
        break;
    case XTR__ROLE_MATH:
        if (o->rule->arg)
            xtr__flow_block(f, XTR_FORMULA, 0);
        r->math = xtr__mathml_new();
        begin_math(r, e);
        break;
    case XTR__ROLE_TEX:
        r->in_tex = true;
        break;
    default:
        break;
    }
}

/* What holds inside, shown or not. */
static void open_scope(reader *r, const xtr__xml_element *e, const xtr__rule *rule) {
    if (rule->role == XTR__ROLE_SECTION && r->notes)
        begin_note(r, false);
    else if (rule->role == XTR__ROLE_NOTES &&
             (says(e, "name", "note") || says(e, "name", "comment")))
        r->notes = true;
    else if (rule->role == XTR__ROLE_NOTE)
        begin_note(r, rule->arg != 0);
    r->sections += rule->role == XTR__ROLE_SECTION || rule->role == XTR__ROLE_NOTES;
    r->heads += rule->role == XTR__ROLE_HEAD;
    r->captions += rule->role == XTR__ROLE_CAPTION;
    if (rule->role == XTR__ROLE_LABEL) {
        r->in_label = true;
        r->label_size = 0;
    }
}

static void begin(void *payload, const xtr__xml_element *e) {
    reader *r = payload;
    const xtr__rule *rule = r->math ? &none : rule_of(r, e->name);
    open_element *around = r->depth ? &r->open[r->depth - 1] : NULL;
    bool second = around && around->rule->role == XTR__ROLE_CHOICE && around->has_child;
    if (around)
        around->has_child = true;
    open_element *o = &r->open[r->depth++];
    *o = (open_element){.name = e->name,
                        .rule = rule,
                        .styles = r->flow->styles,
                        .hides = rule->role == XTR__ROLE_SKIP || second,
                        .spaced = rule->role == XTR__ROLE_SPACED || (around && around->spaced)};
    r->any = true;
    xtr__facts_begin(&r->facts, e, rule->key, o->hides && !rule->key);
    r->hidden += o->hides;
    if (r->hidden)
        return;
    if (r->math) {
        begin_math(r, e);
        return;
    }
    open_scope(r, e, rule);
    bool shown = rule->role != XTR__ROLE_NOTE && rule->role != XTR__ROLE_SECTION &&
                 rule->role != XTR__ROLE_LABEL && rule->role != XTR__ROLE_TITLE &&
                 rule->role != XTR__ROLE_NONE;
    if (shown && !r->in_label)
        start_note(r);
    if (r->in_label && rule->role != XTR__ROLE_TITLE)
        return; /* nothing but its text counts */
    if (!open_block(r, e, rule))
        open_inline(r, o, e);
}

/* Leaving ----------------------------------------------------------------------------------- */

static void close_block(reader *r, const xtr__rule *rule) {
    xtr__flow *f = r->flow;
    switch (rule->role) {
    case XTR__ROLE_CODE:
        r->keeps -= r->keeps > 0;
        xtr__flow_end(f);
        break;
    case XTR__ROLE_GROUP:
        xtr__flow_end(f);
        break;
    case XTR__ROLE_BLOCK:
    case XTR__ROLE_SPACED:
    case XTR__ROLE_FORMULA:
    case XTR__ROLE_TITLE:
        if (!(rule->role == XTR__ROLE_SPACED && rule->arg) && !r->in_label && !r->captions)
            xtr__flow_end(f);
        break;
    case XTR__ROLE_LIST:
        xtr__flow_list_end(f);
        break;
    case XTR__ROLE_ITEM:
        xtr__flow_item_end(f);
        break;
    case XTR__ROLE_OUTLINE:
        close_outline(r);
        break;
    case XTR__ROLE_QUOTE:
        xtr__flow_quote_end(f);
        break;
    case XTR__ROLE_TABLE:
        if (!r->table_waits)
            xtr__flow_table_end(f);
        r->table_waits = false;
        break;
    case XTR__ROLE_CELL:
        xtr__flow_cell_end(f);
        break;
    case XTR__ROLE_APART:
        xtr__flow_text(f, " ", 1);
        break;
    case XTR__ROLE_BREAK:
        xtr__flow_break(f);
        break;
    case XTR__ROLE_QUOTED:
        xtr__flow_puts(f, "\u201D");
        break;
    default:
        break;
    }
}

static void close_scope(reader *r, const xtr__rule *rule) {
    if (r->in_label && (rule->role == XTR__ROLE_LABEL || rule->role == XTR__ROLE_TITLE))
        r->in_label = false;
    if (rule->role == XTR__ROLE_MARK && r->in_mark) {
        r->in_mark = false;
        xtr__flow_mark(r->flow, r->label, r->label_size);
        r->label_size = 0;
    }
    if ((r->note_open || r->note_waits) && r->depth == r->note_depth - 1)
        end_note(r);
    if (rule->role == XTR__ROLE_NOTES)
        r->notes = false;
    r->sections -=
        (rule->role == XTR__ROLE_SECTION || rule->role == XTR__ROLE_NOTES) && r->sections;
    r->heads -= rule->role == XTR__ROLE_HEAD && r->heads;
    r->captions -= rule->role == XTR__ROLE_CAPTION && r->captions;
}

static void end(void *payload, int id, const char *name) {
    reader *r = payload;
    (void)id, (void)name;
    open_element *o = &r->open[--r->depth];
    xtr__facts_end(&r->facts, r->flow->builder);
    if (!r->hidden) {
        if (r->math)
            end_math(r, o->rule);
        if (r->in_tex && o->rule->role == XTR__ROLE_TEX)
            end_tex(r);
        close_block(r, o->rule);
        close_scope(r, o->rule);
        bool spaced = r->depth && r->open[r->depth - 1].spaced;
        if (spaced)
            xtr__flow_text(r->flow, " ", 1);
        const char *url = NULL;
        for (unsigned i = 0; i < r->depth; i++)
            url = r->open[i].url ? r->open[i].url : url;
        xtr__flow_style(r->flow, o->styles, url);
    }
    r->hidden -= o->hides;
    free(o->url);
    o->url = NULL;
}

static bool is_blank(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (!strchr(" \t\n\r", text[i]))
            return false;
    }
    return true;
}

static void text(void *payload, const char *piece, size_t size) {
    reader *r = payload;
    xtr__facts_text(&r->facts, piece, size);
    if (r->hidden || !size)
        return;
    if (r->in_label || r->in_mark) {
        add_label(r, piece, size);
        return;
    }
    if (r->note_waits && is_blank(piece, size))
        return;
    start_note(r);
    r->flow->keep = r->keeps > 0;
    if (r->math)
        xtr__mathml_text(r->math, piece, size);
    else if (r->in_tex)
        xtr__put(&r->tex, piece, size);
    else
        xtr__flow_text(r->flow, piece, size);
}

/* Whole ------------------------------------------------------------------------------------- */

static int parse(reader *r) {
    const xtr__xml_handler handler = {.begin = begin, .end = end, .text = text};
    int code = xtr__xml_parse_input(r->job, &handler, r);
    if (!code || xtr_job_should_stop(r->job))
        return XTR_OK;
    if (!r->any || code == XTR_E_MEMORY)
        return xtr_job_fail(r->job, code, code == XTR_E_MEMORY ? "out of memory" : "is not XML");
    xtr_partial(r->flow->builder, code, 0,
                code == XTR_E_LIMIT ? "elements are nested too deeply, or have too many attributes"
                                    : "the XML is damaged");
    return XTR_OK;
}

int xtr__vocabulary_read(xtr_job *job, const xtr__vocabulary *vocabulary) {
    reader *r = calloc(1, sizeof *r);
    xtr__flow *flow = malloc(sizeof *flow);
    const xtr__rule **rules = malloc(vocabulary->count * sizeof *rules);
    int code = XTR_OK;
    if (r && flow && rules) {
        for (size_t i = 0; i < vocabulary->count; i++)
            rules[i] = &vocabulary->rules[i];
        qsort(rules, vocabulary->count, sizeof *rules, compare_rules);
        *r = (reader){.job = job, .flow = flow, .rules = rules, .rule_count = vocabulary->count};
        xtr__flow_start(flow, job);
        code = parse(r);
        xtr__mathml_drop(r->math);
        free(r->tex.data);
        xtr__flow_finish(flow);
        xtr__facts_finish(&r->facts, xtr_job_builder(job));
    } else {
        code = xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    }
    free(rules);
    free(flow);
    free(r);
    return code;
}
