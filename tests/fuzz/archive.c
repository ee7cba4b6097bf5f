/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Archives and compressed files of any bytes: the first says the type, the rest is the file. */
#include "extract.h"

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
    static const char *const settings[] = {"attachments", "extract", "password", "open",
                                           "max_depth",   "2",       NULL};
    fuzz_extract_one_of(data, size, types, sizeof types / sizeof *types, settings);
    return 0;
}
