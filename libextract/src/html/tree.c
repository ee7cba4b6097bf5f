/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Gumbo makes the tree (HTML Living Standard, section 13.2). It knows no failing allocation and
 * gives a tree back by recursion, so all its memory comes from an arena that is dropped at once,
 * and what the arena refuses, as when the job should stop, leaves the parser by a jump that begins
 * and ends in this file. */
#include "html/tree.h"

#include <setjmp.h>
#include <stdlib.h>
#include <strings.h>

enum {
    ALIGNMENT = 16,
    FIRST_CHUNK = 256 << 10,
    LARGEST_CHUNK = 8 << 20,
    ASK_EVERY = 4096 /* allocations */
};

typedef struct chunk {
    _Alignas(ALIGNMENT) struct chunk *next;
    size_t size;
} chunk;

struct xtr__html_tree {
    xtr_job *job;
    chunk *chunks;
    char *at, *end; /* of the newest chunk */
    size_t charged, next_size;
    unsigned allocations;
    GumboOutput *output;
    int code;
    jmp_buf give_up;
};

static _Noreturn void give_up(xtr__html_tree *tree, int code) {
    tree->code = code;
    longjmp(tree->give_up, 1);
}

static void grow(xtr__html_tree *tree, size_t size) {
    size_t wanted = size + sizeof(chunk);
    if (wanted < tree->next_size)
        wanted = tree->next_size;
    if (!xtr_job_charge(tree->job, (int64_t)wanted))
        give_up(tree, XTR_E_MEMORY);
    chunk *new = malloc(wanted);
    if (!new) {
        xtr_job_charge(tree->job, -(int64_t)wanted);
        give_up(tree, XTR_E_MEMORY);
    }
    *new = (chunk){tree->chunks, wanted};
    tree->chunks = new;
    tree->charged += wanted;
    tree->at = (char *)(new + 1);
    tree->end = (char *)new + wanted;
    if (tree->next_size < LARGEST_CHUNK)
        tree->next_size *= 2;
}

static void *allocate(void *payload, size_t size) {
    xtr__html_tree *tree = payload;
    if (++tree->allocations % ASK_EVERY == 0 && xtr_job_should_stop(tree->job))
        give_up(tree, XTR_E_CANCELLED);
    size_t room = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if ((size_t)(tree->end - tree->at) < room)
        grow(tree, room);
    void *memory = tree->at;
    tree->at += room;
    return memory;
}

static void leave(void *payload, void *memory) {
    (void)payload;
    (void)memory;
}

/* A text of the tree with its runs in place of their names. */
static const char *restored(xtr__html_tree *tree, const xtr__html_tamed *page, const char *text) {
    xtr__html_run run;
    size_t size = 1;
    const char *first = xtr__html_find_run(page, text, &run), *rest = text;
    if (!first)
        return text;
    for (const char *name = first; name; name = xtr__html_find_run(page, rest, &run)) {
        size += (size_t)(name - rest) + run.size;
        rest = name + XTR__RUN_NAME;
    }
    char *whole = allocate(tree, size + strlen(rest)), *to = whole;
    rest = text;
    for (const char *name; (name = xtr__html_find_run(page, rest, &run));) {
        to = mempcpy(to, rest, (size_t)(name - rest));
        to = mempcpy(to, run.text, run.size);
        rest = name + XTR__RUN_NAME;
    }
    strcpy(to, rest);
    return whole;
}

static void restore(xtr__html_tree *tree, const xtr__html_tamed *page) {
    GumboNode *top = tree->output->document;
    for (const GumboNode *n = top; n; n = xtr__html_next(n, top, true)) {
        GumboNode *node = (GumboNode *)(uintptr_t)n;
        if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA)
            node->v.text.text = restored(tree, page, node->v.text.text);
        if (node->type != GUMBO_NODE_ELEMENT)
            continue;
        const GumboVector *all = &node->v.element.attributes;
        for (unsigned i = 0; i < all->length; i++) {
            GumboAttribute *attribute = all->data[i];
            attribute->value = restored(tree, page, attribute->value);
        }
    }
}

static void parse(xtr__html_tree *tree, const xtr__html_tamed *page) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = allocate;
    options.deallocator = leave;
    options.userdata = tree;
    options.max_errors = 0;
    if (setjmp(tree->give_up))
        return;
    const char *text = page->text.size ? page->text.data : "";
    tree->output = gumbo_parse_with_options(&options, text, page->text.size);
    if (page->runs.size)
        restore(tree, page);
}

