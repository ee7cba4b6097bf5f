/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A message of RFC 5322: its head, its body in the form with the most structure, and its
 * attachments. */
#include "detect/charset.h"
#include "mail/parts.h"

#include <stdlib.h>
#include <string.h>

typedef struct message {
    xtr_job *job;
    xtr_builder *builder;
    xtr__mail_parts parts;
    xtr__mail_head head;
    xtr__buffer content, text, name;
    char charset[64]; /* of the first text, or "" */
    bool in_mailbox;
    int depth; /* of digests in digests */
} message;

static int write_message(xtr_job *job, xtr__slice whole, bool in_mailbox, int depth);

/* Head -------------------------------------------------------------------------------------- */

/* As a part says; "" when it does not. */
static void read_charset(message *m, const xtr__mail_part *part, char charset[64]) {
    xtr__slice type = xtr__mail_part_field(&m->parts, part, "Content-Type");
    bool any = xtr__mime_parameter(&m->name, type, "charset") && m->name.size && m->name.size < 64;
    if (any)
        memcpy(charset, m->name.data, m->name.size);
    charset[any ? m->name.size : 0] = '\0';
}

static void find_charset(message *m) {
    for (uint32_t i = 0; i < m->parts.count && !*m->charset; i++) {
        if (!strncmp(m->parts.items[i].type, "text/", 5))
            read_charset(m, &m->parts.items[i], m->charset);
    }
}

static void read_head(message *m) {
    static const char *const fields[XTR__MAIL_FIELDS] = {
        [XTR__MAIL_SUBJECT] = "Subject",   [XTR__MAIL_FROM] = "From", [XTR__MAIL_SENDER] = "Sender",
        [XTR__MAIL_REPLY_TO] = "Reply-To", [XTR__MAIL_TO] = "To",     [XTR__MAIL_CC] = "Cc",
        [XTR__MAIL_BCC] = "Bcc",           [XTR__MAIL_DATE] = "Date"};
    xtr__slice header = m->parts.items[0].entity.header;
    for (int i = 0; i < XTR__MAIL_FIELDS; i++) {
        xtr__buffer *out = &m->head.fields[i];
        for (unsigned nth = 0; fields[i] && nth < 20; nth++) { /* To, To is one list */
            if (!xtr__mime_field(&m->text, header, fields[i], nth))
                break;
            if (nth && (i == XTR__MAIL_SUBJECT || i == XTR__MAIL_DATE))
                break;
            if (out->size && m->text.size)
                xtr__puts(out, ", ");
            xtr__mime_words(out, xtr__slice_of(&m->text), m->charset);
        }
    }
    xtr__mail_date(m->head.created, xtr__slice_of(&m->head.fields[XTR__MAIL_DATE]));
}

/* The same as the other says nothing. */
static void drop_repetitions(xtr__mail_head *head) {
    xtr__buffer *from = &head->fields[XTR__MAIL_FROM];
    const int others[] = {XTR__MAIL_SENDER, XTR__MAIL_REPLY_TO};
    for (size_t i = 0; i < 2; i++) {
        xtr__buffer *other = &head->fields[others[i]];
        if (other->size == from->size && other->size &&
            !memcmp(other->data, from->data, from->size))
            other->size = 0;
    }
}

static void put_fact(message *m, const char *field, const char *key) {
    if (!xtr__mime_field(&m->text, m->parts.items[0].entity.header, field, 0))
        return;
    m->name.size = 0;
    xtr__mime_words(&m->name, xtr__slice_of(&m->text), m->charset);
    xtr__putc(&m->name, '\0');
    if (!m->name.failed)
        xtr_metadata(m->builder, key, m->name.data);
}

static void write_facts(message *m) {
    static const char *const others[][2] = {
        {"Message-ID", "message_id"},     {"In-Reply-To", "in_reply_to"},
        {"References", "references"},     {"Keywords", "keywords"},
        {"Content-Language", "language"}, {"X-Mailer", "producer"},
        {"User-Agent", "producer"}};
    xtr__mail_write_facts(m->builder, &m->head);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        put_fact(m, others[i][0], others[i][1]);
}

/* Attachments ------------------------------------------------------------------------------- */

static const xtr__mail_part *attachment(const message *m, uint32_t i) {
    return &m->parts.items[m->parts.attachments.items[i]];
}

static bool is_message(const xtr__mail_part *part) {
    return !strcmp(part->type, "message/rfc822") || !strcmp(part->type, "message/global");
}

