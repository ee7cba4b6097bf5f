/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Properties of [MS-OXCMSG] and [MS-OXOMSG] to a message of RFC 5322, with parts in binary: what is
 * made is for our own reader. */
#include "mail/mapi.h"
#include "detect/charset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const uint16_t kept[XTR__MAPI_PROPERTIES] = {
    XTR__MAPI_SUBJECT,        XTR__MAPI_SUBMIT_TIME,    XTR__MAPI_DELIVERY_TIME,
    XTR__MAPI_FROM_NAME,      XTR__MAPI_FROM_ADDRESS,   XTR__MAPI_FROM_SMTP,
    XTR__MAPI_SENDER_NAME,    XTR__MAPI_SENDER_ADDRESS, XTR__MAPI_SENDER_SMTP,
    XTR__MAPI_HEADERS,        XTR__MAPI_DISPLAY_BCC,    XTR__MAPI_DISPLAY_CC,
    XTR__MAPI_DISPLAY_TO,     XTR__MAPI_BODY,           XTR__MAPI_RTF,
    XTR__MAPI_HTML,           XTR__MAPI_MESSAGE_ID,     XTR__MAPI_IN_REPLY_TO,
    XTR__MAPI_RECIPIENT_TYPE, XTR__MAPI_NAME,           XTR__MAPI_ADDRESS,
    XTR__MAPI_SMTP,           XTR__MAPI_ATTACH_NAME,    XTR__MAPI_ATTACH_SHORT_NAME,
    XTR__MAPI_ATTACH_TYPE,    XTR__MAPI_CODEPAGE,       XTR__MAPI_INTERNET_CODEPAGE,
    XTR__MAPI_ATTACH_DATA};

static int place_of(uint16_t id) {
    for (int i = 0; i < XTR__MAPI_PROPERTIES; i++) {
        if (kept[i] == id)
            return i;
    }
    return -1;
}

bool xtr__mapi_keeps(uint16_t id) {
    return place_of(id) >= 0;
}

void xtr__mapi_drop(xtr__mapi *p) {
    for (int i = 0; i < XTR__MAPI_PROPERTIES; i++)
        free(p->values[i].data);
}

static void put_string(xtr__buffer *out, xtr__slice value, const char *charset) {
    xtr__mime_text(out, value, charset);
    while (out->size && !out->data[out->size - 1])
        out->size--;
}

void xtr__mapi_set(xtr__mapi *p, uint16_t id, uint16_t type, xtr__slice value) {
    int place = place_of(id);
    if (place < 0 || p->values[place].size)
        return;
    xtr__buffer *out = &p->values[place];
    const xtr__charset *set = p->codepage ? xtr__charset_of_codepage(p->codepage) : NULL;
    p->types[place] = type;
    if (type == XTR__MAPI_STRING) {
        char *text;
        size_t size;
        if (!xtr__charset_decode(&text, &size, "utf-16le", (const unsigned char *)value.at,
                                 value.size & ~(size_t)1)) {
            xtr__put(out, text, strnlen(text, size));
            free(text);
        }
    } else if (type == XTR__MAPI_STRING8) {
        value.size = strnlen(value.at, value.size);
        put_string(out, value, set ? set->name : NULL);
    } else {
        xtr__put_slice(out, value);
    }
    if (id == XTR__MAPI_CODEPAGE)
        p->codepage = xtr__mapi_number(p, id);
}

xtr__slice xtr__mapi_value(const xtr__mapi *p, uint16_t id) {
    return xtr__slice_of(&p->values[place_of(id)]);
}

uint16_t xtr__mapi_type(const xtr__mapi *p, uint16_t id) {
    return p->types[place_of(id)];
}

static uint64_t little_endian(xtr__slice value, size_t size) {
    uint64_t number = 0;
    for (size_t i = 0; i < size && i < value.size; i++)
        number |= (uint64_t)(unsigned char)value.at[i] << 8 * i;
    return number;
}

