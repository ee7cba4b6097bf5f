/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Archives and compressed files of any bytes: the first says the type, the rest is the file. */
#include "libextract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const types[] = {"application/zip",
                                        "application/x-tar",
                                        "application/x-7z-compressed",
                                        "application/vnd.rar",
                                        "application/vnd.ms-cab-compressed",
                                        "application/x-iso9660-image",
                                        "application/x-cpio",
                                        "application/x-archive",
                                        "application/gzip",
                                        "application/x-bzip2",
                                        "application/x-xz",
                                        "application/zstd",
                                        "application/x-lz4",
                                        "application/x-compress"};
    if (!size)
        return 0;
    const char *const settings[][2] = {
        {"mime_type", types[data[0] % (sizeof types / sizeof *types)]},
        {"isolation", "thread"},
        {"attachments", "extract"},
        {"password", "open"},
        {"max_depth", "2"},
        {"max_memory", "200000000"}};
    xtr_source *source = xtr_source_new_bytes(data + 1, size - 1, NULL, NULL);
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
