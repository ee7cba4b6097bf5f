/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Contacts and calendars: vCard 2.1, 3.0 and 4.0 (RFC 6350) and iCalendar (RFC 5545). Each card,
 * event, task and journal entry is a heading, what it is called, and a paragraph of its fields, a
 * line each, with names for people; a description is a paragraph of its own. Pictures, keys,
 * alarms, time zones and what only programs exchange are left out. */
#include "container/numerals.h"
#include "detect/charset.h"
#include "document/buffer.h"
#include "libextract/extractor.h"
#include "markup/lines.h"
#include "markup/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_HEAD = 512 }; /* of a line, before its value, where an encoding is looked for */

typedef enum field_kind { TEXT, NAME, PARTS, DATE, PERSON, NOTE, TITLE, HIDDEN } field_kind;

typedef struct state {
    xtr_job *job;
    xtr_builder *builder;
    xtr__buffer line; /* unfolded */
    bool in_card, in_entry;
    unsigned muted; /* components inside that are left out */
    xtr__buffer title, name, fields, notes;
    uint32_t contacts, entries;
    bool has_title;
} state;

typedef struct property {
    char name[64]; /* upper case, without group */
    xtr__span parameters, value;
    bool quoted_printable, base64;
} property;

typedef struct field {
    const char *name, *label;
    field_kind kind;
} field;

/* Tables. Properties that are not listed are shown by their own name; those that begin with X- only
 * in cards. */
static const field fields[] = {
    {"FN", NULL, TITLE},
    {"SUMMARY", NULL, TITLE},
    {"N", "Name", NAME},
    {"ADR", "Address", PARTS},
    {"ORG", "Organization", PARTS},
    {"TEL", "Telephone", TEXT},
    {"EMAIL", "Email", TEXT},
    {"TITLE", "Title", TEXT},
    {"ROLE", "Role", TEXT},
    {"URL", "URL", TEXT},
    {"NICKNAME", "Nickname", TEXT},
    {"BDAY", "Birthday", DATE},
    {"ANNIVERSARY", "Anniversary", DATE},
    {"IMPP", "Messaging", TEXT},
    {"CATEGORIES", "Categories", TEXT},
    {"NOTE", NULL, NOTE},
    {"DESCRIPTION", NULL, NOTE},
    {"COMMENT", NULL, NOTE},
    {"LABEL", "Address", TEXT},
    {"DTSTART", "Start", DATE},
    {"DTEND", "End", DATE},
    {"DUE", "Due", DATE},
    {"COMPLETED", "Completed", DATE},
    {"DURATION", "Duration", TEXT},
    {"LOCATION", "Location", TEXT},
    {"STATUS", "Status", TEXT},
    {"RRULE", "Repeats", TEXT},
    {"RDATE", "Repeats on", DATE},
    {"EXDATE", "Except on", DATE},
    {"RECURRENCE-ID", "Instead of", DATE},
    {"ORGANIZER", "Organizer", PERSON},
    {"ATTENDEE", "Attendee", PERSON},
    {"CONTACT", "Contact", TEXT},
    {"RESOURCES", "Resources", TEXT},
    {"ATTACH", "Attachment", TEXT},
    {"FREEBUSY", "Busy", TEXT},
    {"VERSION", NULL, HIDDEN},
    {"PRODID", NULL, HIDDEN},
    {"UID", NULL, HIDDEN},
    {"REV", NULL, HIDDEN},
    {"CLASS", NULL, HIDDEN},
    {"SORT-STRING", NULL, HIDDEN},
    {"MAILER", NULL, HIDDEN},
    {"PHOTO", NULL, HIDDEN},
    {"LOGO", NULL, HIDDEN},
    {"SOUND", NULL, HIDDEN},
    {"KEY", NULL, HIDDEN},
    {"CLIENTPIDMAP", NULL, HIDDEN},
    {"CALSCALE", NULL, HIDDEN},
    {"METHOD", NULL, HIDDEN},
    {"DTSTAMP", NULL, HIDDEN},
    {"CREATED", NULL, HIDDEN},
    {"LAST-MODIFIED", NULL, HIDDEN},
    {"SEQUENCE", NULL, HIDDEN},
    {"TRANSP", NULL, HIDDEN},
    {"PRIORITY", "Priority", TEXT},
    {"REQUEST-STATUS", NULL, HIDDEN},
    {"RELATED-TO", NULL, HIDDEN},
};

