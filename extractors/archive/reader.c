/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Archives by libarchive: which of its formats and filters for which type (only those that need no
 * other program), where its bytes come from, and how much it may unpack.
 *
 * A member may be so many times the input that was read for it, which counts from 16 MB on; so may
 * all members together be of the whole input. Those that break this are given up, and do not count
 * among the others where passing over them costs nothing. */
#include "archive/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 64 << 10,
    RATIO_FROM = 16 << 20, /* unpacked bytes */
    MOST_BOMBS = 3,
    MOST_RETRIES = 100,
    FIRST_ROOM = 1 << 20,
    READER_COST = 4 << 20 /* what a decoder takes, roughly */
};

typedef int support(struct archive *archive);

/* How to read a type. */
typedef struct way {
    const char *mime_type;
    support *formats[3];
    support *filter;
    bool direct; /* passing over a member unpacks nothing */
    bool local;  /* times are of the clock on the wall */
} way;

struct xtr__archive {
    xtr_job *job;
    const way *way;
    way alone; /* the same without archives inside */
    struct archive *reader;
    struct archive_entry *entry;
    uint64_t at, input_size;
    uint64_t packed;        /* bytes that were read, however often */
    uint64_t most_begin;    /* of these, before the first member; 0: no limit */
    uint64_t member_packed; /* of these, before the member */
    uint64_t member_unpacked, unpacked;
    unsigned bombs;
    bool direct, begun, open; /* open: the member's data were not passed yet */
    const char *message;
    unsigned char window[WINDOW];
};

/* Types ------------------------------------------------------------------------------------- */

#define ZIP(type) \
    { type, {archive_read_support_format_zip_seekable}, NULL, true, true }
#define AR(type) \
    { type, {archive_read_support_format_ar}, NULL, true, false }
#define PACKED(type, filter)                                                    \
    {                                                                           \
        type,                                                                   \
            {archive_read_support_format_tar, archive_read_support_format_cpio, \
             archive_read_support_format_raw},                                  \
            filter, false, false                                                \
    }

static const way ways[] = {
    ZIP("application/zip"),
    ZIP("application/java-archive"),
    ZIP("application/vnd.android.package-archive"),
    ZIP("application/x-xpinstall"),
    ZIP("application/x-ios-app"),
    ZIP("application/vnd.comicbook+zip"),
    {"application/x-tar", {archive_read_support_format_tar}, NULL, true, false},
    {"application/x-cpio", {archive_read_support_format_cpio}, NULL, true, false},
    AR("application/x-archive"),
    AR("application/vnd.debian.binary-package"),
    {"application/x-iso9660-image", {archive_read_support_format_iso9660}, NULL, true, false},
    {"application/x-7z-compressed", {archive_read_support_format_7zip}, NULL, false, false},
    {"application/vnd.rar",
     {archive_read_support_format_rar, archive_read_support_format_rar5},
     NULL,
     false,
     false},
    {"application/vnd.ms-cab-compressed", {archive_read_support_format_cab}, NULL, false, true},
    PACKED("application/gzip", archive_read_support_filter_gzip),
    PACKED("application/x-bzip2", archive_read_support_filter_bzip2),
    PACKED("application/x-xz", archive_read_support_filter_xz),
    PACKED("application/zstd", archive_read_support_filter_zstd),
    PACKED("application/x-lz4", archive_read_support_filter_lz4),
    PACKED("application/x-lzip", archive_read_support_filter_lzip),
    PACKED("application/x-lzma", archive_read_support_filter_lzma),
    PACKED("application/x-compress", archive_read_support_filter_compress),
};

/* Where the central directory of a ZIP archive has too many members, or is none. */
static const way zip_in_order = {
    "application/zip", {archive_read_support_format_zip_streamable}, NULL, false, true};

bool xtr__archive_is_zip(const xtr__archive *archive) {
    return archive->way == &zip_in_order ||
           archive->way->formats[0] == archive_read_support_format_zip_seekable;
}

static const way *way_of(const char *mime_type) {
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!strcmp(ways[i].mime_type, mime_type))
            return &ways[i];
    }
    return NULL;
}

/* Names ------------------------------------------------------------------------------------- */

static locale_t utf8;

static void make_utf8(void) {
    utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* libarchive makes names that are in Unicode (7Z, RAR, Joliet, marked ones of ZIP) those of the
 * locale's charset. In UTF-8 it does so by itself, without iconv; other names stay as they are. */
void xtr__archive_warm(const char *languages) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)languages;
    pthread_once(&once, make_utf8);
}

/* Input ------------------------------------------------------------------------------------- */

