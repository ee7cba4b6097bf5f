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

/** Parses UTF-8, which must stay until the tree is dropped. XTR_OK, or what xtr_job_fail returned;
 *  CANCELLED, of which nothing is said, when the job should stop. */
int xtr__html_parse(xtr__html_tree **out, xtr_job *job, const char *text, size_t size);
void xtr__html_tree_drop(xtr__html_tree *tree);
GumboNode *xtr__html_root(const xtr__html_tree *tree);

/** Makes the text of a page harmless for the parser, which takes time by the square of depth, of
 *  attributes and of formatting that stays open: tags that go too far are left out. Of XHTML it
 *  also writes out empty elements and CDATA. False when nothing had to be changed. */
bool xtr__html_tame(xtr__buffer *out, const char *text, size_t size, bool xml);

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