static const char *const mime_types[] = {"text/vcard", "text/calendar", NULL};

static void read_line(state *s);

/* Run -------------------------------------------------------------------------------------- */

static bool is_quoted_printable(const xtr__buffer *line) {
    size_t size = line->size < LONGEST_HEAD ? line->size : LONGEST_HEAD;
    const char *colon = size ? memchr(line->data, ':', size) : NULL;
    return colon && memmem(line->data, (size_t)(colon - line->data), "QUOTED-PRINTABLE", 16);
}

/* Lines that begin with white space go on with the one before (RFC 5545, 3.1); those of
 * quoted-printable values do so behind "=" (vCard 2.1, 2.1.3). */
static void read_lines(state *s, xtr__lines lines) {
    xtr__span line;
    while (xtr__lines_next(&lines, &line) && !xtr_job_should_stop(s->job)) {
        bool soft =
            s->line.size && s->line.data[s->line.size - 1] == '=' && is_quoted_printable(&s->line);
        if (soft) {
            s->line.size--;
        } else if (line.size && (line.text[0] == ' ' || line.text[0] == '\t')) {
            line = xtr__span_skip(line, 1);
        } else {
            read_line(s);
            s->line.size = 0;
        }
        xtr__put(&s->line, line.text, line.size);
    }
    read_line(s);
}

static void end_component(state *s);

static int run(xtr_job *job) {
    char *text, count[16];
    size_t size;
    int code = xtr__source_text(job, &text, &size);
    if (code)
        return code;
    state s = {.job = job, .builder = xtr_job_builder(job)};
    read_lines(&s, (xtr__lines){text, text + size});
    end_component(&s); /* one whose end is missing */
    snprintf(count, sizeof count, "%u", s.contacts);
    xtr_metadata(s.builder, "contact_count", s.contacts ? count : "");
    snprintf(count, sizeof count, "%u", s.entries);
    xtr_metadata(s.builder, "event_count", s.entries ? count : "");
    bool failed = s.line.failed || s.title.failed || s.name.failed || s.fields.failed;
    free(s.line.data);
    free(s.title.data);
    free(s.name.data);
    free(s.fields.data);
    free(s.notes.data);
    xtr__source_drop(job, text, size);
    return failed ? xtr_job_fail(job, XTR_E_MEMORY, "out of memory") : XTR_OK;
}

/* Values ------------------------------------------------------------------------------------ */

/* The value of a parameter, without quotation marks. */
static bool parameter_of(const property *p, const char *name, xtr__span *value) {
    xtr__span rest = p->parameters, one, key;
    while (rest.size) {
        xtr__span_cut(&rest, ';', &one);
        if (xtr__span_cut(&one, '=', &key) && xtr__span_is(key, name)) {
            *value = one;
            if (one.size > 1 && one.text[0] == '"' && one.text[one.size - 1] == '"')
                *value = (xtr__span){one.text + 1, one.size - 2};
            return true;
        }
    }
    return false;
}

/* Decodes quoted-printable in place of the value; its charset is its own (vCard 2.1). Yours to
 * free. */
static char *decode_quoted(property *p) {
    char *bytes = malloc(p->value.size + 1);
    size_t size = 0;
    if (!bytes)
        return NULL;
    for (size_t i = 0; i < p->value.size; i++) {
        const char *at = p->value.text + i;
        bool pair = *at == '=' && p->value.size - i > 2;
        int high = pair ? xtr__hex(at[1]) : -1;
        int low = pair ? xtr__hex(at[2]) : -1;
        bool coded = high >= 0 && low >= 0;
        bytes[size++] = coded ? (char)(high * 16 + low) : *at;
        i += coded ? 2 : 0;
    }
    bytes[size] = '\0';
    p->value = (xtr__span){bytes, size};
    xtr__span charset;
    char label[40];
    if (!parameter_of(p, "CHARSET", &charset) || charset.size >= sizeof label)
        return bytes;
    memcpy(label, charset.text, charset.size);
    label[charset.size] = '\0';
    const xtr__charset *known = xtr__charset_find(label);
    char *text;
    if (!known ||
        xtr__charset_decode(&text, &size, known->name, (const unsigned char *)bytes, size))
        return bytes;
    free(bytes);
    p->value = (xtr__span){text, size};
    return text;
}

