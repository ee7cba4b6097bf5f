/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compressed files: gzip (RFC 1952), bzip2, xz, Zstandard (RFC 8878), LZ4, lzip, LZMA, compress.
 * With an archive inside (TAR or cpio) they are one; any other is unwrapped, and what reads it is
 * the extractor of what it is. */
#include "archive/archive.h"

#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {
    "application/gzip",   "application/x-bzip2",    "application/x-xz",
    "application/zstd",   "application/x-lz4",      "application/x-lzip",
    "application/x-lzma", "application/x-compress", NULL};

/* Endings that compression adds, and those that it changes. */
static const char *const endings[][2] = {
    {".gz", ""}, {".bz2", ""}, {".xz", ""},       {".zst", ""},     {".lz4", ""},    {".lzma", ""},
    {".lz", ""}, {".z", ""},   {".svgz", ".svg"}, {".emz", ".emf"}, {".wmz", ".wmf"}};

/* What the file inside is called, yours to free; NULL if nothing says, or out of memory. */
static char *name_inside(xtr_job *job, const xtr__member *member) {
    const char *outer = xtr_input_name(xtr_job_input(job));
    size_t length = outer ? strlen(outer) : 0;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i][0]);
        if (length <= size || strcasecmp(outer + length - size, endings[i][0]) != 0)
            continue;
        char *name = malloc(length - size + strlen(endings[i][1]) + 1);
        if (name) {
            memcpy(name, outer, length - size);
            strcpy(name + length - size, endings[i][1]);
        }
        return name;
    }
    /* gzip may hold the name; libarchive says "data" when there is none. */
    if (!member->name || !strcmp(member->name, "data"))
        return outer ? strdup(outer) : NULL;
    const char *slash = strrchr(member->name, '/');
    return strdup(slash ? slash + 1 : member->name);
}

static int unwrap(xtr_job *job, xtr__archive *archive, const xtr__member *member) {
    unsigned char *data;
    size_t size;
    int64_t charged;
    char *name = name_inside(job, member);
    int code = xtr__archive_read(archive, &data, &size, &charged);
    const char *why = xtr__archive_message(archive);
    if (xtr_job_should_stop(job))
        code = XTR_OK;
    else if (code && !size)
        xtr_job_fail(job, code, "%s", why);
    else {
        if (code)
            xtr_partial(xtr_job_builder(job), code, 0, "the compressed file is damaged: %s", why);
        xtr_job_charge(job, -charged);
        code = xtr_job_continue(job, data, size, name);
        data = NULL;
        charged = 0;
    }
    xtr_job_charge(job, -charged);
    free(data);
    free(name);
    return code;
}

static int run(xtr_job *job) {
    xtr__archive *archive;
    xtr__names names = {.charset = NULL};
    xtr__member first = {.name = NULL};
    int code = xtr__archive_open(&archive, job);
    if (code)
        return code;
    code = xtr__archive_next(archive, &first);
    if (code == XTR_E_EMPTY && xtr__archive_read_alone(archive) == XTR_OK)
        code = xtr__archive_next(archive, &first);
    if (!code && xtr__archive_is_single(archive))
        code = unwrap(job, archive, &first);
    else
        code = xtr__archive_list(job, archive, &names, code, &first);
    xtr__names_free(&names);
    xtr__archive_drop(archive);
    return code;
}

const xtr_extractor xtr_extractor_compressed = {
    .name = "compressed",
    .title = "Compressed files",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_WRAPPED,
    .run = run,
    .warm = xtr__archive_warm,
    .flags = XTR_UNWRAPS,
};
