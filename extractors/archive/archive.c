/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Archives: a table of their members; these are documents of their own. Formats are libarchive's:
 * ZIP, TAR, 7Z, RAR, CAB, ISO 9660, ar and cpio. The archive is read once, from its start, and
 * holds one member in memory at a time. Nothing is written anywhere, so that paths are but names.
 */
#include "archive/archive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct listing {
    xtr_job *job;
    xtr_builder *builder;
    xtr__archive *archive;
    xtr__names *names;
    uint64_t files, folders, others, bytes;
    uint32_t row;
} listing;

static const char *const mime_types[] = {"application/zip",
                                         "application/java-archive",
                                         "application/vnd.android.package-archive",
                                         "application/x-xpinstall",
                                         "application/x-ios-app",
                                         "application/vnd.comicbook+zip",
                                         "application/x-tar",
                                         "application/x-cpio",
                                         "application/x-archive",
                                         "application/vnd.debian.binary-package",
                                         "application/x-iso9660-image",
                                         "application/x-7z-compressed",
                                         "application/vnd.rar",
                                         "application/vnd.ms-cab-compressed",
                                         NULL};

/* Table ------------------------------------------------------------------------------------- */

static void put_cell(listing *l, uint32_t column, const char *text, bool header) {
    if (!*text)
        return;
    xtr_cell_begin(l->builder, &(xtr_cell_info){.row = l->row, .column = column, .header = header});
    xtr_text(l->builder, text, strlen(text));
    xtr_cell_end(l->builder);
}

static void put_head(listing *l) {
    static const char *const titles[] = {"Name", "Size", "Modified", "Type"};
    for (uint32_t i = 0; i < sizeof titles / sizeof *titles; i++)
        put_cell(l, i, titles[i], true);
    l->row++;
}