/* Text with its escapes resolved (RFC 6350, 3.4). */
static void put_text(xtr__buffer *out, xtr__span s) {
    for (size_t i = 0; i < s.size; i++) {
        char c = s.text[i];
        if (c == '\\' && i + 1 < s.size) {
            c = s.text[++i];
            c = c == 'n' || c == 'N' ? '\n' : c;
        }
        if (c != '\r')
            xtr__putc(out, c);
    }
}

/* Cuts the next part of a value, up to a semicolon that is not escaped. */
static bool next_part(xtr__span *rest, xtr__span *part) {
    if (!rest->size)
        return false;
    size_t i = 0;
    while (i < rest->size && rest->text[i] != ';')
        i += rest->text[i] == '\\' ? 2 : 1;
    i = i < rest->size ? i : rest->size;
    *part = (xtr__span){rest->text, i};
    *rest = xtr__span_skip(*rest, i + 1);
    return true;
}

/* Family; given; additional; prefix; suffix: in the order of speech. */
static void put_name(xtr__buffer *out, xtr__span value) {
    static const int order[] = {3, 1, 2, 0, 4};
    xtr__span parts[5] = {{NULL, 0}};
    for (int i = 0; i < 5 && next_part(&value, &parts[i]);)
        i++;
    size_t from = out->size;
    for (int i = 0; i < 5; i++) {
        xtr__span part = xtr__span_trim(parts[order[i]]);
        if (part.size && out->size > from)
            xtr__putc(out, ' ');
        put_text(out, part);
    }
}

static void put_parts(xtr__buffer *out, xtr__span value) {
    xtr__span part;
    for (bool any = false; next_part(&value, &part);) {
        part = xtr__span_trim(part);
        if (part.size && any)
            xtr__puts(out, ", ");
        any = any || part.size;
        put_text(out, part);
    }
}

static bool digits(const char *text, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
    }
    return true;
}

/* 20240131T100000Z as 2024-01-31 10:00 UTC; other forms as they are. */
static void put_date(xtr__buffer *out, const property *p, xtr__span value) {
    const char *t = value.text;
    char text[32];
    if (value.size < 8 || !digits(t, 8)) {
        put_text(out, value);
        return;
    }
    snprintf(text, sizeof text, "%.4s-%.2s-%.2s", t, t + 4, t + 6);
    xtr__puts(out, text);
    if (value.size < 15 || t[8] != 'T' || !digits(t + 9, 6)) {
        put_text(out, xtr__span_skip(value, 8));
        return;
    }
    snprintf(text, sizeof text, " %.2s:%.2s", t + 9, t + 11);
    xtr__puts(out, text);
    if (memcmp(t + 13, "00", 2) != 0) {
        snprintf(text, sizeof text, ":%.2s", t + 13);
        xtr__puts(out, text);
    }
    xtr__span rest = xtr__span_skip(value, 15), zone;
    if (xtr__span_is(rest, "Z"))
        xtr__puts(out, " UTC");
    else
        put_text(out, rest);
    if (parameter_of(p, "TZID", &zone)) {
        xtr__puts(out, " (");
        xtr__put(out, zone.text, zone.size);
        xtr__putc(out, ')');
    }
}

static void put_dates(xtr__buffer *out, const property *p) {
    xtr__span rest = p->value, one;
    for (bool any = false; rest.size; any = true) {
        xtr__span_cut(&rest, ',', &one);
        if (any)
            xtr__puts(out, ", ");
        put_date(out, p, xtr__span_trim(one));
    }
}

static xtr__span without_scheme(xtr__span value) {
    static const char *const schemes[] = {"mailto:", "tel:"};
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(schemes[i]);
        if (value.size > length && !strncasecmp(value.text, schemes[i], length))
            return xtr__span_skip(value, length);
    }
    return value;
}

