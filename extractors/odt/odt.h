/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the reader of OpenDocument text share. */
#ifndef XTR_ODT_H
#define XTR_ODT_H

#include "container/chart.h"
#include "container/opendocument.h"
#include "container/story.h"
#include "container/style_names.h"

enum {
#define X(id, name) XTR__T_##id,
    XTR__T_NOTHING,
#include "odt/names.def"
#undef X
};

#define T(id) XTR__T_##id

enum { XTR__ODT_LEVELS = 10, XTR__ODT_MARKER = 128, XTR__ODT_HIDDEN = 1 << 8 };

/* Styles ------------------------------------------------------------------------------------ */

typedef struct xtr__odt_style {
    xtr__style_kind kind;
    int level;                /* of a heading from 0; -1: not said */
    unsigned said, on;        /* flags of extractor.h, and hidden */
    size_t key, parent, list; /* kept strings */
    bool done;
} xtr__odt_style;

typedef struct xtr__odt_level {
    char format[12]; /* "1", "a", ...; empty: no number */
    char bullet[16]; /* instead of a number */
    char prefix[24], suffix[24];
    int start, shown; /* `shown`: levels whose numbers are printed */
} xtr__odt_level;

typedef struct xtr__odt_list_style {
    size_t name; /* kept string */
    xtr__odt_level levels[XTR__ODT_LEVELS];
} xtr__odt_list_style;

typedef struct xtr__odt_styles {
    xtr__story_store *store;
    xtr__odt_style *items;
    size_t count, room;
    uint32_t *index; /* by hash of the key: place + 1 */
    size_t index_size;
    xtr__odt_list_style *lists;
    size_t list_count, list_room;
    xtr__odt_list_style outline;
    /* While reading */
    bool in_style;
    xtr__odt_list_style *open_list;
} xtr__odt_styles;

/** An element of office:styles or office:automatic-styles begins; ends. */
void xtr__odt_styles_begin(xtr__odt_styles *styles, const xtr__xml_element *e);
void xtr__odt_styles_end(xtr__odt_styles *styles, int id);
/** The style of a family ('p' or 't') with what it inherits; one that says nothing otherwise. */
xtr__odt_style xtr__odt_style_of(xtr__odt_styles *styles, char family, const char *name);
const xtr__odt_list_style *xtr__odt_list_of(const xtr__odt_styles *styles, const char *name);
void xtr__odt_styles_free(xtr__odt_styles *styles);

/** What is printed at this level (from 0), by the counters of it and those above; "" for nothing.
 */
void xtr__odt_marker(char marker[XTR__ODT_MARKER], const xtr__odt_list_style *style, int level,
                     const int *counters);

int xtr__odt_number(const char *value, int other);

/* Document ---------------------------------------------------------------------------------- */

enum { XTR__ODT_BOXES = 8, XTR__ODT_SPANS = 64, XTR__ODT_PICTURES = 16, XTR__ODT_RUBY = 128 };

typedef struct xtr__odt_picture {
    uint32_t image;
    size_t alt;
} xtr__odt_picture;

typedef struct xtr__odt_span {
    unsigned styles;
    size_t url;
} xtr__odt_span;

/** A paragraph, until it ends. */
typedef struct xtr__odt_paragraph {
    xtr__story text;
    xtr__odt_style style;
    int level;       /* of text:h from 1, else 0 */
    bool heads_list; /* it has no number */
    bool has_text, has_formula, after_space;
    xtr__odt_span spans[XTR__ODT_SPANS];
    unsigned span_count;
    xtr__odt_picture pictures[XTR__ODT_PICTURES];
    unsigned picture_count;
} xtr__odt_paragraph;

/** What paragraphs are in: where their text goes. */
typedef enum xtr__odt_target {
    XTR__ODT_TO_BODY,
    XTR__ODT_TO_HEADER,
    XTR__ODT_TO_FOOTERS, /* recorded */
    XTR__ODT_TO_NOTES,
    XTR__ODT_TO_ANNOTATION
} xtr__odt_target;

typedef struct xtr__odt_note {
    bool endnote;
    char marker[32];
    size_t first, last; /* in `notes` */
} xtr__odt_note;

typedef struct xtr__odt_list {
    size_t id, style; /* kept strings */
    int counters[XTR__ODT_LEVELS];
} xtr__odt_list;

