/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The file is locked (flock) as long as it is open: the lock ends with the process, however that
 * ends. Lines are added by one write each, so that a process that is killed leaves at most its last
 * one torn; that one is cut off when the journal is opened again. */
#include "batch/journal.h"
#include "batch/digests.h"
#include "batch/line.h"
#include "runtime/error.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct xtr__journal {
    int fd;
    char *name;
    char *last_output;
    uint64_t size;        /* where the next line goes */
    bool keeps_holders;   /* same_content is once */
    xtr__digests pasts;   /* by path: xtr__past */
    xtr__digests holders; /* by content: xtr__holder */
};

static void key_of(unsigned char key[XTR__DIGEST_SIZE], const char *path) {
    struct sha256_ctx hash;
    sha256_init(&hash);
    sha256_update(&hash, strlen(path), (const uint8_t *)path);
    sha256_digest(&hash, XTR__DIGEST_SIZE, key);
}

/* Opening ----------------------------------------------------------------------------------- */

/* What came of a content counts when it is the last word about a path. */
static bool remember(xtr__journal *journal, const xtr__line *line, uint64_t place,
                     uint64_t fingerprint) {
    unsigned char key[XTR__DIGEST_SIZE];
    const xtr__record *r = &line->record;
    key_of(key, line->path);
    xtr__past *past = xtr__digests_put(&journal->pasts, key);
    if (!past)
        return false;
    *past = (xtr__past){.size = r->size,
                        .modified = r->modified,
                        .options = r->options,
                        .place = place,
                        .status = r->status};
    bool holds = journal->keeps_holders && r->has_content && !r->changed &&
                 r->options == fingerprint &&
                 (r->status == XTR__COMPLETE || r->status == XTR__PARTIAL);
    return !holds || xtr__journal_hold(journal, r->content, (xtr__holder){.place = place});
}

static int fail_line(const xtr__journal *journal, uint64_t number, xtr_error *error) {
    return xtr__error(error, XTR_E_CORRUPT,
                      "%s: line %llu is not of a journal: give another file as journal",
                      journal->name, (unsigned long long)number);
}

/* Reads what is there; what follows the last line end is cut off. */
static int read_lines(xtr__journal *journal, FILE *file, uint64_t fingerprint, xtr_error *error) {
    char *text = NULL;
    size_t room = 0;
    ssize_t size;
    int code = XTR_OK;
    for (uint64_t number = 1; !code && (size = getline(&text, &room, file)) > 0; number++) {
        xtr__line line;
        if (text[size - 1] != '\n')
            break;
        bool fine = xtr__line_read(&line, text, (size_t)size - 1);
        if (!fine || (number == 1 && !line.complete))
            code = fail_line(journal, number, error);
        else if (line.complete && !remember(journal, &line, journal->size, fingerprint))
            code = xtr__error_memory(error);
        if (line.output) {
            free(journal->last_output);
            journal->last_output = line.output;
            line.output = NULL;
        }
        xtr__line_clear(&line);
        journal->size += (uint64_t)size;
    }
    free(text);
    if (!code && ferror(file))
        code = xtr__error_os(error, errno, journal->name);
    if (!code && ftruncate(journal->fd, (off_t)journal->size))
        code = xtr__error_os(error, errno, journal->name);
    return code;
}

static int load(xtr__journal *journal, uint64_t fingerprint, xtr_error *error) {
    int copy = fcntl(journal->fd, F_DUPFD_CLOEXEC, 3);
    FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;
    if (!file) {
        int os_error = errno;
        if (copy >= 0)
            close(copy);
        return xtr__error_os(error, os_error, journal->name);
    }
    rewind(file);
    int code = read_lines(journal, file, fingerprint, error);
    fclose(file);
    return code;
}

