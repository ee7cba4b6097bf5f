/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The tree of a page, as the parser made it. */
#ifndef XTR_HTML_TREE_H
#define XTR_HTML_TREE_H

#include "document/buffer.h"
#include "html/html.h"

#include <gumbo.h>
#include <string.h>

/** A page with all its memory; no node is deeper than some thousand. */
typedef struct xtr__html_tree xtr__html_tree;

/** What a page becomes before it is parsed: in `text`, stretches of plain characters are names that
 *  stand for them (runs.c). `runs` is an array of xtr__html_run. */
typedef struct xtr__html_tamed {
    xtr__buffer text, runs;
    bool named; /* whether stretches may be named: no name stands in the page already */
    bool notes; /* it speaks of notes: what says so was kept */
} xtr__html_tamed;

/** Points into the text of the page. */
typedef struct xtr__html_run {
    const char *text;
    size_t size;
} xtr__html_run;

/** Parses what was tamed, which must stay until the tree is dropped, as must the text that it was
 *  made of. XTR_OK, or what xtr_job_fail returned; CANCELLED, of which nothing is said, when the
 *  job should stop. */
int xtr__html_parse(xtr__html_tree **out, xtr_job *job, const xtr__html_tamed *page);
void xtr__html_tree_drop(xtr__html_tree *tree);
GumboNode *xtr__html_root(const xtr__html_tree *tree);

/** Makes the text of a page harmless for the parser, which takes time by the square of depth, of
 *  attributes and of formatting that stays open: tags that go too far are left out, and so is what
 *  `source` has no use for. Of XHTML it also writes out empty elements and CDATA. It ends early
 * when the job should stop. */
void xtr__html_tame(xtr__html_tamed *out, xtr_job *job, const char *text, size_t size,
                    const xtr__html_source *source);
void xtr__html_tamed_drop(xtr__html_tamed *page);

/** Whether nothing in the page looks like the name of a run. */
bool xtr__html_may_name(const char *text, size_t size);

/** Appends text, or the value of an attribute, to page->text: with names for its plain stretches,
 *  and, if `collapse`, of white space before them no more than one character. */
void xtr__html_name_runs(xtr__html_tamed *page, const char *text, size_t size, bool collapse);

/** The next name in a text of the tree, or NULL; *run is what it stands for. */
const char *xtr__html_find_run(const xtr__html_tamed *page, const char *text, xtr__html_run *run);

enum { XTR__RUN_NAME = 8 /* bytes of a name */ };

/** Elements. */
static inline const GumboVector *xtr__html_children(const GumboNode *node) {
    static const GumboVector none = {NULL, 0, 0};
    if (node->type == GUMBO_NODE_DOCUMENT)
        return &node->v.document.children;
    return node->type == GUMBO_NODE_ELEMENT ? &node->v.element.children : &none;
}

static inline bool xtr__html_is(const GumboNode *node, GumboTag tag) {
    return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == tag &&
           node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML;
}

/** The value of an attribute, or NULL. */
static inline const char *xtr__html_attribute(const GumboNode *node, const char *name) {
    const GumboVector *all = &node->v.element.attributes;
    for (unsigned i = 0; i < all->length; i++) {
        const GumboAttribute *attribute = all->data[i];
        if (attribute->name[0] == name[0] && !strcmp(attribute->name, name))
            return attribute->value;
    }
    return NULL;
}

/** The node that follows in the order of the text, below `top`, or NULL; `inside` false: not the
 *  children of this one. */
const GumboNode *xtr__html_next(const GumboNode *node, const GumboNode *top, bool inside);

/** Whether a value has this word among others, apart by spaces; ASCII case does not count. */
bool xtr__html_has_word(const char *value, const char *word);

/** Whether an inline style gives `property` the value `value`. */
bool xtr__html_styled(const char *style, const char *property, const char *value);

/** Whether nobody would see the element: by attribute `hidden` or its own style. */
bool xtr__html_is_hidden(const GumboNode *element);

/** The text below a node with white space collapsed, without that of scripts and styles, at most
 *  `most` bytes; appended. */
void xtr__html_text_of(xtr__buffer *out, const GumboNode *node, size_t most);

static inline bool xtr__html_is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

#endif