static void put_time(char *out, size_t size, const listing *l, const xtr__member *m) {
    bool local = xtr__archive_is_local(l->archive);
    time_t when = (time_t)m->modified;
    struct tm tm;
    *out = '\0';
    if (m->dated && (local ? localtime_r(&when, &tm) : gmtime_r(&when, &tm)))
        strftime(out, size, local ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void put_type(listing *l, const xtr__member *m) {
    static const char *const names[] = {"file", "folder", "link", "special file"};
    if (m->kind != XTR__MEMBER_LINK || !m->target) {
        put_cell(l, 3, m->encrypted ? "encrypted file" : names[m->kind], false);
        return;
    }
    xtr__buffer text = {.data = NULL};
    char *target = xtr__names_decode(l->names, m->target);
    xtr__puts(&text, "link to ");
    xtr__puts(&text, target ? target : "");
    xtr__putc(&text, '\0');
    if (!text.failed)
        put_cell(l, 3, text.data, false);
    free(target);
    free(text.data);
}

static void put_row(listing *l, const xtr__member *m, const char *name) {
    char number[32] = "", when[64];
    if (m->kind == XTR__MEMBER_FILE && m->size >= 0)
        snprintf(number, sizeof number, "%" PRId64, m->size);
    put_time(when, sizeof when, l, m);
    put_cell(l, 0, name, false);
    put_cell(l, 1, number, false);
    put_cell(l, 2, when, false);
    put_type(l, m);
    l->row++;
}

/* Members ----------------------------------------------------------------------------------- */

/* Hands over what could be read, or says why nothing could. */
static void hand_over(listing *l, int code, const xtr_child_info *info, const unsigned char *data,
                      size_t size) {
    const char *why = xtr__archive_message(l->archive);
    const char *name = info->name ? info->name : "a member";
    if (code == XTR_E_LIMIT || code == XTR_E_MEMORY) {
        xtr_partial(l->builder, code, 0, "%s was left out: %s", name, why);
        xtr_child(l->job, info, NULL, 0);
    } else if (code && !size) {
        xtr_child_failed(l->job, info, code,
                         code == XTR_E_PASSWORD_REQUIRED ? "is encrypted" : why);
    } else {
        if (code)
            xtr_partial(l->builder, code, 0, "%s is damaged: %s", name, why);
        xtr_child(l->job, info, size ? (const void *)data : "", size);
    }
}

static void put_file(listing *l, xtr__member *m, const char *shown, const char *name) {
    unsigned char *data = NULL;
    size_t size = 0;
    int64_t charged = 0;
    bool wanted = xtr_job_wants_children(l->job);
    int code = wanted ? xtr__archive_read(l->archive, &data, &size, &charged) : XTR_OK;
    if (xtr_job_should_stop(l->job)) {
        free(data);
        xtr_job_charge(l->job, -charged);
        return;
    }
    if (wanted && !code)
        m->size = (int64_t)size;
    l->bytes += m->size > 0 ? (uint64_t)m->size : 0;
    put_row(l, m, shown);
    const xtr_child_info info = {.name = *name ? name : NULL, .size = m->size};
    if (wanted)
        hand_over(l, code, &info, data, size);
    else
        xtr_child(l->job, &info, NULL, 0);
    free(data);
    xtr_job_charge(l->job, -charged);
}

static bool put_member(listing *l, xtr__member *m) {
    xtr__names_add(l->names, m->name ? m->name : "");
    char *shown = xtr__names_decode(l->names, m->name ? m->name : "");
    char *name = shown ? strdup(shown) : NULL;
    if (name) {
        xtr__names_tame(name);
        if (m->kind == XTR__MEMBER_FILE)
            put_file(l, m, shown, name);
        else
            put_row(l, m, shown);
        l->files += m->kind == XTR__MEMBER_FILE;
        l->folders += m->kind == XTR__MEMBER_FOLDER;
        l->others += m->kind == XTR__MEMBER_LINK || m->kind == XTR__MEMBER_SPECIAL;
    }
    free(shown);
    free(name);
    return name != NULL;
}

static void put_number(listing *l, const char *key, uint64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    xtr_metadata(l->builder, key, text);
}

static int say_end(listing *l, int code) {
    uint64_t members = l->files + l->folders + l->others;
    const char *why = xtr__archive_message(l->archive);
    if (xtr_job_should_stop(l->job))
        return XTR_OK;
    if (!members && code == XTR_E_PASSWORD_REQUIRED)
        return xtr_job_options(l->job)->password.count
                   ? xtr_job_fail(l->job, XTR_E_UNSUPPORTED,
                                  "is encrypted in a way that no password opens")
                   : xtr_job_fail(l->job, code, "its list of members is encrypted");
    if (!members && code == XTR_E_CORRUPT)
        return xtr_job_fail(l->job, code, "%s", why);
    if (code != XTR_E_EMPTY)
        xtr_partial(l->builder, code, 0, "what follows was not read: %s", why);
    put_number(l, "member_count", members);
    put_number(l, "unpacked_size", l->bytes);
    return XTR_OK;
}

int xtr__archive_list(xtr_job *job, xtr__archive *archive, xtr__names *names, int code,
                      const xtr__member *first) {
    listing l = {.job = job, .builder = xtr_job_builder(job), .archive = archive, .names = names};
    uint64_t most = (uint64_t)xtr_job_options(job)->max_archive_entries;
    xtr__member m = *first;
    xtr_table_begin(l.builder, (xtr_box){0, 0, 0, 0});
    if (!code)
        put_head(&l);
    while (!code && !xtr_job_should_stop(job)) {
        if (most && l.row > most) {
            xtr_partial(l.builder, XTR_E_LIMIT, 0,
                        "holds more than %" PRIu64 " members: raise max_archive_entries", most);
            code = XTR_E_EMPTY;
        } else if (!put_member(&l, &m))
            code = XTR_E_MEMORY;
        else
            code = xtr__archive_next(archive, &m);
    }
    xtr_table_end(l.builder);
    return say_end(&l, code);
}

/* Of ZIP archives what stands in the directory is looked at before libarchive reads all of it. */
static int survey(xtr_job *job, xtr__archive *archive, xtr__names *names) {
    uint64_t directory_size;
    int code = xtr__zip_survey(job, names, &directory_size);
    if (code == XTR_E_MEMORY)
        return xtr_job_fail(job, code, "has a directory that max_memory has no room for");
    xtr__archive_expect(archive, directory_size);
    if (code == XTR_E_LIMIT && xtr__archive_read_in_order(archive))
        return xtr_job_fail(job, code, "holds more than %lld members: raise max_archive_entries",
                            (long long)xtr_job_options(job)->max_archive_entries);
    return XTR_OK;
}

static int run(xtr_job *job) {
    xtr__archive *archive;
    xtr__names names = {.charset = NULL};
    xtr__member first = {.name = NULL};
    int code = xtr__archive_open(&archive, job);
    if (code)
        return code;
    if (xtr__archive_is_zip(archive))
        code = survey(job, archive, &names);
    if (!code) {
        code = xtr__archive_next(archive, &first);
        code = xtr__archive_list(job, archive, &names, code, &first);
    }
    xtr__names_free(&names);
    xtr__archive_drop(archive);
    return code;
}

const xtr_extractor xtr_extractor_archive = {
    .name = "archive",
    .title = "Archives",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA | XTR_YIELDS_CHILDREN,
    .run = run,
    .warm = xtr__archive_warm,
};
