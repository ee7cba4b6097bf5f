/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Notes and what refers to them, where a page says which are which: by epub:type (EPUB Structural
 * Semantics Vocabulary 1.1) or by role (DPUB-ARIA 1.1), which an item that a reference leads to
 * needs not say. A note is called what the first reference to it is called. */
#include "html/writer.h"

#include <ctype.h>
#include <stdlib.h>

typedef struct reference {
    const char *id; /* of the note, in the tree */
    uint32_t order;
    char label[XTR__HTML_LABEL];
} reference;

struct xtr__html_notes {
    reference *items; /* by id, the first to each before the others */
    size_t count, capacity;
};

static bool says(const GumboNode *node, const char *type, const char *role) {
    return xtr__html_has_word(xtr__html_attribute(node, "epub:type"), type) ||
           xtr__html_has_word(xtr__html_attribute(node, "role"), role);
}

static bool is_reference(const GumboNode *node) {
    return says(node, "noteref", "doc-noteref");
}

static bool is_note(const GumboNode *node) {
    return says(node, "footnote", "doc-footnote") || says(node, "endnote", "doc-endnote") ||
           says(node, "rearnote", "doc-endnote");
}

/* What is written of a reference or a link back, without brackets and dot; false when that is no
 * label: a sign such as * stands for many notes. */
static bool read_label(char out[XTR__HTML_LABEL], const GumboNode *node) {
    xtr__buffer text = {0};
    xtr__html_text_of(&text, node, XTR__HTML_LABEL + 4);
    size_t from = 0, to = text.size;
    while (from < to && strchr("[(", text.data[from]))
        from++;
    while (to > from && strchr("]).:", text.data[to - 1]))
        to--;
    bool fits = to > from && to - from < XTR__HTML_LABEL &&
                (isalnum((unsigned char)text.data[from]) || text.data[from] & 0x80) &&
                !memchr(text.data + from, ' ', to - from) && !text.failed;
    if (fits) {
        memcpy(out, text.data + from, to - from);
        out[to - from] = '\0';
    }
    free(text.data);
    return fits;
}

static int compare(const void *a, const void *b) {
    const reference *l = a, *r = b;
    int order = strcmp(l->id, r->id);
    return order ? order : (l->order > r->order) - (l->order < r->order);
}

static bool add(xtr__html_notes *notes, const GumboNode *node) {
    const char *href = xtr__html_attribute(node, "href");
    const char *hash = href ? strchr(href, '#') : NULL;
    reference new = {.id = hash ? hash + 1 : "", .order = (uint32_t)notes->count};
    if (!hash || !read_label(new.label, node))
        return true;
    if (notes->count == notes->capacity) {
        size_t capacity = 2 * notes->capacity + 16;
        reference *items = realloc(notes->items, capacity * sizeof *items);
        if (!items)
            return false;
        notes->items = items;
        notes->capacity = capacity;
    }
    notes->items[notes->count++] = new;
    return true;
}

xtr__html_notes *xtr__html_notes_find(xtr_job *job, const GumboNode *page) {
    enum { ASK_EVERY = 4096 };
    xtr__html_notes *notes = calloc(1, sizeof *notes);
    bool done = notes != NULL;
    unsigned nodes = 0;
    for (const GumboNode *n = page; n && done; n = xtr__html_next(n, page, true)) {
        if (++nodes % ASK_EVERY == 0 && xtr_job_should_stop(job))
            break;
        if (n->type == GUMBO_NODE_ELEMENT && is_reference(n))
            done = add(notes, n);
    }
    if (!done) {
        xtr__html_notes_drop(notes);
        return NULL;
    }
    if (notes->count)
        qsort(notes->items, notes->count, sizeof *notes->items, compare);
    return notes;
}

void xtr__html_notes_drop(xtr__html_notes *notes) {
    if (!notes)
        return;
    free(notes->items);
    free(notes);
}

static bool find_label(char out[XTR__HTML_LABEL], const xtr__html_notes *notes, const char *id) {
    size_t from = 0, to = notes->count;
    while (id && from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcmp(notes->items[middle].id, id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    bool found = id && from < notes->count && !strcmp(notes->items[from].id, id);
    if (found)
        memcpy(out, notes->items[from].label, XTR__HTML_LABEL);
    return found;
}

/* Notes of other pages: what leads back to their references is called as they are. */
static bool find_back(char out[XTR__HTML_LABEL], const GumboNode *note) {
    enum { LOOK_AHEAD = 200 };
    const GumboNode *node = note;
    for (int i = 0; i < LOOK_AHEAD && (node = xtr__html_next(node, note, true)); i++) {
        if (node->type == GUMBO_NODE_ELEMENT && says(node, "backlink", "doc-backlink"))
            return read_label(out, node) && (unsigned char)*out < 0x80;
    }
    return false;
}

bool xtr__html_open_note(xtr__html_writer *w, const GumboNode *node) {
    char label[XTR__HTML_LABEL];
    bool note = is_note(node), item = node->v.element.tag == GUMBO_TAG_LI;
    if ((!note && !item) || w->in_cell || w->now.in_note)
        return false;
    if (!find_label(label, w->notes, xtr__html_attribute(node, "id")) &&
        !(note && find_back(label, node)))
        return false;
    xtr__html_end_block(w);
    memcpy(w->note, label, sizeof label);
    w->now = (xtr__html_context){.type = XTR_FOOTNOTE, .join = ++w->next_join, .in_note = true};
    return true;
}

bool xtr__html_put_reference(xtr__html_writer *w, const GumboNode *node) {
    char label[XTR__HTML_LABEL];
    /* A note says its own name already. */
    if (w->now.in_note && says(node, "backlink", "doc-backlink"))
        return true;
    if (!is_reference(node) || !read_label(label, node))
        return false;
    unsigned styles = w->now.styles;
    w->space = false;
    w->now.styles |= XTR_SUPERSCRIPT;
    xtr__html_put(w, label, strlen(label));
    w->now.styles = styles;
    return true;
}