uint32_t xtr__mapi_number(const xtr__mapi *p, uint16_t id) {
    return (uint32_t)little_endian(xtr__mapi_value(p, id), 4);
}

/* Head -------------------------------------------------------------------------------------- */

/* One line, whatever is in it. */
static void put_line(xtr__buffer *out, xtr__slice value) {
    for (size_t i = 0; i < value.size; i++)
        xtr__putc(out, value.at[i] == '\r' || value.at[i] == '\n' ? ' ' : value.at[i]);
}

static void put_field(xtr__buffer *out, const char *name, xtr__slice value) {
    value = xtr__slice_trim(value);
    if (!value.size)
        return;
    xtr__puts(out, name);
    xtr__puts(out, ": ");
    put_line(out, value);
    xtr__puts(out, "\r\n");
}

/* "Name <address>"; an address inside of an Exchange server tells nobody anything. */
static void put_person(xtr__buffer *out, xtr__slice name, xtr__slice smtp, xtr__slice address) {
    if (!smtp.size && memchr(address.at, '@', address.size))
        smtp = address;
    bool same = name.size == smtp.size && !memcmp(name.at, smtp.at, name.size);
    if (!same)
        put_line(out, name);
    if (smtp.size) {
        xtr__puts(out, name.size && !same ? " <" : "");
        put_line(out, smtp);
        xtr__puts(out, name.size && !same ? ">" : "");
    }
}

void xtr__mapi_add_recipient(xtr__mapi_writer *w, const xtr__mapi *p) {
    uint32_t type = xtr__mapi_number(p, XTR__MAPI_RECIPIENT_TYPE);
    xtr__buffer *out = &w->recipients[type >= 1 && type <= 3 ? type - 1 : 0];
    if (out->size)
        xtr__puts(out, ", ");
    put_person(out, xtr__mapi_value(p, XTR__MAPI_NAME), xtr__mapi_value(p, XTR__MAPI_SMTP),
               xtr__mapi_value(p, XTR__MAPI_ADDRESS));
}

static void put_sender(xtr__buffer *out, const xtr__mapi *p, xtr__slice headers) {
    xtr__buffer person = {.data = NULL};
    xtr__slice name = xtr__mapi_value(p, XTR__MAPI_FROM_NAME);
    xtr__slice smtp = xtr__mapi_value(p, XTR__MAPI_FROM_SMTP);
    xtr__slice address = xtr__mapi_value(p, XTR__MAPI_FROM_ADDRESS);
    if (!name.size)
        name = xtr__mapi_value(p, XTR__MAPI_SENDER_NAME);
    if (!smtp.size)
        smtp = xtr__mapi_value(p, XTR__MAPI_SENDER_SMTP);
    if (!address.size)
        address = xtr__mapi_value(p, XTR__MAPI_SENDER_ADDRESS);
    bool has_address = smtp.size || memchr(address.at, '@', address.size);
    if (has_address || !xtr__mime_field(&person, headers, "From", 0))
        put_person(&person, name, smtp, address);
    put_field(out, "From", xtr__slice_of(&person));
    free(person.data);
}

/* 100 ns since 1601 to "Thu, 13 Feb 1997 11:33:10 +0000". */
static void put_date(xtr__buffer *out, const xtr__mapi *p, xtr__slice headers) {
    xtr__slice time = xtr__mapi_value(p, XTR__MAPI_SUBMIT_TIME);
    if (!time.size)
        time = xtr__mapi_value(p, XTR__MAPI_DELIVERY_TIME);
    xtr__buffer said = {.data = NULL};
    char text[64];
    struct tm parts;
    time_t seconds = (time_t)(little_endian(time, 8) / 10000000) - 11644473600;
    if (xtr__mime_field(&said, headers, "Date", 0) && said.size)
        put_field(out, "Date", xtr__slice_of(&said));
    else if (time.size && gmtime_r(&seconds, &parts) &&
             strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts))
        put_field(out, "Date", (xtr__slice){text, strlen(text)});
    free(said.data);
}

