/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts of the reader of OpenDocument presentations and drawings, between its files. Numbers in
 * comments are sections of OpenDocument 1.3, part 3. */
#ifndef XTR_ODP_H
#define XTR_ODP_H

#include "container/tree.h"
#include "pptx/slide.h"

enum odp_name {
    ODP_NONE,
#define ODP_NAME(id, name) ODP_##id,
#define ODP_SAME(id, name)
#include "odp/names.def"
#undef ODP_NAME
#undef ODP_SAME
    ODP_SHAPE
};

enum { ODP_LEVELS = XTR__SLIDE_LEVELS };

/* A level of a list (16.31 to 16.34). */
typedef struct odp_level {
    bool shown;
    char format; /* '1', 'a', 'A', 'i', 'I' of a number; 0: a bullet */
    char before[8], behind[8];
    char bullet[12];
    uint32_t start;
} odp_level;

/* What has a name begins with it and its number in its list. */
typedef struct odp_named {
    char *name;
    uint32_t order;
} odp_named;

typedef struct odp_list_style {
    odp_named named;
    odp_level levels[ODP_LEVELS];
} odp_list_style;

typedef struct odp_text_style {
    odp_named named;
    unsigned styles;
} odp_text_style;

typedef struct odp_pair {
    odp_named named;
    char *value;
} odp_pair;

typedef struct odp_size {
    odp_named named;
    float width, height;
} odp_size;

/* A growing list of what has a name; sorted when it is searched. */
typedef struct odp_names {
    void *items;
    size_t count;
    bool sorted;
} odp_names;

typedef struct odp {
    xtr_job *job;
    xtr_builder *builder;
    xtr__zip *zip; /* NULL: a flat file */
    xtr__xml_names *names;
    xtr__tree *tree; /* of the page, or the style, that is being read */
    xtr__tree *side; /* of an object in it */
    uint32_t open;   /* depth of the element that `tree` is of; 0: none */
    bool in_body;
    odp_names list_styles, text_styles, sizes, masters, declarations;
    uint32_t page, pages; /* pages: all so far */
    uint32_t written;
    bool limited;
    xtr_box box; /* of the shape that is being written */
} odp;

/* styles.c */
void odp_read_style(odp *o);
const odp_list_style *odp_list_style_of(odp *o, const char *name);
unsigned odp_text_style_of(odp *o, const char *name);
const char *odp_declaration_of(odp *o, const char *name);
odp_size odp_size_of(odp *o, const char *master);
/** Points of "2.54cm", or 0. */
float odp_length(const char *text);
void odp_drop_styles(odp *o);

/* text.c */
bool odp_has_text(const xtr__tree *tree, uint32_t node);
void odp_write_blocks(odp *o, uint32_t parent, xtr_element_type type);
void odp_write_title(odp *o, uint32_t parent);
/** All paragraphs below a node into what is open, one a line. */
void odp_write_joined(odp *o, const xtr__tree *tree, uint32_t parent, const char *between);

/* shapes.c */
void odp_write_page(odp *o, uint32_t page);

/* table.c */
void odp_write_table(odp *o, const xtr__tree *tree, uint32_t table, xtr_box box);
void odp_write_chart(odp *o, int64_t part, xtr_box box);

#endif
