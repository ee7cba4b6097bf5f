/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The state of reading one part with paragraphs. */
#ifndef XTR_DOCX_BODY_H
#define XTR_DOCX_BODY_H

#include "container/omml.h"
#include "docx/docx.h"

enum {
    XTR__DOCX_BOXES = 8, /* text boxes in text boxes */
    XTR__DOCX_FIELDS = 32,
    XTR__DOCX_LINKS = 16,
    XTR__DOCX_INSTRUCTION = 4096,
    XTR__DOCX_PICTURES = 16, /* of one paragraph */
    XTR__DOCX_RUBY = 128
};

typedef struct xtr__docx_picture {
    uint32_t image; /* 0: none */
    size_t alt;     /* a kept string, 0: none */
} xtr__docx_picture;

/** A paragraph, until it ends. */
typedef struct xtr__docx_paragraph {
    xtr__story text;
    xtr__docx_style style;
    int number, indent, level;
    xtr__docx_toggles run_style, run; /* of the open run */
    bool goes_on;                     /* its mark was deleted: the next one goes on */
    bool has_text, has_math;
    xtr__docx_picture pictures[XTR__DOCX_PICTURES];
    unsigned picture_count;
    size_t alt; /* of the open drawing */
    bool in_drawing, pictured;
} xtr__docx_paragraph;

typedef struct xtr__docx_field {
    bool in_instruction;
    size_t instruction; /* where it begins */
    size_t url;
} xtr__docx_field;

typedef enum xtr__docx_into {
    XTR__DOCX_INTO_NOTHING,
    XTR__DOCX_INTO_RUN,
    XTR__DOCX_INTO_INSTRUCTION
} xtr__docx_into;

typedef struct xtr__docx_reader {
    xtr__docx *d;
    int64_t part;
    xtr__opc_relations relations;
    xtr__docx_target target;
    xtr__docx_records *records;
    bool in_record;
    unsigned depth, skip; /* skip: all in the element of this depth; 0: nothing */
    xtr__docx_paragraph paragraphs[XTR__DOCX_BOXES];
    unsigned open; /* paragraphs */
    xtr__story_table *table;
    unsigned tables; /* open ones; only the outermost becomes one */
    char separator;  /* before the next paragraph of a cell */
    bool nested_first;
    bool first_row, style_heads;           /* of the table: whether its style marks the first row */
    xtr__story_merge vertical, horizontal; /* of the open cell */
    xtr__docx_into into;
    unsigned paragraph_properties, run_properties; /* of this depth are open; 0: none */
    xtr__docx_field fields[XTR__DOCX_FIELDS];
    unsigned field_count;
    char instruction[XTR__DOCX_INSTRUCTION];
    size_t instruction_size;
    size_t links[XTR__DOCX_LINKS];
    unsigned link_count;
    bool in_checkbox, checked;
    uint64_t produced;                   /* bytes and pictures */
    uint64_t alternates[XTR__XML_DEPTH]; /* what had been produced where they began */
    unsigned alternate_count;
    bool code_open;
    xtr__omml *math;
    unsigned math_depth; /* of the formula's element, 0: none */
    size_t ruby_at;      /* where the reading begins in the text */
    char ruby[XTR__DOCX_RUBY];
    size_t ruby_size;
    int64_t *charts; /* parts that wait for a place between elements */
    size_t chart_count, chart_room;
    size_t custom; /* note whose mark is the text that follows, from 1; 0: none */
} xtr__docx_reader;

/* paragraph.c */
/** The open paragraph, or NULL. */
xtr__docx_paragraph *xtr__docx_open(xtr__docx_reader *r);
void xtr__docx_paragraph_begin(xtr__docx_reader *r);
void xtr__docx_paragraph_end(xtr__docx_reader *r);
/** Writes what waits for a paragraph that does not come. */
void xtr__docx_paragraphs_end(xtr__docx_reader *r);
void xtr__docx_code_end(xtr__docx_reader *r);
/** Adds text to the open run. */
void xtr__docx_put(xtr__docx_reader *r, const char *text, size_t size);
void xtr__docx_put_string(xtr__docx_reader *r, const char *text);

/* field.c */
void xtr__docx_field_char(xtr__docx_reader *r, const char *type);
void xtr__docx_instruct(xtr__docx_reader *r, const char *text, size_t size);
bool xtr__docx_in_instruction(const xtr__docx_reader *r);
/** The link of the text that is read now; 0: none. */
size_t xtr__docx_link(const xtr__docx_reader *r);
void xtr__docx_link_begin(xtr__docx_reader *r, const xtr__xml_element *e);
void xtr__docx_link_end(xtr__docx_reader *r);

/* picture.c */
void xtr__docx_picture_add(xtr__docx_reader *r, const char *relation);
void xtr__docx_drawing_begin(xtr__docx_reader *r);
void xtr__docx_drawing_end(xtr__docx_reader *r);
void xtr__docx_chart(xtr__docx_reader *r, const char *relation);
/** Writes the charts that wait, unless a table is open or text is recorded. */
void xtr__docx_write_charts(xtr__docx_reader *r);
void xtr__docx_diagram(xtr__docx_reader *r, const char *relation);

/* note.c */
void xtr__docx_refer(xtr__docx_reader *r, const xtr__xml_element *e);
void xtr__docx_record_begin(xtr__docx_reader *r, const xtr__xml_element *e);
void xtr__docx_record_end(xtr__docx_reader *r);
void xtr__docx_write_notes(xtr__docx *d, int64_t footnotes, int64_t endnotes);
void xtr__docx_write_comments(xtr__docx *d, int64_t part);

#endif
