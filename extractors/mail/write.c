/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How a message is written: a block of lines with its head, then its body. */
#include "html/html.h"
#include "mail/mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *label, *key; /* of the metadata */
} names[XTR__MAIL_FIELDS] = {
    [XTR__MAIL_SUBJECT] = {"Subject", "subject"},
    [XTR__MAIL_FROM] = {"From", "from"},
    [XTR__MAIL_SENDER] = {"Sender", "sender"},
    [XTR__MAIL_REPLY_TO] = {"Reply-To", "reply_to"},
    [XTR__MAIL_TO] = {"To", "to"},
    [XTR__MAIL_CC] = {"Cc", "cc"},
    [XTR__MAIL_BCC] = {"Bcc", "bcc"},
    [XTR__MAIL_DATE] = {"Date", "date"},
    [XTR__MAIL_ATTACHMENTS] = {"Attachments", NULL},
};

/* Head -------------------------------------------------------------------------------------- */

void xtr__mail_head_drop(xtr__mail_head *head) {
    for (int i = 0; i < XTR__MAIL_FIELDS; i++)
        free(head->fields[i].data);
}

/* A value is one line, whatever was encoded in it. */
static void put_value(xtr_builder *b, xtr__slice value) {
    while (value.size) {
        size_t plain = 0;
        while (plain < value.size && value.at[plain] != '\n' && value.at[plain] != '\r')
            plain++;
        xtr_text(b, value.at, plain);
        if (plain < value.size)
            xtr_text(b, " ", 1);
        value = xtr__slice_from(value, plain + 1);
    }
}

void xtr__mail_write_head(xtr_builder *b, const xtr__mail_head *head, bool without_subject) {
    bool any = false;
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_VERBATIM});
    for (int i = without_subject ? XTR__MAIL_SUBJECT + 1 : 0; i < XTR__MAIL_FIELDS; i++) {
        xtr__slice value = xtr__slice_trim(xtr__slice_of(&head->fields[i]));
        if (!value.size)
            continue;
        if (any)
            xtr_text(b, "\n", 1);
        any = true;
        xtr_text(b, names[i].label, strlen(names[i].label));
        xtr_text(b, ": ", 2);
        put_value(b, value);
    }
    xtr_element_end(b);
}

static void put_fact(xtr_builder *b, const char *key, xtr__slice value) {
    char *text = strndup(value.at, value.size);
    if (text)
        xtr_metadata(b, key, text);
    free(text);
}

void xtr__mail_write_facts(xtr_builder *b, const xtr__mail_head *head) {
    put_fact(b, "title", xtr__slice_trim(xtr__slice_of(&head->fields[XTR__MAIL_SUBJECT])));
    put_fact(b, "authors", xtr__slice_trim(xtr__slice_of(&head->fields[XTR__MAIL_FROM])));
    xtr_metadata(b, "created", head->created);
    for (int i = 0; i < XTR__MAIL_FIELDS; i++) {
        if (names[i].key)
            put_fact(b, names[i].key, xtr__slice_trim(xtr__slice_of(&head->fields[i])));
    }
}

/* Dates ------------------------------------------------------------------------------------- */

static int month_of(const char *name) {
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; i < 12; i++) {
        if (!strncasecmp(name, months + (size_t)i * 3, 3))
            return i + 1;
    }
    return 0;
}

