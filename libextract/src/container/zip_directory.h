/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is in a ZIP archive and where; zip.c unpacks it. */
#ifndef XTR_ZIP_DIRECTORY_H
#define XTR_ZIP_DIRECTORY_H

#include "libextract/extractor.h"

typedef struct xtr__zip_part {
    const char *name;
    uint64_t at;          /* of the local header */
    uint64_t stored_size; /* at most; of a rebuilt directory up to the next header */
    uint64_t size;        /* as declared; UINT64_MAX: not known */
    uint32_t crc;         /* holds when `size` is known */
    uint16_t method, flags;
} xtr__zip_part;

typedef struct xtr__zip_directory {
    xtr__zip_part *parts;
    size_t count, capacity;
    uint64_t central_size; /* of their entries in the directory; 0: they were looked for */
    char *names;           /* one block that the names of parts are in */
    int64_t charged;       /* bytes, to the job */
} xtr__zip_directory;

/** Reads the central directory, or rebuilds it. XTR_OK also when there is nothing. LIMIT, MEMORY;
 *  nothing is said to the job. */
int xtr__zip_directory_read(xtr__zip_directory *directory, xtr_job *job);
void xtr__zip_directory_free(xtr__zip_directory *directory, xtr_job *job);

#endif
