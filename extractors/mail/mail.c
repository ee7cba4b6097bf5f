/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mail: messages (RFC 5322, MIME of RFC 2045 to 2049, also of Apple Mail), mailboxes (RFC 4155) and
 * web pages saved as one (MHTML, RFC 2557). A message is a block of lines with its head, then its
 * body; of a mailbox each is a page with its subject as heading. */
#include "mail/mail.h"

#include <stdio.h>
#include <string.h>

static const char *const mime_types[] = {"message/rfc822",          "application/mbox",
                                         "multipart/related",       "application/vnd.ms-outlook",
                                         "application/vnd.ms-tnef", NULL};

/* Detection knows mail by its header; a header of one field it leaves to text, and mail with parts
 * in UTF-16 as well. */
static xtr_match probe(const unsigned char *head, size_t size, uint64_t input_size) {
    static const char start[] = "Content-Type: multipart/";
    const xtr__slice slice = {(const char *)head, size};
    (void)input_size;
    if (!xtr__slice_begins(slice, start))
        return (xtr_match){NULL, 0};
    return (xtr_match){mime_types[0], (int)(sizeof start - 1) * 8};
}

/* Mailboxes --------------------------------------------------------------------------------- */

/* "From somebody Thu Jan  1 00:00:00 1970": two digits, a colon, two digits. */
static bool is_separator(xtr__slice line) {
    if (!xtr__slice_begins(line, "From ") || memcmp(line.at, "From ", 5) != 0)
        return false;
    for (size_t i = 6; i + 1 < line.size; i++) {
        if (line.at[i] == ':' && line.at[i - 1] >= '0' && line.at[i - 1] <= '9' &&
            line.at[i + 1] >= '0' && line.at[i + 1] <= '9')
            return true;
    }
    return false;
}

/* Where the next message begins, behind an empty line; the size when there is none. */
static size_t find_separator(xtr__slice rest) {
    for (size_t at = 1; at < rest.size;) {
        const char *found = memmem(rest.at + at, rest.size - at, "\nFrom ", 6);
        if (!found)
            break;
        at = (size_t)(found - rest.at) + 1;
        bool after_empty = found == rest.at || found[-1] == '\n' ||
                           (found[-1] == '\r' && found - rest.at > 1 && found[-2] == '\n');
        if (after_empty && is_separator(xtr__mime_line(xtr__slice_from(rest, at))))
            return at;
    }
    return rest.size;
}

static int read_mailbox(xtr_job *job, xtr__slice rest) {
    const xtr_options *options = xtr_job_options(job);
    xtr_builder *b = xtr_job_builder(job);
    uint32_t number = 0;
    int code = XTR_OK;
    while (rest.size && !code && !xtr_job_should_stop(job)) {
        xtr__slice whole = {rest.at, find_separator(rest)};
        rest = xtr__slice_from(rest, whole.size);
        if (is_separator(xtr__mime_line(whole)))
            whole = xtr__slice_from(whole, xtr__mime_line(whole).size);
        if (!xtr__slice_trim(whole).size)
            continue;
        if (options->max_pages && number >= (uint64_t)options->max_pages) {
            xtr_partial(b, XTR_E_LIMIT, 0, "only the first %u messages were read: raise max_pages",
                        number);
            break;
        }
        number++;
        if (!xtr_pages_include(&options->pages, number))
            continue;
        xtr_page_begin(b, number, &(xtr_page_info){.read_by = XTR_READ_TEXT});
        code = xtr__mail_message(job, whole, true);
        xtr_page_end(b);
        xtr_job_set_progress(job, number, 0);
    }
    return code;
}

/* Messages ---------------------------------------------------------------------------------- */

/* Apple Mail writes the length of the message on a line before it, and its own notes behind. */
static xtr__slice skip_length(xtr__slice whole) {
    xtr__slice line = xtr__mime_line(whole), digits = xtr__slice_trim(line);
    size_t size = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9' || digits.size > 12)
            return whole;
        size = size * 10 + (size_t)(digits.at[i] - '0');
    }
    if (!digits.size)
        return whole;
    whole = xtr__slice_from(whole, line.size);
    return (xtr__slice){whole.at, size < whole.size ? size : whole.size};
}

static xtr__slice skip_empty_lines(xtr__slice whole) {
    while (whole.size && (*whole.at == '\n' || *whole.at == '\r'))
        whole = xtr__slice_from(whole, 1);
    return whole;
}

static xtr__slice skip_prologue(xtr__slice whole) {
    if (xtr__slice_begins(whole, "\xEF\xBB\xBF"))
        whole = xtr__slice_from(whole, 3);
    whole = skip_empty_lines(skip_length(skip_empty_lines(whole)));
    xtr__slice line = xtr__mime_line(whole);
    bool envelope = xtr__slice_begins(line, "From ") || xtr__slice_begins(line, ">From ");
    return envelope ? xtr__slice_from(whole, line.size) : whole;
}

static int run(xtr_job *job) {
    size_t size;
    const char *type = xtr_job_mime_type(job);
    if (!strcmp(type, "application/vnd.ms-outlook"))
        return xtr__mail_msg(job);
    const char *bytes = (const char *)xtr_input_bytes(xtr_job_input(job), &size);
    if (!bytes)
        return xtr_job_fail(job, XTR_E_IO, "reading failed");
    xtr__slice whole = {bytes, size};
    if (!strcmp(type, "application/vnd.ms-tnef"))
        return xtr__mail_tnef(job, whole);
    if (!strcmp(type, "application/mbox"))
        return read_mailbox(job, whole);
    return xtr__mail_message(job, skip_prologue(whole), false);
}

const xtr_extractor xtr_extractor_mail = {
    .name = "mail",
    .title = "Mail and mailboxes",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES | XTR_YIELDS_CHILDREN,
    .probe = probe,
    .run = run,
};