static la_ssize_t read_input(struct archive *reader, void *payload, const void **buffer) {
    xtr__archive *a = payload;
    int64_t got = xtr_job_should_stop(a->job)
                      ? -1
                      : xtr_input_read(xtr_job_input(a->job), a->at, a->window, WINDOW);
    *buffer = a->window;
    if (!a->begun && a->most_begin && a->packed > a->most_begin) {
        archive_set_error(reader, EINVAL, "has a directory that goes on behind its end");
        return ARCHIVE_FATAL;
    }
    if (got < 0) {
        archive_set_error(reader, EIO, "the input cannot be read");
        return ARCHIVE_FATAL;
    }
    a->at += (uint64_t)got;
    a->packed += (uint64_t)got;
    return (la_ssize_t)got;
}

static la_int64_t skip_input(struct archive *reader, void *payload, la_int64_t request) {
    xtr__archive *a = payload;
    uint64_t left = a->at < a->input_size ? a->input_size - a->at : 0;
    (void)reader;
    if (request <= 0)
        return 0;
    uint64_t skipped = (uint64_t)request < left ? (uint64_t)request : left;
    a->at += skipped;
    return (la_int64_t)skipped;
}

static la_int64_t seek_input(struct archive *reader, void *payload, la_int64_t offset, int whence) {
    xtr__archive *a = payload;
    int64_t base = whence == SEEK_SET   ? 0
                   : whence == SEEK_CUR ? (int64_t)a->at
                                        : (int64_t)a->input_size;
    int64_t to;
    if (__builtin_add_overflow(base, offset, &to) || to < 0 || (uint64_t)to > a->input_size) {
        archive_set_error(reader, EINVAL, "points outside of the archive");
        return ARCHIVE_FATAL;
    }
    a->at = (uint64_t)to;
    return to;
}

/* Limits ------------------------------------------------------------------------------------ */

/* Whether so many bytes are too many times those they come from. */
static bool swells(const xtr__archive *a, uint64_t unpacked, uint64_t packed) {
    uint64_t ratio = (uint64_t)xtr_job_options(a->job)->max_archive_ratio;
    return ratio && unpacked > RATIO_FROM && unpacked / ratio > packed;
}

/* An archive that only stores may be as large as an input may be. */
static bool is_over_limit(xtr__archive *a, uint64_t member, uint64_t packed) {
    const xtr_options *options = xtr_job_options(a->job);
    uint64_t most = (uint64_t)options->max_archive_size;
    uint64_t all = a->unpacked + member;
    if (most && most < a->input_size)
        most = a->input_size;
    if (member > INT64_MAX || (most && all > most))
        a->message = "unpacks to more than max_archive_size";
    else if (swells(a, member, packed) || swells(a, all, a->input_size))
        a->message = "is packed more than max_archive_ratio times";
    else
        return false;
    return true;
}

/* Gives the member up. */
static int give_up(xtr__archive *a) {
    a->bombs++;
    a->member_unpacked = a->direct ? 0 : a->member_unpacked;
    return XTR_E_LIMIT;
}

static bool is_swollen(xtr__archive *a) {
    return is_over_limit(a, a->member_unpacked, a->packed - a->member_packed);
}

/* Passes over what is left of the member: what libarchive would do by itself, without a limit. */
static int pass_over(xtr__archive *a) {
    const void *block;
    size_t size;
    la_int64_t at;
    int code = ARCHIVE_OK;
    while (!a->direct && code >= ARCHIVE_WARN && code != ARCHIVE_EOF) {
        code = archive_read_data_block(a->reader, &block, &size, &at);
        a->member_unpacked += code == ARCHIVE_OK ? size : 0;
        if (is_swollen(a) || xtr_job_should_stop(a->job))
            return XTR_E_LIMIT;
    }
    a->unpacked += a->member_unpacked;
    a->open = false;
    if (a->bombs > MOST_BOMBS) {
        a->message = "has many members that unpack to too much";
        return XTR_E_LIMIT;
    }
    return XTR_OK;
}

/* Opening ----------------------------------------------------------------------------------- */

static int begin(xtr__archive *a, const way *chosen) {
    const xtr_list *passwords = &xtr_job_options(a->job)->password;
    archive_read_free(a->reader);
    a->reader = archive_read_new();
    a->at = a->most_begin = 0;
    a->way = chosen;
    a->direct = chosen->direct;
    if (!a->reader)
        return XTR_E_MEMORY;
    /* A warning would mean that another program is to be run. */
    if (chosen->filter && chosen->filter(a->reader) != ARCHIVE_OK)
        return XTR_E_MISSING_BACKEND;
    for (size_t i = 0; i < sizeof chosen->formats / sizeof *chosen->formats; i++) {
        if (chosen->formats[i] && chosen->formats[i](a->reader) < ARCHIVE_WARN)
            return XTR_E_MEMORY;
    }
    for (size_t i = 0; i < passwords->count; i++) {
        if (*passwords->items[i])
            archive_read_add_passphrase(a->reader, passwords->items[i]);
    }
    archive_read_set_read_callback(a->reader, read_input);
    archive_read_set_skip_callback(a->reader, skip_input);
    archive_read_set_seek_callback(a->reader, seek_input);
    archive_read_set_callback_data(a->reader, a);
    return archive_read_open1(a->reader) >= ARCHIVE_WARN ? XTR_OK : XTR_E_CORRUPT;
}