int xtr__html_parse(xtr__html_tree **out, xtr_job *job, const xtr__html_tamed *page) {
    xtr__html_tree *tree = calloc(1, sizeof *tree);
    *out = tree;
    if (!tree)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    tree->job = job;
    tree->next_size = FIRST_CHUNK;
    parse(tree, page);
    if (tree->code == XTR_E_MEMORY)
        return xtr_job_fail(job, XTR_E_MEMORY, "the tree of the page takes more than max_memory");
    return tree->code;
}

void xtr__html_tree_drop(xtr__html_tree *tree) {
    if (!tree)
        return;
    while (tree->chunks) {
        chunk *next = tree->chunks->next;
        free(tree->chunks);
        tree->chunks = next;
    }
    xtr_job_charge(tree->job, -(int64_t)tree->charged);
    free(tree);
}

GumboNode *xtr__html_root(const xtr__html_tree *tree) {
    return tree->output->document;
}

/* Looking at nodes -------------------------------------------------------------------------- */

const GumboNode *xtr__html_next(const GumboNode *node, const GumboNode *top, bool inside) {
    const GumboVector *children = xtr__html_children(node);
    if (inside && children->length)
        return children->data[0];
    while (node != top && node->parent) {
        const GumboVector *siblings = xtr__html_children(node->parent);
        if (node->index_within_parent + 1 < siblings->length)
            return siblings->data[node->index_within_parent + 1];
        node = node->parent;
    }
    return NULL;
}

bool xtr__html_has_word(const char *value, const char *word) {
    size_t size = strlen(word);
    while (value && *value) {
        size_t length = strcspn(value, " \t\n\r\f");
        if (length == size && !strncasecmp(value, word, size))
            return true;
        value += length;
        value += strspn(value, " \t\n\r\f");
    }
    return false;
}

bool xtr__html_styled(const char *style, const char *property, const char *value) {
    size_t size = strlen(property);
    while (style && *style) {
        style += strspn(style, " \t\n\r\f;");
        bool same = !strncasecmp(style, property, size);
        const char *colon = style + strcspn(style, ":;");
        if (same && *colon == ':' &&
            strspn(style + size, " \t\n\r\f") == (size_t)(colon - style) - size) {
            const char *set = colon + 1 + strspn(colon + 1, " \t\n\r\f");
            size_t length = strcspn(set, " \t\n\r\f;!");
            if (length == strlen(value) && !strncasecmp(set, value, length))
                return true;
        }
        style += strcspn(style, ";");
    }
    return false;
}

bool xtr__html_is_hidden(const GumboNode *element) {
    const GumboVector *all = &element->v.element.attributes;
    for (unsigned i = 0; i < all->length; i++) {
        const GumboAttribute *attribute = all->data[i];
        if (!strcmp(attribute->name, "hidden"))
            return strcasecmp(attribute->value, "until-found") != 0;
        if (!strcmp(attribute->name, "style") &&
            (xtr__html_styled(attribute->value, "display", "none") ||
             xtr__html_styled(attribute->value, "visibility", "hidden")))
            return true;
    }
    return false;
}

static void put_collapsed(xtr__buffer *out, const char *text, size_t most) {
    for (; *text && out->size < most; text++) {
        bool space = xtr__html_is_space(*text);
        if (!space)
            xtr__putc(out, *text);
        else if (out->size && out->data[out->size - 1] != ' ')
            xtr__putc(out, ' ');
    }
}

void xtr__html_text_of(xtr__buffer *out, const GumboNode *node, size_t most) {
    bool inside = true;
    for (const GumboNode *n = node; n && out->size < most; n = xtr__html_next(n, node, inside)) {
        inside = !xtr__html_is(n, GUMBO_TAG_SCRIPT) && !xtr__html_is(n, GUMBO_TAG_STYLE);
        if (n->type == GUMBO_NODE_TEXT || n->type == GUMBO_NODE_WHITESPACE ||
            n->type == GUMBO_NODE_CDATA)
            put_collapsed(out, n->v.text.text, most);
        else if (xtr__html_is(n, GUMBO_TAG_BR))
            put_collapsed(out, " ", most);
    }
    while (out->size && out->data[out->size - 1] == ' ')
        out->size--;
}