static void put_person(xtr__buffer *out, const property *p) {
    xtr__span name, address = without_scheme(p->value);
    bool named = parameter_of(p, "CN", &name) && name.size;
    if (named)
        put_text(out, name);
    if (named && address.size)
        xtr__puts(out, " <");
    put_text(out, address);
    if (named && address.size)
        xtr__putc(out, '>');
}

/* Properties -------------------------------------------------------------------------------- */

/* "EMAIL" as "Email", "X-PHONETIC-LAST-NAME" as "Phonetic last name". */
static void put_label(xtr__buffer *out, const char *name) {
    name += strncmp(name, "X-", 2) == 0 ? 2 : 0;
    for (size_t i = 0; name[i]; i++) {
        char c = name[i];
        bool upper = c >= 'A' && c <= 'Z';
        xtr__putc(out, c == '-' ? ' ' : upper && i ? (char)(c + 32) : c);
    }
}

/* Kinds of telephones and addresses: TYPE=work,voice, or in vCard 2.1 no more than WORK. */
static void put_types(xtr__buffer *out, const property *p) {
    xtr__span rest = p->parameters, one, key;
    bool any = false;
    while (rest.size) {
        xtr__span_cut(&rest, ';', &one);
        bool pair = xtr__span_cut(&one, '=', &key);
        xtr__span types = pair ? one : key;
        if (!key.size || (pair && !xtr__span_is(key, "TYPE")))
            continue;
        while (types.size) {
            xtr__span type;
            xtr__span_cut(&types, ',', &type);
            if (!type.size || xtr__span_is(type, "PREF") || xtr__span_is(type, "INTERNET") ||
                xtr__span_is(type, "QUOTED-PRINTABLE") || type.size > 40)
                continue;
            xtr__puts(out, any ? ", " : " (");
            any = true;
            for (size_t i = 0; i < type.size; i++) {
                char c = type.text[i];
                if (c != '"')
                    xtr__putc(out, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
            }
        }
    }
    if (any)
        xtr__putc(out, ')');
}

static const field *field_of(const char *name) {
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!strcmp(fields[i].name, name))
            return &fields[i];
    }
    return NULL;
}

static void add_field(state *s, const property *p, const field *f) {
    xtr__buffer *out = &s->fields;
    field_kind kind = f ? f->kind : TEXT;
    size_t from = out->size;
    if (from)
        xtr__putc(out, '\n');
    if (f)
        xtr__puts(out, f->label);
    else
        put_label(out, p->name);
    if (s->in_card)
        put_types(out, p);
    xtr__puts(out, ": ");
    size_t empty = out->size;
    if (kind == PARTS)
        put_parts(out, p->value);
    else if (kind == NAME)
        put_name(out, p->value);
    else if (kind == DATE)
        put_dates(out, p);
    else if (kind == PERSON)
        put_person(out, p);
    else
        put_text(out, without_scheme(p->value));
    if (out->size == empty)
        out->size = from;
}

static void read_property(state *s, const property *p) {
    const field *f = field_of(p->name);
    field_kind kind = f ? f->kind : TEXT;
    bool private =
        !f && !strncmp(p->name, "X-", 2) && (!s->in_card || !strncmp(p->name, "X-AB", 4));
    bool card_note = s->in_card && !strcmp(p->name, "DESCRIPTION");
    if (kind == HIDDEN || private || p->base64)
        return;
    if (kind == TITLE && !s->title.size) {
        put_text(&s->title, p->value);
    } else if (kind == NAME) {
        s->name.size = 0;
        put_name(&s->name, p->value);
    } else if (kind == NOTE || kind == TITLE || card_note) {
        if (s->notes.size)
            xtr__puts(&s->notes, "\n\n");
        put_text(&s->notes, p->value);
    } else {
        add_field(s, p, f);
    }
}

/* Components -------------------------------------------------------------------------------- */

static void write_element(state *s, xtr_element_type type, int level, const xtr__buffer *text) {
    if (!text->size)
        return;
    xtr_element_begin(s->builder, &(xtr_element_info){.type = type, .level = level});
    xtr_text(s->builder, text->data, text->size);
    xtr_element_end(s->builder);
}