/** What interrupts a paragraph: a frame, a note, an annotation. */
typedef struct xtr__odt_box {
    unsigned depth, open;   /* of its element; paragraphs around it */
    xtr__odt_target target; /* before it */
    unsigned list_depth;
} xtr__odt_box;

typedef struct xtr__odt {
    xtr_job *job;
    xtr_builder *builder;
    xtr__zip *zip; /* NULL: a flat document */
    xtr__xml_names *names;
    xtr__story_store store;
    xtr__odt_styles styles;
    xtr__odt_target target;
    bool in_body; /* paragraphs count */
    unsigned depth, skip;
    xtr__odt_paragraph paragraphs[XTR__ODT_BOXES];
    unsigned open;
    xtr__odt_box boxes[XTR__ODT_BOXES];
    unsigned box_count;
    xtr__story_table *table;
    unsigned tables;
    bool heading_rows;
    char separator;
    bool nested_first;
    int spanned; /* columns of the last cell that are still to come */
    /* Lists */
    unsigned list_depth;
    xtr__odt_list list;                      /* the open one */
    size_t list_styles[XTR__ODT_LEVELS + 1]; /* of each open level */
    xtr__odt_list *lists;                    /* that have ended */
    size_t list_count, list_room;
    bool item_marked;             /* the open item has its marker */
    int outline[XTR__ODT_LEVELS]; /* counters of headings */
    /* Notes */
    xtr__story notes;
    xtr__odt_note *note_items;
    size_t note_count, note_room;
    bool in_citation;
    xtr__story annotation;
    char author[128];
    int metadata; /* the element of an annotation that is read, 0: none */
    xtr__story footers;
    /* Frames */
    bool framed; /* the frame has what it shows */
    size_t alt;
    int description; /* the element that describes a frame and is read, 0: none */
    xtr__story described;
    int64_t frame_part; /* the picture that the frame shows, -1: it is not there */
    bool frame_pictured;
    xtr__charts charts;
    int64_t *waiting; /* parts that may be charts, for a place between elements */
    size_t waiting_count, waiting_room;
    size_t ruby_at;
    char ruby[XTR__ODT_RUBY];
    size_t ruby_size;
    bool code_open;
    struct {
        int64_t part;
        uint32_t image;
    } * images;
    size_t image_count, image_room;
} xtr__odt;

/* body.c */
extern const xtr__xml_handler xtr__odt_handler;

/* paragraph.c */
xtr__odt_paragraph *xtr__odt_open(xtr__odt *o);
void xtr__odt_paragraph_begin(xtr__odt *o, const xtr__xml_element *e);
void xtr__odt_paragraph_end(xtr__odt *o);
void xtr__odt_put(xtr__odt *o, const char *text, size_t size);
/** Text of the file, in which spaces are one (ODF 1.3 part 3, 6.1.2). */
void xtr__odt_put_collapsed(xtr__odt *o, const char *text, size_t size);
void xtr__odt_span_begin(xtr__odt *o, const char *style, size_t url);
void xtr__odt_span_end(xtr__odt *o);
void xtr__odt_code_end(xtr__odt *o);
void xtr__odt_write_rest(xtr__odt *o);

/* list.c */
void xtr__odt_list_begin(xtr__odt *o, const xtr__xml_element *e);
void xtr__odt_list_end(xtr__odt *o);
void xtr__odt_item_begin(xtr__odt *o, const xtr__xml_element *e);
/** What is printed before the next paragraph of the open item; "" for nothing. */
void xtr__odt_item_marker(xtr__odt *o, char marker[XTR__ODT_MARKER]);

/* body.c */
/** Writes the table that is still open at the end of a damaged part. */
void xtr__odt_tables_end(xtr__odt *o);

/* picture.c */
/** The image of a part, which may be shown several times; it is listed once, as it is described
 *  there. */
uint32_t xtr__odt_image(xtr__odt *o, int64_t part, const char *alt);
/** A formula, if the object is one. */
bool xtr__odt_formula(xtr__odt *o, const char *reference);
/** Notes a chart, if the object is one: it is written when no table is open and none of its text
 *  is kept. */
void xtr__odt_chart(xtr__odt *o, const char *reference);
void xtr__odt_write_charts(xtr__odt *o);

#endif
