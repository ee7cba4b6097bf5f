/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "print.h"

#include <inttypes.h>
#include <string.h>

int visit_string(const xtr_visitor *visitor, void *payload, const char *key, const char *text) {
    if (!text)
        return 0;
    int code = visitor->key(payload, key);
    return code ? code : visitor->string(payload, text, strlen(text));
}

/* Opens an object or array one deeper; fails when that is deeper than this program ever prints. */
static int open_level(printer *p, bool array) {
    if (p->depth == PRINT_DEPTH)
        return XTR_E_LIMIT;
    p->array[p->depth] = array;
    p->filled[p->depth++] = false;
    p->after_key = false;
    return 0;
}

static bool in_array(const printer *p) {
    return p->depth && p->array[p->depth - 1];
}

/* Whether something stands in the innermost object or array; from now on, it does. */
static bool fill(printer *p) {
    if (!p->depth)
        return false;
    bool before = p->filled[p->depth - 1];
    p->filled[p->depth - 1] = true;
    return before;
}

/* JSON --------------------------------------------------------------------------------------- */

/* The length of the well-formed UTF-8 sequence at `text` (RFC 3629, section 4), or 0. */
static size_t sequence(const unsigned char *text, size_t size) {
    unsigned char lead = text[0];
    size_t length = lead < 0x80                   ? 1
                    : lead >= 0xC2 && lead < 0xE0 ? 2
                    : lead >= 0xE0 && lead < 0xF0 ? 3
                    : lead >= 0xF0 && lead < 0xF5 ? 4
                                                  : 0;
    if (!length || length > size)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    }
    if ((lead == 0xE0 && text[1] < 0xA0) || (lead == 0xED && text[1] > 0x9F) ||
        (lead == 0xF0 && text[1] < 0x90) || (lead == 0xF4 && text[1] > 0x8F))
        return 0;
    return length;
}

static void json_text(printer *p, const char *text, size_t size) {
    const unsigned char *c = (const unsigned char *)text, *end = c + size;
    output_string(p->out, "\"");
    while (c < end) {
        size_t length = sequence(c, (size_t)(end - c));
        char escape[8];
        if (!length)
            output_string(p->out, "\xEF\xBF\xBD");
        else if (*c == '"' || *c == '\\')
            output_write(p->out, (char[]){'\\', (char)*c}, 2);
        else if (*c < 0x20) {
            snprintf(escape, sizeof escape, "\\u%04x", *c);
            output_string(p->out, escape);
        } else
            output_write(p->out, c, length);
        c += length ? length : 1;
    }
    output_string(p->out, "\"");
}

/* What stands between this value and the one before it. */
static void json_before(printer *p) {
    if (p->after_key)
        p->after_key = false;
    else if (fill(p))
        output_string(p->out, ",");
}

static int json_object(void *payload, const char *type) {
    (void)type;
    json_before(payload);
    output_string(((printer *)payload)->out, "{");
    return open_level(payload, false);
}

static int json_array(void *payload, size_t count) {
    (void)count;
    json_before(payload);
    output_string(((printer *)payload)->out, "[");
    return open_level(payload, true);
}

static int json_end(void *payload) {
    printer *p = payload;
    p->depth--;
    output_string(p->out, p->array[p->depth] ? "]" : "}");
    return 0;
}

static int json_key(void *payload, const char *name) {
    printer *p = payload;
    json_before(p);
    json_text(p, name, strlen(name));
    output_string(p->out, ":");
    p->after_key = true;
    return 0;
}

static int json_string(void *payload, const char *text, size_t size) {
    json_before(payload);
    json_text(payload, text, size);
    return 0;
}

static int json_plain(printer *p, const char *text) {
    json_before(p);
    output_string(p->out, text);
    return 0;
}

static int json_integer(void *payload, int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, value);
    return json_plain(payload, text);
}

static int json_number(void *payload, double value) {
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    return json_plain(payload, text);
}

static int json_boolean(void *payload, bool value) {
    return json_plain(payload, value ? "true" : "false");
}

static int json_bytes(void *payload, const void *data, size_t size) {
    (void)data;
    return json_integer(payload, (int64_t)size);
}

static int json_null(void *payload) {
    return json_plain(payload, "null");
}

const xtr_visitor print_json = {json_object,  json_array,  json_end,     json_key,   json_string,
                                json_integer, json_number, json_boolean, json_bytes, json_null};

/* Lines -------------------------------------------------------------------------------------- */

static void indent(printer *p) {
    for (int i = 1; i < p->depth; i++)
        output_string(p->out, "  ");
}

static int lines_object(void *payload, const char *type) {
    printer *p = payload;
    (void)type;
    if (p->after_key)
        output_string(p->out, "\n");
    return open_level(p, false);
}

static int lines_array(void *payload, size_t count) {
    printer *p = payload;
    if (p->after_key && !count)
        output_string(p->out, " none");
    return open_level(p, true);
}

static int lines_end(void *payload) {
    printer *p = payload;
    if (p->array[--p->depth])
        output_string(p->out, "\n");
    return 0;
}

static int lines_key(void *payload, const char *name) {
    printer *p = payload;
    indent(p);
    for (; *name; name++)
        output_write(p->out, *name == '_' ? " " : name, 1);
    output_string(p->out, ":");
    p->after_key = true;
    return 0;
}

/* A value ends its line; those of an array share one. */
static int lines_plain(printer *p, const char *text, size_t size) {
    bool more = in_array(p) && fill(p);
    output_string(p->out, more ? ", " : " ");
    output_write(p->out, text, size);
    if (!in_array(p))
        output_string(p->out, "\n");
    p->after_key = false;
    return 0;
}

static int lines_string(void *payload, const char *text, size_t size) {
    return lines_plain(payload, text, size);
}

static int lines_integer(void *payload, int64_t value) {
    char text[32];
    return lines_plain(payload, text, (size_t)snprintf(text, sizeof text, "%" PRId64, value));
}

static int lines_number(void *payload, double value) {
    char text[32];
    return lines_plain(payload, text, (size_t)snprintf(text, sizeof text, "%.6g", value));
}

static int lines_boolean(void *payload, bool value) {
    return lines_plain(payload, value ? "yes" : "no", value ? 3 : 2);
}

static int lines_bytes(void *payload, const void *data, size_t size) {
    (void)data;
    return lines_integer(payload, (int64_t)size);
}

static int lines_null(void *payload) {
    return lines_plain(payload, "none", 4);
}

const xtr_visitor print_lines = {lines_object, lines_array,   lines_end,    lines_key,
                                 lines_string, lines_integer, lines_number, lines_boolean,
                                 lines_bytes,  lines_null};
