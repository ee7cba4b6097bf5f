/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the LaTeX extractor share. */
#ifndef XTR_LATEX_READER_H
#define XTR_LATEX_READER_H

#include "document/buffer.h"
#include "markup/flow.h"
#include "markup/lines.h"

enum {
    XTR__TEX_FRAMES = 64,  /* macros within macros */
    XTR__TEX_GROUPS = 256, /* groups and environments within each other */
    XTR__TEX_BUCKETS = 256
};

/** A macro that the document defines, or an environment, whose name begins with "\\begin ". */
typedef struct xtr__tex_macro {
    struct xtr__tex_macro *next; /* in its bucket */
    char *name, *body, *end;     /* `end` of an environment, else NULL */
    char *preset;                /* of the first argument, which is then optional; NULL: none */
    size_t body_size;
    unsigned arguments;
} xtr__tex_macro;

/** What is read: the source, or what macros stand for. */
typedef struct xtr__tex_frame {
    const char *at, *end;
    char *owned; /* to free; NULL: none */
} xtr__tex_frame;

/** What ends with a group. */
typedef enum xtr__tex_end {
    XTR__TEX_NOTHING,
    XTR__TEX_BLOCK,
    XTR__TEX_RUN_IN, /* a heading that the paragraph goes on behind */
    XTR__TEX_TERM,
    XTR__TEX_NOTE,
    XTR__TEX_FACT,
    XTR__TEX_LIST,
    XTR__TEX_QUOTE,
    XTR__TEX_TABLE
} xtr__tex_end;

typedef struct xtr__tex_group {
    xtr__tex_end end;
    unsigned styles;      /* to return to */
    const char *url;      /* the same */
    char environment[32]; /* its name; "": a group in braces */
    const char *end_body; /* what a macro says at its end; borrowed, NULL: nothing */
} xtr__tex_group;

/** The table whose cells are being read; one inside of it is text. */
typedef struct xtr__tex_table {
    unsigned depth; /* 0: none is open */
    bool begun, in_row, in_cell;
    bool caption;                                /* what is written stands above the table */
    uint32_t row, column, row_span, column_span; /* of the next cell */
    unsigned styles;
} xtr__tex_table;

typedef struct xtr__tex {
    xtr_job *job;
    xtr__flow *flow;
    xtr__tex_frame frames[XTR__TEX_FRAMES];
    unsigned frame_count;
    char *read[2 * XTR__TEX_FRAMES]; /* of frames that ended with this command, whose name and
                                        arguments may lie in them; to free behind it */
    unsigned read_count;
    xtr__tex_group groups[XTR__TEX_GROUPS];
    unsigned group_count, deeper; /* `deeper`: braces beyond the limit */
    xtr__tex_table table;
    xtr__tex_macro *macros[XTR__TEX_BUCKETS];
    unsigned macro_count;
    size_t budget;  /* bytes that may still be looked ahead at, or come of macros */
    bool exhausted; /* it was not enough */
    bool preamble;  /* nothing is shown yet */
    bool out_of_memory;
    int base; /* level of the sections that stand highest */
    bool has_chapters;
    xtr__buffer front; /* title, authors and date of the preamble, as commands */
    const char *fact;  /* that text is collected for; NULL: none */
    bool fact_paused;  /* what follows is not of it, such as an affiliation */
    xtr__buffer collected;
    xtr__buffer authors; /* of all commands that name some */
    char url[2048];
} xtr__tex;

/* latex.c */
/** Text of the document; spaces are not taken as they are. */
void xtr__tex_put(xtr__tex *t, const char *text, size_t size);
void xtr__tex_puts(xtr__tex *t, const char *text);
xtr__tex_frame *xtr__tex_top(xtr__tex *t);
/** Reads `text`, which it takes over, before what follows. False when that is too much. */
bool xtr__tex_push(xtr__tex *t, char *text, size_t size);
void xtr__tex_open(xtr__tex *t, xtr__tex_end end, const char *environment);
void xtr__tex_close(xtr__tex *t);
void xtr__tex_close_environment(xtr__tex *t, xtr__span name);
void xtr__tex_style(xtr__tex *t, unsigned styles);
/** Whether names are collected. */
bool xtr__tex_names(const xtr__tex *t);
/** Whether that many bytes may be looked at; they are then counted. */
bool xtr__tex_afford(xtr__tex *t, size_t size);
/** An argument in braces, or a command or a character; false: there is none. */
bool xtr__tex_argument(xtr__tex *t, xtr__span *out);
/** What stands in braces, or a command; else nothing is read. */
bool xtr__tex_braced(xtr__tex *t, xtr__span *out);
bool xtr__tex_optional(xtr__tex *t, xtr__span *out);
void xtr__tex_skip_space(xtr__tex *t);
/** Goes on behind `mark`; what stands before it in *out. Without one nothing is read, and false. */
bool xtr__tex_until(xtr__tex *t, const char *mark, xtr__span *out);
/** The size of "\name" or "\," at the start of `s`. */
size_t xtr__tex_command_size(xtr__span s);

/* commands.c */
/** Reads the command or what it stands for; the frame is behind its name. */
void xtr__tex_command(xtr__tex *t, xtr__span name);
void xtr__tex_skip_overlay(xtr__tex *t);

/* environments.c */
void xtr__tex_begin(xtr__tex *t);
void xtr__tex_cell(xtr__tex *t);
void xtr__tex_row(xtr__tex *t);
/** Opens the cell that text is to go to. */
void xtr__tex_in_cell(xtr__tex *t);
void xtr__tex_table_end(xtr__tex *t);

/* macros.c */
typedef enum xtr__tex_definition {
    XTR__TEX_NEWCOMMAND,
    XTR__TEX_DEF,
    XTR__TEX_LET,
    XTR__TEX_OPERATOR,
    XTR__TEX_NEWENVIRONMENT,
    XTR__TEX_NEWTHEOREM
} xtr__tex_definition;

void xtr__tex_define(xtr__tex *t, xtr__tex_definition how);
const xtr__tex_macro *xtr__tex_find(const xtr__tex *t, const char *prefix, xtr__span name);
/** Reads what a macro stands for before what follows. False when it is too much. */
bool xtr__tex_expand(xtr__tex *t, const xtr__tex_macro *macro);
void xtr__tex_drop_macros(xtr__tex *t);

/* math.c */
/** A formula in a line or on its own; `environment`: of several rows, as LaTeX knows it inside of
 *  a formula; NULL: none. */
void xtr__tex_formula(xtr__tex *t, xtr__span text, bool display, const char *environment);

#endif
