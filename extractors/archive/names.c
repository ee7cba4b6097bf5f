/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names of members. Archives hold bytes: TAR those of the system it was made on, ZIP those of code
 * page 437 by its specification (APPNOTE.TXT D.1) and of any other in practice. The names of an
 * archive together tell more of their charset than one does. */
#include "archive/archive.h"
#include "container/zip_directory.h"
#include "detect/charset.h"
#include "detect/probe.h"
#include "document/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE = 16 << 10, /* more does not change the guess */
    END_SIZE = 22,     /* APPNOTE.TXT 4.3.16 */
    MOST_COMMENT = 65535,
    FLAG_UTF8 = 1 << 11
};

void xtr__names_add(xtr__names *names, const char *name) {
    size_t size = strlen(name);
    if (names->complete || names->sample.size + size > SAMPLE ||
        xtr__utf8_is_clean(name, size, false))
        return;
    xtr__put(&names->sample, name, size);
    xtr__putc(&names->sample, '\n');
    names->charset = xtr__charset_likeliest((const unsigned char *)names->sample.data,
                                            names->sample.size, names->expected);
}

char *xtr__names_decode(xtr__names *names, const char *name) {
    size_t size = strlen(name);
    size_t length;
    char *text;
    if (xtr__utf8_is_clean(name, size, false))
        return strdup(name);
    const char *charset = names->charset ? names->charset : "IBM437";
    if (xtr__charset_decode(&text, &length, charset, (const unsigned char *)name, size) == XTR_OK)
        return text;
    return strdup(name); /* the builder makes it text */
}

void xtr__names_free(xtr__names *names) {
    free(names->sample.data);
    *names = (xtr__names){.charset = NULL};
}

void xtr__names_tame(char *path) {
    char *to = path, *from = path;
    if (((*from >= 'A' && *from <= 'Z') || (*from >= 'a' && *from <= 'z')) && from[1] == ':' &&
        (from[2] == '/' || from[2] == '\\'))
        from += 2;
    while (*from) {
        size_t length = strcspn(from, "/\\");
        bool stays = !length || (length == 1 && *from == '.') ||
                     (length == 2 && from[0] == '.' && from[1] == '.');
        if (!stays) {
            if (to != path)
                *to++ = '/';
            memmove(to, from, length);
            to += length;
        }
        from += length + (from[length] != '\0');
    }
    *to = '\0';
}

/* The comment is behind the end of the central directory, the last thing in the file. */
static void read_comment(xtr_job *job, xtr__names *names) {
    enum { MOST = END_SIZE + MOST_COMMENT };
    xtr_input *input = xtr_job_input(job);
    uint64_t size = xtr_input_size(input);
    size_t want = size < MOST ? (size_t)size : MOST;
    unsigned char *tail = malloc(want + 1);
    int64_t got = tail ? xtr_input_read(input, size - want, tail, want) : 0;
    for (int64_t at = got - END_SIZE; at >= 0; at--) {
        if (memcmp(tail + at, "PK\5\6", 4) != 0)
            continue;
        size_t length = xtr__le16(tail + at + 20);
        if (length && (int64_t)length == got - at - END_SIZE) {
            tail[got] = '\0';
            char *text = xtr__names_decode(names, (const char *)tail + at + END_SIZE);
            xtr_metadata(xtr_job_builder(job), "comment", text);
            free(text);
        }
        break;
    }
    free(tail);
}

int xtr__zip_survey(xtr_job *job, xtr__names *names, uint64_t *directory_size) {
    xtr__zip_directory directory = {.count = 0};
    names->expected = "IBM437";
    int code = xtr__zip_directory_read(&directory, job);
    for (size_t i = 0; i < directory.count && names->sample.size < SAMPLE; i++) {
        if (!(directory.parts[i].flags & FLAG_UTF8))
            xtr__names_add(names, directory.parts[i].name);
    }
    names->complete = !code;
    *directory_size = directory.central_size;
    xtr__zip_directory_free(&directory, job);
    if (code != XTR_E_MEMORY)
        read_comment(job, names);
    return code;
}