/* Its file name or, of a message, its subject; false when it has none. */
static bool name_attachment(message *m, const xtr__mail_part *part) {
    if (xtr__mail_part_name(&m->parts, part, &m->name))
        return true;
    if (!is_message(part))
        return false;
    xtr__entity inner = xtr__mime_split(part->entity.body);
    m->name.size = 0;
    if (!xtr__mime_field(&m->text, inner.header, "Subject", 0) || !m->text.size)
        return false;
    xtr__mime_words(&m->name, xtr__slice_of(&m->text), m->charset);
    xtr__puts(&m->name, ".eml");
    return true;
}

static void list_attachments(message *m) {
    xtr__buffer *out = &m->head.fields[XTR__MAIL_ATTACHMENTS];
    for (uint32_t i = 0; i < m->parts.attachments.count; i++) {
        const xtr__mail_part *part = attachment(m, i);
        if (out->size)
            xtr__puts(out, ", ");
        if (name_attachment(m, part))
            xtr__put_slice(out, xtr__slice_of(&m->name));
        else
            xtr__puts(out, part->type);
    }
}

static void hand_over(message *m, const xtr__mail_part *part) {
    bool named = name_attachment(m, part);
    xtr__putc(&m->name, '\0');
    xtr__slice about = xtr__mail_part_field(&m->parts, part, "Content-Description");
    m->text.size = 0;
    xtr__mime_words(&m->text, about, m->charset);
    xtr__putc(&m->text, '\0');
    int64_t taken = (int64_t)part->entity.body.size;
    bool room = xtr_job_charge(m->job, taken);
    xtr__slice data = {NULL, 0};
    if (room)
        data = xtr__mail_part_content(&m->parts, part, &m->content);
    bool whole = room && !m->content.failed && !m->name.failed && !m->text.failed;
    if (!whole)
        xtr_partial(m->builder, XTR_E_MEMORY, 0, "an attachment was left out: raise max_memory");
    else {
        const xtr_child_info info = {.name = named ? m->name.data : NULL,
                                     .mime_type = part->type,
                                     .description = *m->text.data ? m->text.data : NULL,
                                     .size = (int64_t)data.size};
        xtr_child(m->job, &info, xtr_job_wants_children(m->job) ? data.at : NULL, data.size);
    }
    xtr_job_charge(m->job, room ? -taken : 0);
}

/* Body -------------------------------------------------------------------------------------- */

/* Of HTML that comes without one the charset is the one that its head says. */
static void put_text(message *m, const xtr__mail_part *part, xtr__slice data, bool html) {
    char charset[64];
    const char *declared = charset;
    read_charset(m, part, charset);
    if (html && !xtr__charset_find(charset))
        declared = xtr__charset_declared((const unsigned char *)data.at, data.size);
    m->text.size = 0;
    xtr__mime_text(&m->text, data, declared);
}

static bool has_parameter(message *m, const xtr__mail_part *part, const char *name,
                          const char *value) {
    return xtr__mime_parameter(&m->name, xtr__mail_part_field(&m->parts, part, "Content-Type"),
                               name) &&
           xtr__slice_is(xtr__slice_of(&m->name), value);
}

static void write_text(message *m, const xtr__mail_part *part) {
    bool html = !strcmp(part->type, "text/html");
    int64_t taken = (int64_t)part->entity.body.size * 2;
    if (!xtr_job_charge(m->job, taken)) {
        xtr_partial(m->builder, XTR_E_MEMORY, 0, "the text was cut: raise max_memory");
        return;
    }
    put_text(m, part, xtr__mail_part_content(&m->parts, part, &m->content), html);
    xtr__slice text = xtr__slice_of(&m->text);
    if (html && xtr__slice_trim(text).size)
        xtr__mail_write_html(m->job, text);
    else if (!html)
        xtr__mail_write_plain(m->builder, text, has_parameter(m, part, "format", "flowed"),
                              has_parameter(m, part, "delsp", "yes"));
    xtr_job_charge(m->job, -taken);
}

static bool is_text(const xtr__mail_part *part) {
    return !strcmp(part->type, "text/plain") || !strcmp(part->type, "text/html");
}

/* Whether there is anything in the body at all. */
static bool has_text(const message *m) {
    const xtr__mail_list *list = &m->parts.html;
    for (uint32_t i = 0; i < list->count; i++) {
        const xtr__mail_part *part = &m->parts.items[list->items[i]];
        if (is_text(part) && xtr__slice_trim(part->entity.body).size)
            return true;
    }
    return false;
}

/* A message without a body is in the text that is attached to it. */
static void write_body(message *m) {
    const xtr__mail_list *list = has_text(m) ? &m->parts.html : &m->parts.attachments;
    for (uint32_t i = 0; i < list->count && !xtr_job_should_stop(m->job); i++) {
        const xtr__mail_part *part = &m->parts.items[list->items[i]];
        if (is_text(part))
            write_text(m, part);
    }
}