int xtr__archive_open(xtr__archive **out, xtr_job *job) {
    const way *chosen = way_of(xtr_job_mime_type(job));
    *out = NULL;
    if (!chosen)
        return xtr_job_fail(job, XTR_E_UNSUPPORTED, "is an archive of an unknown type");
    if (!xtr_job_charge(job, READER_COST))
        return xtr_job_fail(job, XTR_E_MEMORY, "needs more memory than it may take");
    xtr__archive_warm("");
    xtr__archive *a = calloc(1, sizeof *a);
    int code = XTR_E_MEMORY;
    if (a) {
        a->job = job;
        a->input_size = xtr_input_size(xtr_job_input(job));
        code = begin(a, chosen);
        if (code == XTR_E_CORRUPT && xtr__archive_is_zip(a))
            code = begin(a, &zip_in_order);
        *out = a;
    }
    if (!code)
        return XTR_OK;
    const char *message = a && a->reader ? archive_error_string(a->reader) : NULL;
    code = xtr_job_fail(job, code, "cannot be opened: %s", message ? message : "out of memory");
    if (a)
        xtr__archive_drop(a);
    else
        xtr_job_charge(job, -READER_COST);
    *out = NULL;
    return code;
}

/* libarchive reads a directory from where it begins on to what looks like its end, all of it before
 * the first member, and in pieces of a window. */
void xtr__archive_expect(xtr__archive *archive, uint64_t directory_size) {
    enum { SLACK = 8 * WINDOW };
    if (archive->way != &zip_in_order)
        archive->most_begin = archive->packed + directory_size + SLACK;
}

int xtr__archive_read_in_order(xtr__archive *archive) {
    return begin(archive, &zip_in_order);
}

int xtr__archive_read_alone(xtr__archive *archive) {
    archive->alone = *archive->way;
    archive->alone.formats[0] = archive->alone.formats[1] = NULL;
    return begin(archive, &archive->alone);
}

void xtr__archive_drop(xtr__archive *archive) {
    if (!archive)
        return;
    archive_read_free(archive->reader);
    xtr_job_charge(archive->job, -READER_COST);
    free(archive);
}

/* Members ----------------------------------------------------------------------------------- */

static int next_header(xtr__archive *a) {
    locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
    int code = ARCHIVE_RETRY;
    for (int i = 0; i < MOST_RETRIES && code == ARCHIVE_RETRY; i++)
        code = archive_read_next_header(a->reader, &a->entry);
    if (before)
        uselocale(before);
    return code;
}

static xtr__member_kind kind_of(struct archive_entry *entry) {
    if (archive_entry_hardlink(entry) || archive_entry_filetype(entry) == AE_IFLNK)
        return XTR__MEMBER_LINK;
    switch (archive_entry_filetype(entry)) {
    case AE_IFDIR:
        return XTR__MEMBER_FOLDER;
    case AE_IFREG:
    case 0: /* the format does not say */
        return XTR__MEMBER_FILE;
    default:
        return XTR__MEMBER_SPECIAL;
    }
}

static void describe(xtr__member *m, struct archive_entry *entry) {
    const char *target = archive_entry_hardlink(entry);
    *m = (xtr__member){.kind = kind_of(entry),
                       .name = archive_entry_pathname(entry),
                       .target = target ? target : archive_entry_symlink(entry),
                       .size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : -1,
                       .modified = (int64_t)archive_entry_mtime(entry),
                       .dated = archive_entry_mtime_is_set(entry),
                       .encrypted = archive_entry_is_encrypted(entry) > 0};
    if (m->size < 0)
        m->size = -1;
}

bool xtr__archive_is_single(const xtr__archive *archive) {
    return archive_format(archive->reader) == ARCHIVE_FORMAT_RAW;
}

