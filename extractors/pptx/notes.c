/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What stands beside a slide: the speaker's notes (ECMA-376 part 1, 13.3.5) and the comments of
 * reviewers, old (19.4) and threaded ([MS-PPTX] 2.6.1). */
#include "pptx/pptx.h"

#include <stdlib.h>
#include <string.h>

/* Notes: quotes behind the slide ------------------------------------------------------------- */

static void write_note(deck *d, uint32_t node, void *payload) {
    (void)payload;
    if (xtr__tree_id(d->tree, node) != P_SP)
        return;
    uint32_t nonvisual = xtr__tree_child(d->tree, node, P_NV_SP);
    uint32_t nv_pr = nonvisual ? xtr__tree_child(d->tree, nonvisual, P_NV_PR) : 0;
    holder_kind kind = pptx_holder_kind(d->tree, nv_pr ? xtr__tree_child(d->tree, nv_pr, P_PH) : 0);
    uint32_t body = xtr__tree_child(d->tree, node, P_BODY);
    if (pptx_has_text(d, body) && (kind == HOLDER_BODY || kind == HOLDER_NONE))
        pptx_write_body(d, body, &(body_info){.type = XTR_QUOTE});
}

void pptx_write_notes(deck *d, int64_t part) {
    if (!pptx_read(d, d->tree, part))
        return;
    xtr__opc_relations_read(&d->relations, d->job, d->zip, part);
    uint32_t root = xtr__tree_first(d->tree, 0);
    pptx_each(d, root ? xtr__tree_find(d->tree, root, P_SP_TREE) : 0, write_note, NULL);
    xtr__opc_relations_free(&d->relations);
}

/* Comments ---------------------------------------------------------------------------------- */

enum { MOST_AUTHORS = 10000 };

static void read_authors(deck *d, int64_t part) {
    if (part < 0 || !pptx_read(d, d->side, part))
        return;
    uint32_t root = xtr__tree_first(d->side, 0);
    for (uint32_t n = root ? xtr__tree_first(d->side, root) : 0; n;
         n = xtr__tree_next(d->side, n)) {
        int kind = xtr__tree_id(d->side, n);
        const char *id = xtr__tree_value(d->side, n, AT_ID);
        const char *name = xtr__tree_value(d->side, n, AT_NAME);
        if ((kind != P_AUTHOR && kind != P18_AUTHOR) || !id || !name)
            continue;
        author *grown = realloc(d->authors, (d->author_count + 1) * sizeof *grown);
        if (!grown || d->author_count == MOST_AUTHORS) {
            d->authors = grown ? grown : d->authors;
            return;
        }
        d->authors = grown;
        grown[d->author_count++] = (author){strdup(id), strdup(name)};
    }
}

void pptx_read_authors(deck *d, int64_t presentation) {
    read_authors(d, pptx_target_from(d, presentation, "commentAuthors"));
    read_authors(d, pptx_target_from(d, presentation, "authors"));
}

static const char *author_of(const deck *d, uint32_t comment) {
    const char *id = xtr__tree_value(d->side, comment, AT_AUTHOR_ID);
    for (size_t i = 0; id && i < d->author_count; i++) {
        if (d->authors[i].id && !strcmp(d->authors[i].id, id))
            return d->authors[i].name;
    }
    return NULL;
}

/* Places are in master units, 576 an inch. */
static xtr_box place_of(const deck *d, uint32_t comment) {
    uint32_t place = xtr__tree_child(d->side, comment, P_CM_POS);
    int64_t x = place ? xtr__tree_number(d->side, place, AT_X, 0) : 0;
    int64_t y = place ? xtr__tree_number(d->side, place, AT_Y, 0) : 0;
    if (x <= 0 || y <= 0 || x > 1000000 || y > 1000000)
        return (xtr_box){0};
    float left = (float)x / 8, top = (float)y / 8;
    return (xtr_box){left, top, left, top};
}

void pptx_write_comments(deck *d, int64_t part) {
    if (!pptx_read(d, d->side, part))
        return;
    uint32_t root = xtr__tree_first(d->side, 0);
    for (uint32_t n = root; n; n = xtr__tree_walk(d->side, n, 0)) {
        int id = xtr__tree_id(d->side, n);
        bool reply = id == P18_REPLY;
        if (id != P_CM && id != P18_CM && !reply)
            continue;
        /* Not the text of the replies, which are below the comment. */
        uint32_t body = xtr__tree_child(d->side, n, id == P_CM ? P_CM_TEXT : P18_BODY);
        char *text = body ? pptx_plain(d->side, body) : NULL;
        if (text && *text)
            xtr_annotation(d->builder, "Text", text, author_of(d, n), d->page, place_of(d, n));
        free(text);
    }
}
