/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mail in all its formats: the first byte says which, the rest is the document. Attachments are
 * extracted when they are mail, too. */
#include "libextract.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const types[] = {"message/rfc822", "application/mbox", "multipart/related",
                                        "application/vnd.ms-outlook", "application/vnd.ms-tnef"};
    static xtr_runtime *runtime;
    const xtr_runtime_config config = {.size = sizeof config, .threads = 1};
    if (!size || (!runtime && xtr_runtime_new(&runtime, &config, NULL)))
        return 0;
    xtr_options *options = xtr_options_new();
    const char *type = types[data[0] % (sizeof types / sizeof *types)];
    xtr_options_set(options, "mime_type", type, NULL);
    xtr_options_set(options, "attachments", data[0] & 0x10 ? "extract" : "list", NULL);
    xtr_options_set(options, "isolation", "thread", NULL);
    xtr_options_set(options, "ocr", "off", NULL);
    xtr_options_set(options, "max_memory", "64MB", NULL);
    xtr_source *source = xtr_source_new_copy(data + 1, size - 1);
    xtr_result *result = NULL;
    char *text;
    if (!xtr_extract(&result, runtime, source, options, NULL) &&
        !xtr_result_render(&text, NULL, result, XTR_FORMAT_JSON, XTR_FURNITURE_AUTO, NULL))
        xtr_free(text);
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return 0;
}
