/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Writing a tree to the builder: what the parts of the writer share. */
#ifndef XTR_HTML_WRITER_H
#define XTR_HTML_WRITER_H

#include "html/tree.h"

typedef enum xtr__html_space {
    XTR__COLLAPSE,
    XTR__KEEP_LINES, /* white-space: pre-line */
    XTR__KEEP
} xtr__html_space;

/** What holds inside an element and ends with it. */
typedef struct xtr__html_context {
    xtr_element_type type; /* of the blocks that begin in here; a list item is a paragraph */
    int level;             /* heading: 1 to 6 */
    unsigned styles;
    xtr__html_space space;
    uint32_t join; /* blocks of the same number are lines of one element; 0: none are */
    uint32_t list; /* the list around, from 1; 0: none */
    int list_level;
    bool linked; /* in a link, whose address is the writer's */
    bool in_note;
} xtr__html_context;

typedef struct xtr__html_frame {
    const GumboNode *node;
    xtr__html_context before;
} xtr__html_frame;

typedef struct xtr__html_list {
    char type; /* of <ol>: one of 1 a A i I; 0: bullets; '-': no marker is shown */
    bool reversed;
    int64_t next;
} xtr__html_list;

typedef struct xtr__html_facts xtr__html_facts;
typedef struct xtr__html_notes xtr__html_notes;
struct xtr__html_main;

enum { XTR__HTML_LABEL = 24 /* bytes of the label of a note, with its end */ };

typedef struct xtr__html_writer {
    xtr_job *job;
    xtr_builder *builder;
    const xtr__html_source *source;
    const GumboNode *page; /* the document */
    xtr__html_facts *facts;
    const struct xtr__html_main *main; /* NULL: all is written */
    const xtr__html_notes *notes;      /* NULL: the page has none */
    /* What is open. */
    xtr__html_context now;
    xtr__html_frame *frames;
    size_t depth, capacity;
    xtr__html_list *lists;
    size_t list_capacity;
    char *address; /* of the open link */
    char *base;
    /* The flow of text. */
    bool open, ended; /* an element is; the next text does not belong to it */
    bool in_cell, cell_has_text;
    bool space, fresh; /* white space waits; nothing stands on the line yet */
    unsigned breaks;   /* line breaks that wait */
    xtr_element_type open_type;
    uint32_t open_join, next_join;
    uint32_t pending; /* the item, by its join, whose marker waits */
    char marker[24];
    char note[XTR__HTML_LABEL];    /* of the note that is open */
    xtr__buffer scratch, readings; /* of ruby */
    unsigned nodes;
    bool failed; /* memory is gone */
} xtr__html_writer;

/* flow.c: text, block by block. */
void xtr__html_put(xtr__html_writer *w, const char *text, size_t size);
void xtr__html_put_text(xtr__html_writer *w, const char *text);
void xtr__html_break(xtr__html_writer *w);
/** What follows is another block. */
void xtr__html_end_block(xtr__html_writer *w);
/** Nothing is open any more. */
void xtr__html_close(xtr__html_writer *w);
/** An element of its own, in the styles that hold. */
void xtr__html_put_element(xtr__html_writer *w, xtr_element_type type, const char *text);

/* write.c: the walk through a tree. */
void xtr__html_walk(xtr__html_writer *w, const GumboNode *top);
bool xtr__html_is_block(const GumboNode *node);

/* inline.c: pictures, formulas, form fields. */
void xtr__html_put_image(xtr__html_writer *w, const GumboNode *node);
void xtr__html_put_math(xtr__html_writer *w, const GumboNode *node);
/** Whether an element stands beside a formula: what is hidden from who is read to is that, drawn.
 */
bool xtr__html_draws_math(const GumboNode *node);
/** A formula whose source is known. `block`: it stands on its own. */
void xtr__html_put_tex(xtr__html_writer *w, const char *text, bool block);
void xtr__html_put_field(xtr__html_writer *w, const GumboNode *node);
void xtr__html_open_link(xtr__html_writer *w, const GumboNode *node);

/* notes.c: the references of a page. NULL when out of memory. */
xtr__html_notes *xtr__html_notes_find(xtr_job *job, const GumboNode *page);
void xtr__html_notes_drop(xtr__html_notes *notes);
/** Begins a note, when the element is one whose label is known. */
bool xtr__html_open_note(xtr__html_writer *w, const GumboNode *node);
/** Writes the mark of a reference, and nothing of a link back from a note; false: it is neither. */
bool xtr__html_put_reference(xtr__html_writer *w, const GumboNode *node);

/* lists.c */
void xtr__html_open_list(xtr__html_writer *w, const GumboNode *node, bool ordered);
void xtr__html_open_item(xtr__html_writer *w, const GumboNode *node);

/* table.c: whether a table has data, and writing it. */
bool xtr__html_is_data(const GumboNode *table);
void xtr__html_put_table(xtr__html_writer *w, const GumboNode *table);

/* facts.c: what a page says about itself. */
xtr__html_facts *xtr__html_facts_new(void);
void xtr__html_facts_drop(xtr__html_facts *facts);
/** `all`: also what stands in the body, which otherwise the walk finds. */
void xtr__html_facts_of_page(xtr__html_facts *facts, const GumboNode *page, bool all);
const char *xtr__html_facts_title(xtr__html_facts *facts);
void xtr__html_facts_of_script(xtr__html_facts *facts, const GumboNode *script);
void xtr__html_facts_of_time(xtr__html_facts *facts, const GumboNode *time);
void xtr__html_facts_write(const xtr__html_facts *facts, xtr_builder *builder);

/* url.c: RFC 3986, section 5.2. Yours to free; NULL when out of memory. */
char *xtr__url_resolve(const char *base, const char *address);

#endif
