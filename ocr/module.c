/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "images.h"

#include <leptonica/allheaders.h>

__attribute__((visibility("default"))) const xtr__ocr_module xtr__ocr_exports = {
    .version = XTR__OCR_MODULE_VERSION,
    .tesseract = &xtr__ocr_tesseract,
    .version_of_tesseract = xtr__tesseract_version,
    .version_of_leptonica = xtr__leptonica_version,
    .data_stamp = xtr__tesseract_stamp,
    .data_folder = xtr__tesseract_data,
    .decode = xtr__image_decode,
    .turn = xtr__image_turn,
    .prepare = xtr__image_prepare,
    .find_missed = xtr__image_missed,
};

/* Leptonica complains on stderr, which is the host's. */
__attribute__((constructor)) static void hush(void) {
    setMsgSeverity(L_SEVERITY_NONE);
}
