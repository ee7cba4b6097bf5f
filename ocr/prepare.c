/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Makes an image fit to be recognised. */
#include "images.h"

#include <leptonica/allheaders.h>

int xtr__image_prepare(const xtr_ocr_image *image, xtr__ocr_prepared *out) {
    *out = (xtr__ocr_prepared){.scale = 1};
    PIX *pix = xtr__pix_of_grey(image);
    out->noise = pix && xtr__image_is_noise(pix, image->dpi);
    int code = pix ? xtr__grey_of_pix(pix, image->dpi, &out->image) : XTR_E_MEMORY;
    pixDestroy(&pix);
    return code;
}
