/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures and formulas, which are files of the package. */
#include "container/picture.h"
#include "odt/mathml.h"
#include "odt/odt.h"

#include <stdlib.h>

enum { HEAD = 64 << 10 };

static uint32_t add_whole(xtr__odt *o, size_t part) {
    unsigned char *data;
    size_t size;
    int code = xtr__zip_read(o->zip, part, &data, &size);
    if (code) {
        xtr_partial(o->builder, code, 0, "a picture could not be read: %s",
                    xtr_error_describe(code)->text);
        return 0;
    }
    xtr__picture picture = xtr__picture_of(data, size);
    xtr_image_info info = {
        .format = picture.format, .width = picture.width, .height = picture.height};
    if (picture.format) {
        info.data = data;
        info.data_size = size;
    }
    uint32_t image = xtr_image(o->builder, &info);
    free(data);
    return image;
}

static uint32_t add_head(xtr__odt *o, size_t part) {
    xtr__zip_stream *stream;
    unsigned char *head = malloc(HEAD);
    size_t size = 0;
    if (!head || xtr__zip_stream_open(&stream, o->zip, part) != XTR_OK) {
        free(head);
        return 0;
    }
    for (int64_t got = 1; got > 0 && size<HEAD; size += got> 0 ? (size_t)got : 0)
        got = xtr__zip_stream_read(stream, head + size, HEAD - size);
    xtr__zip_stream_drop(stream);
    xtr__picture picture = xtr__picture_of(head, size);
    free(head);
    return xtr_image(o->builder, &(xtr_image_info){.format = picture.format,
                                                   .width = picture.width,
                                                   .height = picture.height});
}

void xtr__odt_show(xtr__odt *o, const char *reference) {
    int64_t part = xtr__opendocument_find(o->zip, reference, NULL);
    o->frame_image = 0;
    if (part < 0)
        return;
    for (size_t i = 0; i < o->image_count; i++) {
        if (o->images[i].part == part) {
            o->frame_image = o->images[i].image;
            return;
        }
    }
    if (!xtr__story_grow(&o->store, (void **)&o->images, &o->image_room, o->image_count + 1,
                         sizeof *o->images))
        return;
    bool whole = xtr_job_options(o->job)->images == XTR_IMAGES_EXTRACT;
    o->frame_image = whole ? add_whole(o, (size_t)part) : add_head(o, (size_t)part);
    o->images[o->image_count].part = part;
    o->images[o->image_count++].image = o->frame_image;
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
    xtr__story_add(&o->store, &p->text, latex, size, XTR_MONO, 0);
    p->has_formula = true;
    p->after_space = false;
    free(latex);
    return true;
}
