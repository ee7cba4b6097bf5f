/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What recognising an image takes, counted against the limit of its job: libraries allocate it
 * where nobody can refuse, so it is asked for before. */
#include "ocr/ocr.h"

#include <stdio.h>

enum {
    BYTES_A_PIXEL = 5, /* copies in grey and bits; measured on A4 at 300 dpi */
    RECOGNISER = 24 << 20
};

size_t xtr__ocr_charge(xtr_job *job, const xtr_ocr_image *image, char message[256]) {
    uint64_t pixels = (uint64_t)image->width * image->height;
    size_t bytes = pixels * BYTES_A_PIXEL + RECOGNISER;
    if (pixels < INT64_MAX / 2 / BYTES_A_PIXEL && xtr_job_charge(job, (int64_t)bytes))
        return bytes;
    snprintf(message, 256, "needs more memory than it may take: raise max_memory");
    return 0;
}
