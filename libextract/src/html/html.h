/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages of HTML and XHTML, wherever they come from: files, books, mail. */
#ifndef XTR_HTML_H
#define XTR_HTML_H

#include "libextract/extractor.h"

/** What a container knows of the things a page refers to. Each may be NULL. */
typedef struct xtr__html_hooks {
    /** The address to write for one that stands in the page, borrowed until the next call; NULL:
     *  no link. Without this hook addresses are resolved against `base`. */
    const char *(*link)(void *payload, const char *address);
    /** A picture, where it stands in the text; its text (NULL: none) is written by the reader. What
     *  xtr_image returned for one with data, which the reader then puts there; else 0. */
    uint32_t (*image)(void *payload, const char *address, const char *text);
    /** An element with this id (or <a name>), before its text. */
    void (*anchor)(void *payload, const char *id);
    void *payload;
} xtr__html_hooks;

typedef struct xtr__html_source {
    const void *data;
    size_t size;
    const char *charset; /* that somebody outside named; NULL: as the page says or looks like */
    const char *base;    /* the address of the page; NULL: unknown */
    bool xml;            /* XHTML: any element may be empty by "/>", and CDATA is text */
    bool main_only;      /* the article without what stands around it */
    bool without_facts;  /* a part of something that has facts of its own: no metadata */
    bool mute_images;    /* the text of a picture is written only with the picture itself */
    bool with_fallbacks; /* what is shown where a video or sound cannot be played is text */
    int heading_offset;  /* added to the level of each heading */
    xtr__html_hooks hooks;
} xtr__html_source;

/** Writes a page or a fragment to the builder: text with its structure, links, form fields and
 *  facts; the caller begins and ends pages, if there are any. XTR_OK, or what xtr_job_fail
 *  returned: ARGUMENT (unknown charset), UNSUPPORTED (no text), MEMORY, MISSING_BACKEND. */
int xtr__html_read(xtr_job *job, const xtr__html_source *source);

#endif