/* Offsets in hours of the zones that RFC 5322 names, section 4.3. */
static void zone_of(const char *name, char out[8]) {
    static const struct {
        const char *name;
        int hours;
    } zones[] = {{"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
                 {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    unsigned hours = 0, minutes = 0;
    char sign = *name == '-' ? '-' : '+';
    bool known =
        (*name == '+' || *name == '-') && sscanf(name + 1, "%2u%2u", &hours, &minutes) == 2;
    for (size_t i = 0; !known && i < sizeof zones / sizeof *zones; i++) {
        known = !strncasecmp(name, zones[i].name, 3);
        sign = known && zones[i].hours < 0 ? '-' : '+';
        hours = known ? (unsigned)abs(zones[i].hours) : 0;
    }
    if (known)
        snprintf(out, 8, "%c%02u:%02u", sign, hours % 100, minutes % 100);
    else
        strcpy(out, "Z");
}

void xtr__mail_date(char out[32], xtr__slice date) {
    char text[64] = "", month[4] = "", zone[8] = "", iso[8];
    unsigned day, year, hour = 0, minute = 0, second = 0;
    out[0] = '\0';
    const char *comma = memchr(date.at, ',', date.size);
    if (comma && comma - date.at < 12)
        date = xtr__slice_from(date, (size_t)(comma - date.at) + 1);
    memcpy(text, date.at, date.size < sizeof text ? date.size : sizeof text - 1);
    int found = sscanf(text, "%2u %3s %4u %2u:%2u:%2u %7s", &day, month, &year, &hour, &minute,
                       &second, zone);
    if (found == 5) /* without seconds */
        found = sscanf(text, "%*d %*s %*d %*d:%*d %7s", zone);
    if (found < 1 || !month_of(month) || !day || day > 31)
        return;
    year += year < 50 ? 2000 : year < 1000 ? 1900 : 0;
    zone_of(zone, iso);
    snprintf(out, 32, "%04u-%02d-%02uT%02u:%02u:%02u%s", year, month_of(month), day, hour % 24,
             minute % 60, second % 61, iso);
}

/* Bodies ------------------------------------------------------------------------------------ */

typedef struct plain {
    xtr_builder *b;
    bool open, quoted, flowed, joined;
    bool soft; /* the line before goes on in this one */
} plain;

static void end_stretch(plain *p) {
    if (p->open)
        xtr_element_end(p->b);
    p->open = p->soft = false;
}

/* "> > text": its depth; what follows, of stuffed text without the space that is not its own. */
static int quote_depth(xtr__slice *line, bool flowed) {
    int depth = 0;
    xtr__slice rest = *line;
    while (rest.size && *rest.at == '>') {
        depth++;
        rest = xtr__slice_from(rest, 1);
        if (!flowed && rest.size > 1 && rest.at[0] == ' ' && rest.at[1] == '>')
            rest = xtr__slice_from(rest, 1);
    }
    if (rest.size && *rest.at == ' ' && (flowed || depth))
        rest = xtr__slice_from(rest, 1);
    *line = rest;
    return depth;
}

/* Deeper quotes keep their marks: an element has no depth. */
static void write_line(plain *p, xtr__slice line, int depth) {
    if (p->open && p->quoted != (depth > 0))
        end_stretch(p);
    if (!p->open)
        xtr_element_begin(p->b, &(xtr_element_info){.type = depth ? XTR_QUOTE : XTR_VERBATIM});
    else if (!p->soft)
        xtr_text(p->b, "\n", 1);
    if (!p->open || !p->soft) {
        for (int i = 1; i < depth; i++)
            xtr_text(p->b, "> ", 2);
    }
    p->open = true;
    p->quoted = depth > 0;
    bool signature = line.size == 3 && !memcmp(line.at, "-- ", 3);
    p->soft = p->flowed && line.size && line.at[line.size - 1] == ' ' && !signature;
    if (p->soft && p->joined)
        line.size--;
    xtr_text(p->b, line.at, line.size);
}

void xtr__mail_write_plain(xtr_builder *b, xtr__slice text, bool flowed, bool joined) {
    plain p = {.b = b, .flowed = flowed, .joined = joined};
    while (text.size) {
        xtr__slice line = xtr__mime_line(text), bare = xtr__mime_bare(line);
        text = xtr__slice_from(text, line.size);
        bool escaped = xtr__slice_begins(bare, ">From "); /* as mailboxes must */
        int depth = escaped ? 0 : quote_depth(&bare, flowed);
        if (escaped)
            bare = xtr__slice_from(bare, 1);
        if (!xtr__slice_trim(bare).size)
            end_stretch(&p);
        else
            write_line(&p, bare, depth);
    }
    end_stretch(&p);
}

void xtr__mail_write_html(xtr_job *job, xtr__slice html) {
    const xtr__html_source source = {
        .data = html.at, .size = html.size, .charset = "utf-8", .without_facts = true};
    int code = xtr__html_read(job, &source);
    if (code)
        xtr_partial(xtr_job_builder(job), code, 0, "the body of HTML could not be read");
}

void xtr__mail_write_note(xtr_builder *b, const char *text) {
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_text(b, text, strlen(text));
    xtr_element_end(b);
}