static int open_file(xtr__journal *journal, const xtr_options *options, uint64_t fingerprint,
                     xtr_error *error) {
    struct stat info;
    bool goes_on = options->resume || options->retry_failed || options->force;
    journal->fd = open(journal->name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
    if (journal->fd < 0 || fstat(journal->fd, &info))
        return xtr__error_os(error, errno, journal->name);
    if (!S_ISREG(info.st_mode))
        return xtr__error(error, XTR_E_ARGUMENT, "%s: a journal must be a file", journal->name);
    if (flock(journal->fd, LOCK_EX | LOCK_NB))
        return errno == EWOULDBLOCK
                   ? xtr__error(error, XTR_E_BUSY, "%s: another run has this journal open",
                                journal->name)
                   : xtr__error_os(error, errno, journal->name);
    if (info.st_size && !goes_on)
        return xtr__error(error, XTR_E_ARGUMENT,
                          "%s: there is a journal already: go on with option 'resume' or option "
                          "'retry_failed', begin anew with option 'force', or give another file",
                          journal->name);
    if (options->force && ftruncate(journal->fd, 0))
        return xtr__error_os(error, errno, journal->name);
    return load(journal, fingerprint, error);
}

int xtr__journal_open(xtr__journal **out, const xtr_options *options, uint64_t fingerprint,
                      xtr_error *error) {
    *out = NULL;
    xtr__journal *journal = calloc(1, sizeof *journal);
    if (!journal)
        return xtr__error_memory(error);
    journal->fd = -1;
    journal->keeps_holders = options->same_content == XTR_SAME_ONCE;
    journal->pasts.value_size = sizeof(xtr__past);
    journal->holders.value_size = sizeof(xtr__holder);
    journal->name = strdup(options->journal);
    int code =
        journal->name ? open_file(journal, options, fingerprint, error) : xtr__error_memory(error);
    if (code) {
        xtr__journal_drop(journal);
        return code;
    }
    *out = journal;
    return XTR_OK;
}

void xtr__journal_drop(xtr__journal *journal) {
    if (!journal)
        return;
    if (journal->fd >= 0)
        close(journal->fd);
    xtr__digests_clear(&journal->pasts);
    xtr__digests_clear(&journal->holders);
    free(journal->last_output);
    free(journal->name);
    free(journal);
}

/* Lines ------------------------------------------------------------------------------------- */

/* A line that does not fit, on a full disk, is taken back. */
static int write_line(xtr__journal *journal, const char *text, size_t size, xtr_error *error) {
    for (size_t done = 0; done < size;) {
        ssize_t put = pwrite(journal->fd, text + done, size - done, (off_t)(journal->size + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            int os_error = put < 0 ? errno : ENOSPC;
            (void)!ftruncate(journal->fd, (off_t)journal->size);
            return xtr__error_os(error, os_error, journal->name);
        }
        done += (size_t)put;
    }
    journal->size += size;
    return XTR_OK;
}

int xtr__journal_append(xtr__journal *journal, const xtr__record *record, uint64_t *place,
                        xtr_error *error) {
    xtr__buffer line = {.failed = false};
    *place = journal->size;
    int code = xtr__line_write(&line, record) ? write_line(journal, line.data, line.size, error)
                                              : xtr__error_memory(error);
    free(line.data);
    return code;
}

const char *xtr__journal_last_output(const xtr__journal *journal) {
    return journal->last_output;
}

bool xtr__journal_find(const xtr__journal *journal, const char *path, xtr__past *out) {
    unsigned char key[XTR__DIGEST_SIZE];
    if (!journal->pasts.count)
        return false;
    key_of(key, path);
    const xtr__past *past = xtr__digests_find(&journal->pasts, key);
    if (past)
        *out = *past;
    return past != NULL;
}

xtr__holder *xtr__journal_holder(xtr__journal *journal,
                                 const unsigned char content[XTR__DIGEST_SIZE]) {
    return xtr__digests_find(&journal->holders, content);
}

bool xtr__journal_hold(xtr__journal *journal, const unsigned char content[XTR__DIGEST_SIZE],
                       xtr__holder holder) {
    xtr__holder *there = xtr__digests_put(&journal->holders, content);
    if (there)
        *there = holder;
    return there != NULL;
}

void xtr__journal_release(xtr__journal *journal, const unsigned char content[XTR__DIGEST_SIZE]) {
    xtr__digests_remove(&journal->holders, content);
}

/* The bytes of the line at `place`, yours to free; NULL when it has more than `most`. */
static char *read_line(const xtr__journal *journal, uint64_t place, size_t most, size_t *size) {
    char *text = malloc(most);
    ssize_t got = text ? pread(journal->fd, text, most, (off_t)place) : -1;
    const char *end = got > 0 ? memchr(text, '\n', (size_t)got) : NULL;
    if (!end) {
        free(text);
        return NULL;
    }
    *size = (size_t)(end - text);
    return text;
}

bool xtr__journal_read(const xtr__journal *journal, uint64_t place, char **path, char **output) {
    enum { USUAL = 2 << 10, MOST = 128 << 10 };
    xtr__line line;
    size_t size;
    *path = *output = NULL;
    char *text = read_line(journal, place, USUAL, &size);
    if (!text && !(text = read_line(journal, place, MOST, &size)))
        return false;
    if (xtr__line_read(&line, text, size) && line.complete) {
        *path = line.path;
        *output = line.output;
        line.path = line.output = NULL;
    }
    xtr__line_clear(&line);
    free(text);
    return *path != NULL;
}