static void put_recipients(xtr__mapi_writer *w, const xtr__mapi *p) {
    static const struct {
        const char *name;
        uint16_t shown;
    } kinds[] = {
        {"To", XTR__MAPI_DISPLAY_TO}, {"Cc", XTR__MAPI_DISPLAY_CC}, {"Bcc", XTR__MAPI_DISPLAY_BCC}};
    for (size_t i = 0; i < 3; i++) {
        xtr__slice listed = xtr__slice_of(&w->recipients[i]);
        put_field(&w->out, kinds[i].name,
                  listed.size ? listed : xtr__mapi_value(p, kinds[i].shown));
        w->recipients[i].size = 0;
    }
}

/* Body -------------------------------------------------------------------------------------- */

static void put_body(xtr__buffer *out, xtr__slice text, const char *type, const char *charset) {
    xtr__puts(out, "Content-Type: ");
    xtr__puts(out, type);
    if (charset) {
        xtr__puts(out, "; charset=");
        xtr__puts(out, charset);
    }
    xtr__puts(out, "\r\nContent-Transfer-Encoding: binary\r\n\r\n");
    xtr__put_slice(out, text);
}

/* Puts what a body in RTF was made of, or its text, into `out`; false when there is none, or it is
 * of RTF alone and there is `other`. */
static bool read_rtf(xtr__mapi_writer *w, xtr__buffer *out, xtr__slice packed, bool other) {
    enum { MOST_GROWTH = 9 }; /* two bytes and a bit become 17 */
    xtr__buffer rtf = {.data = NULL};
    size_t most = packed.size < XTR__RTF_MOST ? packed.size * MOST_GROWTH : XTR__RTF_MOST;
    int64_t taken = 2 * (int64_t)(most < XTR__RTF_MOST ? most : XTR__RTF_MOST);
    if (!xtr_job_charge(w->job, taken)) {
        w->out.failed = true;
        return false;
    }
    bool found = xtr__rtf_unpack(&rtf, packed);
    if (rtf.size >= XTR__RTF_MOST)
        xtr_partial(xtr_job_builder(w->job), XTR_E_LIMIT, 0, "a body in RTF was cut");
    found = found && (xtr__rtf_original(out, w->job, xtr__slice_of(&rtf)) || !other);
    w->out.failed = w->out.failed || rtf.failed || out->failed;
    free(rtf.data);
    xtr_job_charge(w->job, -taken);
    return found;
}

/* HTML before text, and text before what was made of it. */
static void put_best_body(xtr__mapi_writer *w, const xtr__mapi *p) {
    xtr__buffer *out = &w->out;
    xtr__slice html = xtr__mapi_value(p, XTR__MAPI_HTML), text = xtr__mapi_value(p, XTR__MAPI_BODY);
    uint32_t codepage = xtr__mapi_number(p, XTR__MAPI_INTERNET_CODEPAGE);
    const xtr__charset *set = xtr__charset_of_codepage(codepage ? codepage : p->codepage);
    xtr__buffer original = {.data = NULL};
    if (html.size) {
        bool bytes = xtr__mapi_type(p, XTR__MAPI_HTML) == XTR__MAPI_BINARY;
        put_body(out, html, "text/html", !bytes ? "utf-8" : set ? set->name : NULL);
    } else if (read_rtf(w, &original, xtr__mapi_value(p, XTR__MAPI_RTF), text.size > 0)) {
        bool is_html = xtr__slice_begins(xtr__slice_trim(xtr__slice_of(&original)), "<");
        put_body(out, xtr__slice_of(&original), is_html ? "text/html" : "text/plain", "utf-8");
    } else {
        put_body(out, text, "text/plain", "utf-8");
    }
    free(original.data);
}

/* Parts ------------------------------------------------------------------------------------- */

