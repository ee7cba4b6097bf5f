/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts of the reader of PresentationML, between its files. */
#ifndef XTR_PPTX_H
#define XTR_PPTX_H

#include "container/chart.h"
#include "container/omml.h"
#include "container/opc.h"
#include "container/tree.h"
#include "pptx/slide.h"

enum pptx_name {
    PPTX_NONE,
#define PPTX_NAME(id, name) id,
#include "pptx/names.def"
#undef PPTX_NAME
};

/* Placeholders by what they hold (ECMA-376 part 1, 19.7.10). */
typedef enum holder_kind {
    HOLDER_NONE, /* no placeholder */
    HOLDER_TITLE,
    HOLDER_SUBTITLE,
    HOLDER_BODY, /* and whatever has the text style of a body */
    HOLDER_FOOTER,
    HOLDER_HEADER,
    HOLDER_IMAGE /* of the slide, on a page of notes */
} holder_kind;

/* Bullets ----------------------------------------------------------------------------------- */

typedef enum bullet_kind { BULLET_UNSET, BULLET_NONE, BULLET_CHARACTER, BULLET_NUMBER } bullet_kind;

typedef struct bullet {
    bullet_kind kind;
    char text[12];
    unsigned scheme;
    uint32_t start;
} bullet;

typedef struct list_style {
    bullet levels[XTR__SLIDE_LEVELS];
} list_style;

/* A placeholder of a layout or a master. */
typedef struct holder {
    holder_kind kind;
    uint32_t index;
    bool has_box;
    xtr_box box;
    list_style style;
} holder;

/* A layout, or a master. */
typedef struct sheet {
    size_t part;
    int64_t above; /* the master of a layout, among the sheets; -1: none */
    holder *holders;
    size_t count;
    list_style title, body, other; /* of a master */
} sheet;

typedef struct author {
    char *id, *name;
} author;

/* A picture that was given already: part of the package, number in the result. */
typedef struct shown {
    int64_t part;
    uint32_t number, page;
} shown;

typedef struct deck {
    xtr_job *job;
    xtr_builder *builder;
    xtr__zip *zip;
    xtr__xml_names *names;
    xtr__tree *tree;              /* of the slide, or of its notes */
    xtr__tree *side;              /* of what a slide refers to */
    xtr__opc_relations relations; /* of the part in `tree` */
    int64_t *slides;              /* their parts; -1: missing */
    size_t slide_count;
    uint32_t *pages; /* by part: the first page that is this slide, 0: none */
    uint32_t first_number;
    float width, height;
    list_style defaults;
    sheet *sheets;
    size_t sheet_count;
    author *authors;
    size_t author_count;
    shown *pictures;
    size_t picture_count;
    uint32_t page;
    xtr_box box;      /* of the shape that is being written */
    const char *link; /* the last one in it */
    xtr__omml *math;
    xtr__charts charts;
} deck;

/* What the text of a shape looks like where it says nothing itself, nearest first. */
typedef struct text_style {
    const list_style *chain[4];
    size_t count;
} text_style;

typedef struct body_info {
    xtr_element_type type; /* of its paragraphs that are no list items */
    const text_style *style;
    xtr_box box;
} body_info;

/* How the children of shapes stand on the slide: x * scale + move. */
typedef struct transform {
    double scale_x, scale_y, move_x, move_y;
} transform;

/* pptx.c */
/** The part that a relationship of the part in `tree` leads to, or -1; its URL outside, or NULL. */
int64_t pptx_target(const deck *d, const char *id);
int64_t pptx_target_of_type(const deck *d, const char *type);
const char *pptx_url(const deck *d, const char *id);
/** The same of any part. */
int64_t pptx_target_from(const deck *d, int64_t part, const char *type);
/** The page whose slide is this part, or 0. */
uint32_t pptx_page_of(const deck *d, int64_t part);
/** Reads a part into a tree, with a warning when it is damaged. */
bool pptx_read(deck *d, xtr__tree *tree, int64_t part);

/* styles.c */
void pptx_read_levels(const xtr__tree *tree, uint32_t node, list_style *out);
bullet pptx_read_bullet(const xtr__tree *tree, uint32_t properties);
holder_kind pptx_holder_kind(const xtr__tree *tree, uint32_t placeholder);
int64_t pptx_sheet_of(deck *d, int64_t part);
const holder *pptx_find_holder(const deck *d, int64_t sheet, holder_kind kind, uint32_t index);
xtr_box pptx_box(const xtr__tree *tree, uint32_t xfrm, const transform *t);
extern const transform pptx_emu;

/* text.c */
bool pptx_has_text(const deck *d, uint32_t node);
void pptx_write_body(deck *d, uint32_t body, const body_info *info);
void pptx_write_title(deck *d, uint32_t body, xtr_box box);
void pptx_write_cell(deck *d, uint32_t body);
uint32_t pptx_choose(const deck *d, uint32_t alternate);
void pptx_note_link(deck *d, uint32_t properties, xtr_box box);
void pptx_each(deck *d, uint32_t parent, void (*child)(deck *d, uint32_t node, void *payload),
               void *payload);
/** The text of all runs below a node, with spaces between paragraphs: yours to free, or NULL. */
char *pptx_plain(const xtr__tree *tree, uint32_t node);

/* shapes.c */
void pptx_write_shapes(deck *d, uint32_t sp_tree, int64_t layout);

/* graphic.c */
void pptx_write_graphic(deck *d, uint32_t frame, xtr_box box);
void pptx_write_picture(deck *d, uint32_t picture, xtr_box box);
void pptx_write_alt(deck *d, uint32_t shape, xtr_box box);

/* diagram.c */
void pptx_write_diagram(deck *d, int64_t part, xtr_box box);

/* notes.c */
void pptx_write_notes(deck *d, int64_t part);
void pptx_read_authors(deck *d, int64_t presentation);
void pptx_write_comments(deck *d, int64_t part);

#endif
