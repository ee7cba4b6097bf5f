/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_PICTURE_H
#define XTR_PICTURE_H

#include "container/zip.h"

/** What a picture inside a document says of itself. */
typedef struct xtr__picture {
    const char *format;     /* "png", "jpeg", "emf", ...; NULL: unknown */
    uint32_t width, height; /* in pixels; 0: unknown, or none */
} xtr__picture;

/** Looks at the first bytes of a picture; 64 KiB are enough for nearly all. */
xtr__picture xtr__picture_of(const void *head, size_t size);

/** Bytes of a description without the space at its end, and without what Office adds to one that it
 *  made up. */
size_t xtr__picture_said(const char *description);

/** Lists the picture in a part of a package, with what *info says of its place; format, size and,
 *  where images are extracted, data are filled in (the data is gone afterwards, its size stays).
 *  The number of the image; 0, with a warning, when the part cannot be read. */
uint32_t xtr__picture_add(xtr_job *job, xtr__zip *zip, size_t part, xtr_image_info *info);

#endif