/* Pictures that stand in the body, which RFC 8621 does not call attached, are files all the same.
 */
static void attach_media(message *m) {
    xtr__mail_list *list = &m->parts.html, *to = &m->parts.attachments;
    for (uint32_t i = 0; i < list->count; i++) {
        bool there = false;
        for (uint32_t j = 0; j < to->count && !there; j++)
            there = to->items[j] == list->items[i];
        if (!there && strncmp(m->parts.items[list->items[i]].type, "text/", 5) != 0)
            xtr__mail_list_add(&m->parts, to, list->items[i]);
    }
}

/* Writes what stands inside of a signature; false when it is something else. */
static bool write_signed(message *m, const xtr__mail_part *part) {
    xtr__buffer inside = {.data = NULL};
    xtr__slice data = xtr__mail_part_content(&m->parts, part, &m->content);
    bool found = m->depth < XTR__MAIL_DEPTH && xtr__smime_signed(&inside, data);
    int64_t taken = (int64_t)inside.size;
    if (found && xtr_job_charge(m->job, taken)) {
        write_message(m->job, xtr__slice_of(&inside), true, m->depth + 1);
        xtr_job_charge(m->job, -taken);
    }
    free(inside.data);
    return found;
}

/* What is locked is said, for its text is missing. */
static void write_locked(message *m) {
    for (uint32_t i = 0; i < m->parts.count; i++) {
        const xtr__mail_part *part = &m->parts.items[i];
        bool cms = !strcmp(part->type, "application/pkcs7-mime") ||
                   !strcmp(part->type, "application/x-pkcs7-mime");
        bool pgp = !strcmp(part->type, "multipart/encrypted");
        if (!(cms || pgp) || (cms && write_signed(m, part)))
            continue;
        const char *said =
            cms ? "The message is encrypted (S/MIME)." : "The message is encrypted (PGP).";
        xtr__mail_write_note(m->builder, said);
        xtr_partial(m->builder, XTR_E_UNSUPPORTED, 0, "%s", said);
        return;
    }
}

/* Messages of a digest are its text. */
static void write_digests(message *m) {
    for (uint32_t i = 0; i < m->parts.count && !xtr_job_should_stop(m->job); i++) {
        if (strcmp(m->parts.items[i].type, "multipart/digest") != 0)
            continue;
        for (uint32_t j = m->parts.items[i].first; j; j = m->parts.items[j].next) {
            if (!is_message(&m->parts.items[j]))
                continue;
            if (m->depth < XTR__MAIL_DEPTH)
                write_message(m->job, m->parts.items[j].entity.body, true, m->depth + 1);
            else
                m->parts.left_out = true;
        }
    }
}

/* Message ----------------------------------------------------------------------------------- */

static void write_subject(message *m) {
    xtr__slice subject = xtr__slice_trim(xtr__slice_of(&m->head.fields[XTR__MAIL_SUBJECT]));
    if (!subject.size)
        return;
    xtr_element_begin(m->builder,
                      &(xtr_element_info){.type = XTR_HEADING, .level = m->depth ? 2 : 1});
    xtr_text(m->builder, subject.at, subject.size);
    xtr_element_end(m->builder);
}

static void write_all(message *m) {
    find_charset(m);
    read_head(m);
    attach_media(m);
    if (!m->in_mailbox)
        write_facts(m);
    else
        write_subject(m);
    drop_repetitions(&m->head);
    list_attachments(m);
    xtr__mail_write_head(m->builder, &m->head, m->in_mailbox);
    write_locked(m);
    write_body(m);
    write_digests(m);
    for (uint32_t i = 0; i < m->parts.attachments.count && !xtr_job_should_stop(m->job); i++)
        hand_over(m, attachment(m, i));
    if (m->parts.left_out)
        xtr_partial(m->builder, XTR_E_LIMIT, 0, "parts were left out: too many, or too deep");
}

static int write_message(xtr_job *job, xtr__slice whole, bool in_mailbox, int depth) {
    message m = {
        .job = job, .builder = xtr_job_builder(job), .in_mailbox = in_mailbox, .depth = depth};
    bool read = xtr__mail_parts_read(&m.parts, job, whole);
    if (read)
        write_all(&m);
    xtr__mail_parts_drop(&m.parts);
    xtr__mail_head_drop(&m.head);
    free(m.content.data);
    free(m.text.data);
    free(m.name.data);
    return read ? XTR_OK : xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
}

int xtr__mail_message(xtr_job *job, xtr__slice whole, bool in_mailbox) {
    return write_message(job, whole, in_mailbox, 0);
}
