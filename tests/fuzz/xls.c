/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Workbooks of any bytes: as a stream of records, which the extractor also takes without a compound
 * file around it. */
#include "libextract.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const settings[][2] = {{"mime_type", "application/vnd.ms-excel"},
                                              {"isolation", "thread"},
                                              {"password", "open"},
                                              {"max_text_size", "10000000"},
                                              {"max_memory", "200000000"}};
    xtr_source *source = xtr_source_new_bytes(data, size, NULL, NULL);
    xtr_options *options = xtr_options_new();
    xtr_result *result = NULL;
    for (size_t i = 0; options && i < sizeof settings / sizeof *settings; i++)
        xtr_options_set(options, settings[i][0], settings[i][1], NULL);
    if (source && options)
        xtr_extract(&result, NULL, source, options, NULL);
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return 0;
}
