/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_VOCABULARY_H
#define XTR_VOCABULARY_H

#include "libextract/extractor.h"

/** What an element of a vocabulary of XML becomes. */
typedef enum xtr__role {
    XTR__ROLE_NONE, /* nothing: its text is part of what is around it */
    XTR__ROLE_SKIP, /* not shown, with all that is in it; a fact when it has a key */
    XTR__ROLE_FACT, /* shown as part of what is around it, and a fact */
    XTR__ROLE_BLOCK,
    XTR__ROLE_GROUP,   /* of blocks: what is around it does not go on inside, nor behind */
    XTR__ROLE_LINE,    /* of the block around it */
    XTR__ROLE_APART,   /* white space on both sides */
    XTR__ROLE_SPACED,  /* a block whose elements have white space between them; `arg` 1: no block */
    XTR__ROLE_SECTION, /* headings inside are a level deeper */
    XTR__ROLE_TITLE,   /* heading of the section around it; `arg` is added to its level */
    XTR__ROLE_LABEL,   /* number or mark of the title, note or item that it stands in */
    XTR__ROLE_LIST,    /* `arg` 1: numbered */
    XTR__ROLE_ITEM,
    XTR__ROLE_OUTLINE, /* an item with its text in an attribute, and items inside */
    XTR__ROLE_QUOTE,
    XTR__ROLE_QUOTED, /* words in quotation marks */
    XTR__ROLE_CODE,
    XTR__ROLE_FORMULA,
    XTR__ROLE_MATH, /* MathML; `arg` 1: a block of its own */
    XTR__ROLE_TEX,  /* a formula in TeX */
    XTR__ROLE_CAPTION,
    XTR__ROLE_STYLE, /* `arg`: which; attributes may say better */
    XTR__ROLE_LINK,
    XTR__ROLE_MARK,  /* of a note, when its attributes say so; else a link */
    XTR__ROLE_NOTE,  /* `arg` 1: stands in the text, where its mark is to be */
    XTR__ROLE_NOTES, /* its sections are notes, when its attributes say so; else a section */
    XTR__ROLE_TABLE, /* begins at its first row */
    XTR__ROLE_COLUMN,
    XTR__ROLE_HEAD, /* rows inside have headers */
    XTR__ROLE_ROW,
    XTR__ROLE_CELL, /* `arg` 1: header */
    XTR__ROLE_IMAGE,
    XTR__ROLE_BREAK,
    XTR__ROLE_CHOICE /* its first element only */
} xtr__role;

typedef struct xtr__rule {
    const char *name;  /* local name of the element */
    const char *under; /* holds only inside of this one; NULL: everywhere */
    xtr__role role;
    unsigned arg;
    const char *key; /* of the fact that its text is; NULL: none */
} xtr__rule;

/** Of several rules for a name the first that holds counts. */
typedef struct xtr__vocabulary {
    const xtr__rule *rules;
    size_t count;
} xtr__vocabulary;

/** Reads the input of a job as XML of this vocabulary. XTR_OK or what xtr_job_fail returned. */
int xtr__vocabulary_read(xtr_job *job, const xtr__vocabulary *vocabulary);

#endif