/* What is without a name is called by the one that has parts. */
static void end_component(state *s) {
    if (s->in_card || s->in_entry) {
        s->contacts += s->in_card;
        s->entries += s->in_entry;
        const xtr__buffer *title = s->title.size ? &s->title : &s->name;
        write_element(s, XTR_HEADING, 2, title);
        write_element(s, XTR_PARAGRAPH, 0, &s->fields);
        write_element(s, XTR_PARAGRAPH, 0, &s->notes);
    }
    s->in_card = s->in_entry = false;
    s->title.size = s->name.size = s->fields.size = s->notes.size = 0;
}

static void begin_component(state *s, xtr__span name) {
    bool card = xtr__span_is(name, "VCARD");
    bool entry = xtr__span_is(name, "VEVENT") || xtr__span_is(name, "VTODO") ||
                 xtr__span_is(name, "VJOURNAL") || xtr__span_is(name, "VFREEBUSY");
    if (s->muted || (!card && !entry && !xtr__span_is(name, "VCALENDAR"))) {
        s->muted++;
        return;
    }
    end_component(s);
    s->in_card = card;
    s->in_entry = entry;
}

/* The name of a calendar heads it. */
static void read_calendar(state *s, const property *p) {
    bool named = !strcmp(p->name, "X-WR-CALNAME") || !strcmp(p->name, "NAME");
    bool described = !strcmp(p->name, "X-WR-CALDESC") || !strcmp(p->name, "DESCRIPTION");
    xtr__buffer text = {0};
    if ((!named || s->has_title) && !described)
        return;
    put_text(&text, p->value);
    xtr__putc(&text, '\0');
    if (!text.failed) {
        text.size--;
        write_element(s, named ? XTR_HEADING : XTR_PARAGRAPH, named, &text);
        xtr_metadata(s->builder, named ? "title" : "description", text.data);
    }
    s->has_title = s->has_title || named;
    free(text.data);
}

/* Where the value begins: behind the first colon outside of quotation marks. */
static bool split(property *p, const char *line, size_t size) {
    bool quoted = false;
    size_t colon = 0;
    for (; colon < size && (quoted || line[colon] != ':'); colon++)
        quoted = quoted != (line[colon] == '"');
    if (colon == size)
        return false;
    xtr__span head = {line, colon}, name, group;
    p->value = xtr__span_trim_end((xtr__span){line + colon + 1, size - colon - 1});
    xtr__span_cut(&head, ';', &name);
    p->parameters = head;
    if (memchr(name.text, '.', name.size)) {
        xtr__span_cut(&name, '.', &group);
    }
    if (!name.size || name.size >= sizeof p->name)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.text[i];
        p->name[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    p->name[name.size] = '\0';
    xtr__span encoding;
    bool encoded = parameter_of(p, "ENCODING", &encoding);
    p->base64 = encoded && (xtr__span_is(encoding, "B") || xtr__span_is(encoding, "BASE64"));
    p->quoted_printable = encoded ? xtr__span_is(encoding, "QUOTED-PRINTABLE")
                                  : memmem(head.text, head.size, "QUOTED-PRINTABLE", 16) != NULL;
    return true;
}

static void read_line(state *s) {
    property p = {.base64 = false};
    if (!s->line.size || !split(&p, s->line.data, s->line.size))
        return;
    if (!strcmp(p.name, "BEGIN")) {
        begin_component(s, xtr__span_trim(p.value));
        return;
    }
    if (!strcmp(p.name, "END")) {
        if (s->muted)
            s->muted--;
        else
            end_component(s);
        return;
    }
    if (s->muted)
        return;
    char *decoded = p.quoted_printable ? decode_quoted(&p) : NULL;
    if (s->in_card || s->in_entry)
        read_property(s, &p);
    else
        read_calendar(s, &p);
    free(decoded);
}

const xtr_extractor xtr_extractor_contacts = {
    .name = "contacts",
    .title = "Contacts and calendars",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_METADATA,
    .run = run,
};
