/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JSON (RFC 8259) by the visitor, written by yajl. */
#include "render/json.h"

#include <stdio.h>
#include <string.h>
#include <yajl/yajl_gen.h>

void xtr__format_number(char out[32], double value) {
    const double most = 9007199254740992.0;
    if (!(value > -most))
        value = value < 0 ? -most : 0; /* not a number counts as 0 */
    if (value > most)
        value = most;
    bool negative = value < 0;
    double size = negative ? -value : value;
    unsigned long long whole = (unsigned long long)size;
    unsigned thousandths = (unsigned)((size - (double)whole) * 1000 + 0.5);
    if (thousandths == 1000) {
        whole++;
        thousandths = 0;
    }
    int length = snprintf(out, 32, "%s%llu.%03u", negative && (whole || thousandths) ? "-" : "",
                          whole, thousandths);
    while (out[length - 1] == '0')
        length--;
    if (out[length - 1] == '.')
        length--;
    out[length] = '\0';
}

/* yajl's own kind of failure beside ours: any but "ok" stops the visit. */
static int check(yajl_gen_status status) {
    return status != yajl_gen_status_ok;
}

enum { DEPTH = 64 };

typedef struct writer {
    yajl_gen gen;
    bool is_array[DEPTH]; /* what is open, to close it rightly */
    unsigned depth;
} writer;

static int begin(writer *w, bool array) {
    if (w->depth == DEPTH)
        return 1;
    w->is_array[w->depth++] = array;
    return check(array ? yajl_gen_array_open(w->gen) : yajl_gen_map_open(w->gen));
}

static int begin_object(void *payload, const char *type) {
    (void)type;
    return begin(payload, false);
}

static int begin_array(void *payload, size_t count) {
    (void)count;
    return begin(payload, true);
}

static int end(void *payload) {
    writer *w = payload;
    return check(w->is_array[--w->depth] ? yajl_gen_array_close(w->gen)
                                         : yajl_gen_map_close(w->gen));
}

static int string(void *payload, const char *text, size_t size) {
    writer *w = payload;
    return check(yajl_gen_string(w->gen, (const unsigned char *)text, size));
}

static int key(void *payload, const char *name) {
    return string(payload, name, strlen(name));
}

static int integer(void *payload, int64_t value) {
    writer *w = payload;
    return check(yajl_gen_integer(w->gen, value));
}

static int number(void *payload, double value) {
    writer *w = payload;
    char text[32];
    xtr__format_number(text, value);
    return check(yajl_gen_number(w->gen, text, strlen(text)));
}

static int boolean(void *payload, bool value) {
    writer *w = payload;
    return check(yajl_gen_bool(w->gen, value));
}

static int null(void *payload) {
    writer *w = payload;
    return check(yajl_gen_null(w->gen));
}

/* Base64 (RFC 4648, section 4), the usual form of bytes in JSON. */
static int bytes(void *payload, const void *data, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = data;
    xtr__buffer text = {.data = NULL};
    for (size_t i = 0; i < size; i += 3) {
        unsigned long group = (unsigned long)in[i] << 16;
        group |= i + 1 < size ? (unsigned long)in[i + 1] << 8 : 0;
        group |= i + 2 < size ? in[i + 2] : 0;
        char four[4] = {digits[group >> 18], digits[group >> 12 & 63],
                        i + 1 < size ? digits[group >> 6 & 63] : '=',
                        i + 2 < size ? digits[group & 63] : '='};
        xtr__put(&text, four, 4);
    }
    size_t length;
    char *encoded = xtr__buffer_take(&text, &length);
    int failed = !encoded || string(payload, encoded, length);
    xtr_free(encoded);
    return failed;
}

static void print(void *payload, const char *text, size_t size) {
    xtr__put(payload, text, size);
}

bool xtr__write_json(xtr__buffer *out,
                     int (*visit)(const void *what, const xtr_visitor *visitor, void *payload),
                     const void *what) {
    static const xtr_visitor visitor = {begin_object, begin_array, end,     key,   string,
                                        integer,      number,      boolean, bytes, null};
    writer w = {.gen = yajl_gen_alloc(NULL)};
    if (!w.gen)
        return false;
    yajl_gen_config(w.gen, yajl_gen_print_callback, print, out);
    int failed = visit(what, &visitor, &w);
    yajl_gen_free(w.gen);
    xtr__putc(out, '\n');
    return !failed && !out->failed;
}

static int visit_result(const void *result, const xtr_visitor *visitor, void *payload) {
    return xtr_result_visit(result, visitor, payload);
}

bool xtr__render_json(xtr__buffer *out, const xtr_result *result) {
    return xtr__write_json(out, visit_result, result);
}
