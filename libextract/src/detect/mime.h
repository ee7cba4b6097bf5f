/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The table of MIME types (mime.def). */
#ifndef XTR_MIME_H
#define XTR_MIME_H

#include "libextract.h"

typedef enum xtr__family {
    XTR__FAMILY_BINARY, /* no family: the content tells each type */
    XTR__FAMILY_TEXT,
    XTR__FAMILY_XML,
    XTR__FAMILY_ZIP,
    XTR__FAMILY_OLE,
    XTR__FAMILY_TIFF,
    XTR__FAMILY_MP4,
    XTR__FAMILY_OGG,
    XTR__FAMILY_MAIL
} xtr__family;

typedef struct xtr__mime {
    const char *type;
    xtr__family family;
    const char *const *extensions; /* NULL-terminated */
} xtr__mime;

/** The entry of a type or alias, ignoring ASCII case and parameters ("; charset=..."), or NULL. */
const xtr__mime *xtr__mime_find(const char *type);

/** The entry that claims the extension of a name, or NULL. A name without a dot is its own
 *  extension when that is one of text ("Makefile"). */
const xtr__mime *xtr__mime_of_name(const char *name);

/** The usual spelling of a type: that of its entry, or `type` itself when unknown. */
const char *xtr__mime_canonical(const char *type);

#endif
