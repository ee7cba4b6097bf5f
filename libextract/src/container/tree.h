/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_TREE_H
#define XTR_TREE_H

#include "container/xml.h"

/** A part of a package, or a stretch of it, as a tree: for formats in which what comes first is
 *  understood only with what comes later. Holds the elements and attributes that are listed, and
 *  text. Nodes are indices; 0 is the one above the root, and also "none" where a node is asked for.
 */
typedef struct xtr__tree xtr__tree;

enum { XTR__TREE_TEXT = -1 }; /* id of a node that is text */

typedef enum xtr__tree_unlisted {
    XTR__TREE_SKIP,   /* an element without an id goes with all that is in it */
    XTR__TREE_THROUGH /* what is in it stays, as if the element were not there */
} xtr__tree_unlisted;

/** `has_text` says of which elements text is kept; NULL: of all. Memory is charged to the job. NULL
 *  when out of memory. */
xtr__tree *xtr__tree_new(xtr_job *job, xtr__tree_unlisted unlisted, bool (*has_text)(int id));
void xtr__tree_drop(xtr__tree *tree);

/** Makes it the tree of this part. What xtr__xml_parse_part returned, or MEMORY; what was read
 *  before is there in any case. */
int xtr__tree_read(xtr__tree *tree, xtr__zip *zip, size_t part, const xtr__xml_names *names);

/** The same piece by piece, for a handler that makes trees of some elements of a part. */
void xtr__tree_clear(xtr__tree *tree);
void xtr__tree_begin(xtr__tree *tree, const xtr__xml_element *element);
void xtr__tree_text(xtr__tree *tree, const char *text, size_t size);
void xtr__tree_end(xtr__tree *tree);
/** XTR_OK, or MEMORY when it has become incomplete. */
int xtr__tree_code(const xtr__tree *tree);

int xtr__tree_id(const xtr__tree *tree, uint32_t node);
uint32_t xtr__tree_first(const xtr__tree *tree, uint32_t node);
uint32_t xtr__tree_next(const xtr__tree *tree, uint32_t node);
uint32_t xtr__tree_parent(const xtr__tree *tree, uint32_t node);
/** The next node in document order that is below `top`. */
uint32_t xtr__tree_walk(const xtr__tree *tree, uint32_t node, uint32_t top);
/** The same without what is below `node`. */
uint32_t xtr__tree_after(const xtr__tree *tree, uint32_t node, uint32_t top);
/** The first child with this id; the first node below `node` that has it. */
uint32_t xtr__tree_child(const xtr__tree *tree, uint32_t node, int id);
uint32_t xtr__tree_find(const xtr__tree *tree, uint32_t node, int id);

/** The value of an attribute, or NULL; as a number, or `other` when it is not there or none. */
const char *xtr__tree_value(const xtr__tree *tree, uint32_t node, int attribute);
int64_t xtr__tree_number(const xtr__tree *tree, uint32_t node, int attribute, int64_t other);
/** xsd:boolean and the "on" and "off" of ECMA-376. */
bool xtr__tree_flag(const xtr__tree *tree, uint32_t node, int attribute, bool other);

/** The text of a text node, or of the text that an element begins with; "" for none. */
const char *xtr__tree_content(const xtr__tree *tree, uint32_t node, size_t *size);

#endif