int xtr__archive_next(xtr__archive *archive, xtr__member *member) {
    int code = archive->open ? pass_over(archive) : XTR_OK;
    if (code)
        return code;
    int found = next_header(archive);
    if (found < ARCHIVE_WARN && !archive->begun && xtr__archive_is_zip(archive) &&
        archive->way != &zip_in_order) {
        /* A reader that could not be opened cannot be asked for anything either. */
        if (begin(archive, &zip_in_order) != XTR_OK) {
            archive->message = "its directory is damaged, and no member is at its start";
            return XTR_E_CORRUPT;
        }
        found = next_header(archive);
    }
    if (found == ARCHIVE_EOF)
        return XTR_E_EMPTY;
    if (found < ARCHIVE_WARN) {
        const char *message = archive_error_string(archive->reader);
        archive->message = message ? message : "damaged";
        return archive_read_has_encrypted_entries(archive->reader) > 0 ? XTR_E_PASSWORD_REQUIRED
                                                                       : XTR_E_CORRUPT;
    }
    if (xtr__archive_is_single(archive) && archive_filter_count(archive->reader) < 2) {
        archive->message = "is not compressed in the way that its type says";
        return XTR_E_CORRUPT;
    }
    archive->begun = archive->open = true;
    archive->member_unpacked = 0;
    archive->member_packed = archive->packed > WINDOW ? archive->packed - WINDOW : 0;
    describe(member, archive->entry);
    return XTR_OK;
}

bool xtr__archive_is_local(const xtr__archive *archive) {
    return archive->way->local || archive_format(archive->reader) == ARCHIVE_FORMAT_RAR;
}

const char *xtr__archive_message(const xtr__archive *archive) {
    return archive->message ? archive->message : "damaged";
}

/* Content ----------------------------------------------------------------------------------- */

typedef struct content {
    unsigned char *data;
    size_t size, room;
} content;

/* Room for more: what a header declares is believed once there is a megabyte of it. */
static bool make_room(xtr__archive *a, content *c) {
    uint64_t declared = archive_entry_size_is_set(a->entry) && archive_entry_size(a->entry) > 0
                            ? (uint64_t)archive_entry_size(a->entry) + 1
                            : 0;
    size_t room = c->room ? c->room * 2 : FIRST_ROOM;
    if (declared > c->size && (c->room ? declared < room : declared < FIRST_ROOM))
        room = (size_t)declared;
    unsigned char *data = NULL;
    if (xtr_job_charge(a->job, (int64_t)(room - c->room))) {
        data = realloc(c->data, room);
        if (!data)
            xtr_job_charge(a->job, -(int64_t)(room - c->room));
    }
    if (!data)
        return false;
    c->data = data;
    c->room = room;
    return true;
}

static int why_failed(xtr__archive *a, const content *c) {
    const char *message = archive_error_string(a->reader);
    bool has_password = xtr_job_options(a->job)->password.count > 0;
    a->message = message ? message : "damaged";
    if (archive_entry_is_encrypted(a->entry) > 0) {
        return !has_password            ? XTR_E_PASSWORD_REQUIRED
               : xtr__archive_is_zip(a) ? XTR_E_PASSWORD_WRONG
                                        : XTR_E_UNSUPPORTED;
    }
    return !c->size && strstr(a->message, "nsupported") ? XTR_E_UNSUPPORTED : XTR_E_CORRUPT;
}

static int unpack(xtr__archive *a, content *c) {
    for (;;) {
        if (c->size == c->room && !make_room(a, c))
            return XTR_E_MEMORY;
        size_t want = c->room - c->size < WINDOW ? c->room - c->size : WINDOW;
        la_ssize_t got = archive_read_data(a->reader, c->data + c->size, want);
        if (got == ARCHIVE_RETRY && !xtr_job_should_stop(a->job))
            continue;
        if (got < 0)
            return why_failed(a, c);
        if (!got)
            return XTR_OK;
        c->size += (size_t)got;
        a->member_unpacked = c->size;
        if (is_swollen(a))
            return give_up(a);
        if (xtr_job_should_stop(a->job))
            return XTR_E_LIMIT;
    }
}

int xtr__archive_read(xtr__archive *archive, unsigned char **data, size_t *size, int64_t *charged) {
    uint64_t most = (uint64_t)xtr_job_options(archive->job)->max_input_size;
    int64_t declared =
        archive_entry_size_is_set(archive->entry) ? archive_entry_size(archive->entry) : 0;
    content c = {NULL, 0, 0};
    int code;
    if (declared > 0 && most && (uint64_t)declared > most) {
        archive->message = "larger than max_input_size";
        code = XTR_E_LIMIT;
    } else if (declared > 0 && is_over_limit(archive, (uint64_t)declared, archive->input_size))
        code = XTR_E_LIMIT;
    else
        code = unpack(archive, &c);
    if (code == XTR_E_MEMORY)
        archive->message = "out of memory: raise max_memory";
    if (code == XTR_OK || code == XTR_E_CORRUPT) {
        *data = c.data;
        *size = c.size;
        *charged = (int64_t)c.room;
        return code;
    }
    free(c.data);
    xtr_job_charge(archive->job, -(int64_t)c.room);
    *data = NULL;
    *size = 0;
    *charged = 0;
    return code;
}
