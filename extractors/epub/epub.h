/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of this folder share. */
#ifndef XTR_EPUB_H
#define XTR_EPUB_H

#include "container/opc.h"
#include "document/buffer.h"

typedef struct xtr__epub_item {
    char *id;
    char *href;
    char *type;
    int64_t part; /* -1: not there */
    bool nav;
} xtr__epub_item;

typedef struct xtr__epub {
    xtr_job *job;
    xtr_builder *builder;
    xtr__zip *zip;
    int64_t package;       /* the part */
    xtr__epub_item *items; /* of the manifest, sorted by id once it is read */
    size_t item_count, item_room;
    char **spine; /* ids */
    size_t spine_count, spine_room;
    char *toc; /* the id of the NCX */
    uint32_t *page_of_part;
    char **labels; /* of pages, from 0; NULL: none */
    uint32_t page_count;
    bool *locked; /* by part */
    bool any_locked;
    bool failed; /* memory is gone */
} xtr__epub;

/** package.c: the package document. XTR_OK, or what xtr_job_fail returned. */
int xtr__epub_read_package(xtr__epub *book);
const xtr__epub_item *xtr__epub_item_of(const xtr__epub *book, const char *id);

/** toc.c: the outline, and the labels of pages. */
void xtr__epub_read_outline(xtr__epub *book);

/** lock.c: which parts are encrypted, obfuscated fonts apart; the scheme's name. */
void xtr__epub_read_locks(xtr__epub *book);
const char *xtr__epub_scheme(const xtr__epub *book);

#endif