/* A property is in memory, and counted, before it is here; so this may look when it is done. */
static void settle(xtr__mapi_writer *w) {
    enum { STEP = 256 << 10 };
    int64_t more = (int64_t)w->out.capacity - w->charged;
    if (more < STEP || w->out.failed)
        return;
    if (xtr_job_charge(w->job, more))
        w->charged += more;
    else
        w->out.failed = true;
}

void xtr__mapi_writer_drop(xtr__mapi_writer *w) {
    for (int i = 0; i < 3; i++)
        free(w->recipients[i].data);
    free(w->out.data);
    xtr_job_charge(w->job, -w->charged);
}

static void put_boundary(xtr__mapi_writer *w, const char *end) {
    char line[64];
    snprintf(line, sizeof line, "\r\n--=_outlook_%d%s\r\n", w->depth, end);
    xtr__puts(&w->out, line);
}

void xtr__mapi_begin(xtr__mapi_writer *w, const xtr__mapi *p) {
    char type[96];
    xtr__slice headers = xtr__mapi_value(p, XTR__MAPI_HEADERS);
    put_field(&w->out, "Subject", xtr__mapi_value(p, XTR__MAPI_SUBJECT));
    put_sender(&w->out, p, headers);
    put_recipients(w, p);
    put_date(&w->out, p, headers);
    put_field(&w->out, "Message-ID", xtr__mapi_value(p, XTR__MAPI_MESSAGE_ID));
    put_field(&w->out, "In-Reply-To", xtr__mapi_value(p, XTR__MAPI_IN_REPLY_TO));
    w->depth++;
    snprintf(type, sizeof type, "Content-Type: multipart/mixed; boundary=\"=_outlook_%d\"\r\n",
             w->depth);
    xtr__puts(&w->out, type);
    put_boundary(w, "");
    put_best_body(w, p);
    settle(w);
}

void xtr__mapi_end(xtr__mapi_writer *w) {
    put_boundary(w, "--");
    w->depth--;
}

static void put_quoted(xtr__buffer *out, xtr__slice value) {
    xtr__putc(out, '"');
    for (size_t i = 0; i < value.size; i++) {
        if (value.at[i] == '"' || value.at[i] == '\\')
            xtr__putc(out, '\\');
        xtr__putc(out, (unsigned char)value.at[i] < ' ' ? ' ' : value.at[i]);
    }
    xtr__putc(out, '"');
}

void xtr__mapi_attach(xtr__mapi_writer *w, const xtr__mapi *p, xtr__slice data) {
    xtr__slice name = xtr__mapi_value(p, XTR__MAPI_ATTACH_NAME);
    xtr__slice type = xtr__mapi_value(p, XTR__MAPI_ATTACH_TYPE);
    char file[256] = "";
    if (!name.size)
        name = xtr__mapi_value(p, XTR__MAPI_ATTACH_SHORT_NAME);
    if (!name.size)
        name = xtr__mapi_value(p, XTR__MAPI_NAME);
    memcpy(file, name.at, name.size < sizeof file ? name.size : sizeof file - 1);
    put_boundary(w, "");
    if (xtr__slice_begins(type, "multipart/") && xtr__slice_begins(data, "Content-Type:")) {
        xtr__put_slice(&w->out, data); /* a signed message is the part itself */
        settle(w);
        return;
    }
    const char *by_name = xtr_mime_of_name(file);
    xtr__puts(&w->out, "Content-Type: ");
    if (memchr(type.at, '/', type.size))
        put_line(&w->out, type);
    else
        xtr__puts(&w->out, by_name ? by_name : "application/octet-stream");
    xtr__puts(&w->out, "\r\nContent-Disposition: attachment");
    if (name.size) {
        xtr__puts(&w->out, "; filename=");
        put_quoted(&w->out, name);
    }
    xtr__puts(&w->out, "\r\nContent-Transfer-Encoding: binary\r\n\r\n");
    xtr__put_slice(&w->out, data);
    settle(w);
}

void xtr__mapi_attach_message(xtr__mapi_writer *w) {
    put_boundary(w, "");
    xtr__puts(&w->out, "Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n");
}
