/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures, formulas and charts, which are files of the package. */
#include "container/picture.h"
#include "container/mathml.h"
#include "odt/odt.h"

#include <stdlib.h>
#include <string.h>

uint32_t xtr__odt_image(xtr__odt *o, int64_t part, const char *alt) {
    for (size_t i = 0; i < o->image_count; i++) {
        if (o->images[i].part == part)
            return o->images[i].image;
    }
    if (!xtr__story_grow(&o->store, (void **)&o->images, &o->image_room, o->image_count + 1,
                         sizeof *o->images))
        return 0;
    xtr_image_info info = {.description = alt, .description_size = strlen(alt)};
    uint32_t image = xtr__picture_add(o->job, o->zip, (size_t)part, &info);
    o->images[o->image_count].part = part;
    o->images[o->image_count++].image = image;
    return image;
}

bool xtr__odt_formula(xtr__odt *o, const char *reference) {
    int64_t part = xtr__opendocument_find(o->zip, reference, "content.xml");
    xtr__odt_paragraph *p = xtr__odt_open(o);
    if (part < 0 || !p)
        return false;
    size_t size;
    char *latex = xtr__mathml_read(o->job, o->zip, (size_t)part, &size);
    if (!latex)
        return false;
    xtr__story_add(&o->store, &p->text, latex, size, XTR_MATH, 0);
    p->has_formula = true;
    p->after_space = false;
    free(latex);
    return true;
}

void xtr__odt_chart(xtr__odt *o, const char *reference) {
    int64_t part = xtr__opendocument_find(o->zip, reference, "content.xml");
    if (part >= 0 && xtr__story_grow(&o->store, (void **)&o->waiting, &o->waiting_room,
                                     o->waiting_count + 1, sizeof *o->waiting))
        o->waiting[o->waiting_count++] = part;
}

void xtr__odt_write_charts(xtr__odt *o) {
    if (!o->waiting_count || o->table || o->target != XTR__ODT_TO_BODY)
        return;
    xtr__odt_code_end(o);
    for (size_t i = 0; i < o->waiting_count; i++)
        xtr__chart_write_odf(&o->charts, o->zip, o->waiting[i], 0, (xtr_box){0});
    o->waiting_count = 0;
}
