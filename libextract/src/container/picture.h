/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_PICTURE_H
#define XTR_PICTURE_H

#include <stddef.h>
#include <stdint.h>

/** What a picture inside a document says of itself. */
typedef struct xtr__picture {
    const char *format;     /* "png", "jpeg", "emf", ...; NULL: unknown */
    uint32_t width, height; /* in pixels; 0: unknown, or none */
} xtr__picture;

/** Looks at the first bytes of a picture; 64 KiB are enough for nearly all. */
xtr__picture xtr__picture_of(const void *head, size_t size);

#endif
