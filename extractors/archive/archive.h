/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Archives and compressed files as libarchive reads them, member by member. */
#ifndef XTR_ARCHIVE_H
#define XTR_ARCHIVE_H

#include "document/buffer.h"
#include "libextract/extractor.h"

typedef enum xtr__member_kind {
    XTR__MEMBER_FILE,
    XTR__MEMBER_FOLDER,
    XTR__MEMBER_LINK,
    XTR__MEMBER_SPECIAL /* device, pipe, socket */
} xtr__member_kind;

/** What an archive says of a member; strings are bytes of any charset, borrowed until the next. */
typedef struct xtr__member {
    xtr__member_kind kind;
    const char *name;   /* NULL if none */
    const char *target; /* of a link, NULL if not known */
    int64_t size;       /* -1: not known */
    int64_t modified;   /* seconds of Unix */
    bool dated, encrypted;
} xtr__member;

typedef struct xtr__archive xtr__archive;

/** Opens what the type of the job says. XTR_OK, or what xtr_job_fail returned. */
int xtr__archive_open(xtr__archive **out, xtr_job *job);
void xtr__archive_drop(xtr__archive *archive);

bool xtr__archive_is_zip(const xtr__archive *archive);

/** Says how large the directory of a ZIP archive is. One that goes on behind that is none: it is
 *  then read in the order of its data. */
void xtr__archive_expect(xtr__archive *archive, uint64_t directory_size);

/** Begins a ZIP archive anew, in the order of its data and without its directory. */
int xtr__archive_read_in_order(xtr__archive *archive);

/** Begins a compressed file anew, with no archive inside: one that begins with zeros looks like an
 *  empty TAR. */
int xtr__archive_read_alone(xtr__archive *archive);

/** Makes ready what a sandbox cannot load: extractors' `warm`. */
void xtr__archive_warm(const char *languages);

/** Goes on to the next member. XTR_OK; XTR_E_EMPTY behind the last; CORRUPT or LIMIT when no more
 *  can be found, PASSWORD_REQUIRED when the list itself is encrypted. What was not read of the
 *  member before is passed over, within the limits of what is unpacked. */
int xtr__archive_next(xtr__archive *archive, xtr__member *member);

/** Unpacks the member. XTR_OK; CORRUPT, with what could be read; PASSWORD_REQUIRED, PASSWORD_WRONG,
 *  UNSUPPORTED; LIMIT or MEMORY. *data is yours to free, NULL unless OK or CORRUPT, and charged to
 *  the job as *charged bytes. */
int xtr__archive_read(xtr__archive *archive, unsigned char **data, size_t *size, int64_t *charged);

/** Whether there is no archive, but one compressed file, the only member. */
bool xtr__archive_is_single(const xtr__archive *archive);
/** Whether the times of members are of the clock on the wall where they were packed. */
bool xtr__archive_is_local(const xtr__archive *archive);
/** What is wrong, for people. Borrowed until the next call. */
const char *xtr__archive_message(const xtr__archive *archive);

/** Names of members, in whatever charset they are. All zero is empty. */
typedef struct xtr__names {
    xtr__buffer sample; /* of those that are not UTF-8 */
    const char *charset, *expected;
    bool complete; /* all were added */
} xtr__names;

/** Adds a name to those the charset is found by. */
void xtr__names_add(xtr__names *names, const char *name);
/** The name in UTF-8, yours to free; NULL when out of memory. */
char *xtr__names_decode(xtr__names *names, const char *name);
void xtr__names_free(xtr__names *names);

/** Makes a path one that stays below where it is put: without root, drive and "..", with slashes.
 */
void xtr__names_tame(char *path);

/** Of a ZIP archive: names for their charset, the comment, and the size of its directory. LIMIT
 * when it has too many members, MEMORY; nothing is said to the job but the comment. */
int xtr__zip_survey(xtr_job *job, xtr__names *names, uint64_t *directory_size);

/** Lists the members of an archive and hands them over, as the job wants, from the first on, which
 *  xtr__archive_next gave with `code`. XTR_OK, or what xtr_job_fail returned. */
int xtr__archive_list(xtr_job *job, xtr__archive *archive, xtr__names *names, int code,
                      const xtr__member *first);

#endif
