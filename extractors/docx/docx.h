/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the reader of WordprocessingML share. */
#ifndef XTR_DOCX_H
#define XTR_DOCX_H

#include "container/chart.h"
#include "container/opc.h"
#include "container/story.h"
#include "container/style_names.h"
#include "libextract/extractor.h"

/* Names ------------------------------------------------------------------------------------- */

enum {
#define X(id, name) XTR__W_##id,
    XTR__W_NOTHING,
#include "docx/names.def"
#undef X
    XTR__W_COUNT
};

#define W(id) XTR__W_##id

xtr__xml_names *xtr__docx_names(void);

/* Styles ------------------------------------------------------------------------------------ */

/** Properties of runs that are on or off, or say nothing: flags of extractor.h, and hidden text. */
typedef struct xtr__docx_toggles {
    unsigned said, on;
} xtr__docx_toggles;

enum { XTR__DOCX_HIDDEN = 1 << 8 };

typedef struct xtr__docx_style {
    const char *id;
    const char *based_on; /* NULL: none */
    xtr__style_kind kind;
    int level;  /* of a heading: outline level from 0; -1: not said; 9: body text */
    int number; /* numId, -1: not said */
    int indent; /* ilvl, -1: not said */
    xtr__docx_toggles toggles;
    bool heads_rows; /* a table's style that marks its first row */
    bool done;       /* has what it inherits */
} xtr__docx_style;

typedef struct xtr__docx_styles xtr__docx_styles;

/** The paragraph or run style with this id, or one that its id alone tells. Never NULL. */
const xtr__docx_style *xtr__docx_style_of(xtr__docx_styles *styles, const char *id);
int xtr__docx_styles_read(xtr__docx_styles **out, xtr_job *job, xtr__zip *zip, int64_t part,
                          const xtr__xml_names *names);
void xtr__docx_styles_drop(xtr__docx_styles *styles);

/** What rPr's child `e` says is added to toggles. True when it was one of them. */
bool xtr__docx_toggle(xtr__docx_toggles *toggles, const xtr__xml_element *e);
/** ST_OnOff (part 1, 22.9.2.7): no value means on. */
bool xtr__docx_is_on(const char *value);
int xtr__docx_number(const char *value, int other);

/* Numbering --------------------------------------------------------------------------------- */

enum { XTR__DOCX_LEVELS = 9, XTR__DOCX_MARKER = 256 };

typedef struct xtr__docx_numbering xtr__docx_numbering;

int xtr__docx_numbering_read(xtr__docx_numbering **out, xtr_job *job, xtr__zip *zip, int64_t part,
                             const xtr__xml_names *names, xtr__docx_styles *styles);
void xtr__docx_numbering_drop(xtr__docx_numbering *numbering);

/** Counts on: what is printed before a paragraph of this list and level; false for nothing. Level
 *  -1: the one that belongs to paragraph style `style`. *bullet says that it is a mark, not a
 *  number. */
bool xtr__docx_number_next(xtr__docx_numbering *numbering, int number, int *level,
                           const char *style, char marker[XTR__DOCX_MARKER]);

/* Document ---------------------------------------------------------------------------------- */

typedef struct xtr__docx_note {
    bool endnote;
    int id;
    char marker[32];
} xtr__docx_note;

/** Text that was recorded: of a note or a comment. */
typedef struct xtr__docx_record {
    int id;
    size_t author;      /* a kept string, 0: none */
    size_t first, last; /* in the recorded text */
} xtr__docx_record;

typedef struct xtr__docx {
    xtr_job *job;
    xtr_builder *builder;
    xtr__zip *zip;
    xtr__xml_names *names;
    xtr__docx_styles *styles;
    xtr__docx_numbering *numbering;
    xtr__story_store store;
    xtr__docx_note *notes;
    size_t note_count, note_room;
    int footnotes, endnotes; /* numbered so far */
    char footnote_format[24], endnote_format[24];
    struct {
        int64_t part;
        uint32_t image;
    } * images;
    size_t image_count, image_room;
    xtr__charts charts;
} xtr__docx;

/* Where paragraphs go */
typedef enum xtr__docx_target {
    XTR__DOCX_TO_BODY,
    XTR__DOCX_TO_HEADER,
    XTR__DOCX_TO_FOOTER,
    XTR__DOCX_TO_RECORD
} xtr__docx_target;

/** Reads a part with paragraphs. `record` and `records` for XTR__DOCX_TO_RECORD. */
typedef struct xtr__docx_records {
    xtr__story text;
    xtr__docx_record *items;
    size_t count, room;
} xtr__docx_records;

int xtr__docx_read_part(xtr__docx *d, int64_t part, xtr__docx_target target,
                        xtr__docx_records *records);

#endif
