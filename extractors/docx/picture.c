/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures of DrawingML and VML, with their descriptions, charts, and the text of diagrams
 * (SmartArt). */
#include "container/picture.h"
#include "docx/body.h"

#include <stdlib.h>
#include <string.h>

/* The image of a part, which may be shown several times; it is listed once, as it is described
 * there. */
static uint32_t image_of(xtr__docx *d, int64_t part, const char *alt) {
    for (size_t i = 0; i < d->image_count; i++) {
        if (d->images[i].part == part)
            return d->images[i].image;
    }
    if (!xtr__story_grow(&d->store, (void **)&d->images, &d->image_room, d->image_count + 1,
                         sizeof *d->images))
        return 0;
    xtr_image_info info = {.description = alt, .description_size = strlen(alt)};
    uint32_t image = xtr__picture_add(d->job, d->zip, (size_t)part, &info);
    d->images[d->image_count].part = part;
    d->images[d->image_count++].image = image;
    return image;
}

void xtr__docx_picture_add(xtr__docx_reader *r, const char *relation) {
    xtr__docx_paragraph *p = xtr__docx_open(r);
    const xtr__opc_relation *to = xtr__opc_by_id(&r->relations, relation);
    if (!p || !to || p->picture_count == XTR__DOCX_PICTURES)
        return;
    const char *alt = xtr__story_kept(&r->d->store, p->alt);
    p->pictures[p->picture_count++] = (xtr__docx_picture){
        .image = to->part >= 0 ? image_of(r->d, to->part, alt) : 0, .alt = p->alt};
    p->alt = 0;
    p->pictured = true;
    r->produced++;
}

void xtr__docx_drawing_begin(xtr__docx_reader *r) {
    xtr__docx_paragraph *p = xtr__docx_open(r);
    if (!p)
        return;
    p->in_drawing = true;
    p->pictured = false;
    p->alt = 0;
}

/* What is drawn without a picture, such as a chart, may be described. */
void xtr__docx_drawing_end(xtr__docx_reader *r) {
    xtr__docx_paragraph *p = xtr__docx_open(r);
    if (!p || !p->in_drawing)
        return;
    if (!p->pictured && p->alt && p->picture_count < XTR__DOCX_PICTURES) {
        p->pictures[p->picture_count++] = (xtr__docx_picture){.alt = p->alt};
        r->produced++;
    }
    p->in_drawing = false;
    p->alt = 0;
}

/* Charts -------------------------------------------------------------------------------------- */

/* Tables hold no elements, and paragraphs none either: what is in them comes behind them. */
void xtr__docx_chart(xtr__docx_reader *r, const char *relation) {
    const xtr__opc_relation *to = xtr__opc_by_id(&r->relations, relation);
    if (!to || to->part < 0 ||
        !xtr__story_grow(&r->d->store, (void **)&r->charts, &r->chart_room, r->chart_count + 1,
                         sizeof *r->charts))
        return;
    r->charts[r->chart_count++] = to->part;
    r->produced++;
}

void xtr__docx_write_charts(xtr__docx_reader *r) {
    if (!r->chart_count || r->table || r->in_record)
        return;
    xtr__docx_code_end(r);
    for (size_t i = 0; i < r->chart_count; i++)
        xtr__chart_write(&r->d->charts, r->d->zip, r->charts[i], 0, (xtr_box){0});
    r->chart_count = 0;
}

/* Diagrams ------------------------------------------------------------------------------------ */

typedef struct diagram {
    xtr__docx_reader *reader;
    bool in_text;
} diagram;

static void begin(void *payload, const xtr__xml_element *e) {
    diagram *g = payload;
    if (e->id == W(A_P))
        xtr__docx_paragraph_begin(g->reader);
    else if (e->id == W(A_BR))
        xtr__docx_put(g->reader, "\n", 1);
    g->in_text = e->id == W(A_T);
}

static void end(void *payload, int id, const char *name) {
    diagram *g = payload;
    (void)name;
    g->in_text = false;
    if (id == W(A_P))
        xtr__docx_paragraph_end(g->reader);
}

static void text(void *payload, const char *more, size_t size) {
    diagram *g = payload;
    if (g->in_text)
        xtr__docx_put(g->reader, more, size);
}

void xtr__docx_diagram(xtr__docx_reader *r, const char *relation) {
    const xtr__xml_handler handler = {
        .names = r->d->names, .begin = begin, .end = end, .text = text};
    const xtr__opc_relation *to = xtr__opc_by_id(&r->relations, relation);
    diagram g = {.reader = r};
    xtr__docx_paragraph *p = xtr__docx_open(r);
    if (!to || to->part < 0 || !p)
        return;
    p->pictured = true;
    if (xtr__xml_parse_part(r->d->job, r->d->zip, (size_t)to->part, &handler, &g) != XTR_OK)
        xtr_partial(r->d->builder, XTR_E_CORRUPT, 0, "a diagram is damaged");
}
