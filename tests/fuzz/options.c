/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The options parser: each line of the input is a setting, "name=value" or "name#" and eight bytes
 * of a number. What was accepted is within its bounds, and copies are equal. */
#include "runtime/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void set_one(xtr_options *options, char *line, size_t size) {
    xtr_error error = {.message = ""};
    char *value = memchr(line, '=', size), *number = memchr(line, '#', size);
    int code;
    if (value) {
        *value++ = '\0';
        code = xtr_options_set(options, line, value, &error);
    } else if (number && line + size - number > 8) {
        int64_t n;
        memcpy(&n, number + 1, sizeof n);
        *number = '\0';
        code = xtr_options_set_integer(options, line, n, &error);
    } else {
        return;
    }
    if (code && (code == XTR_E_INTERNAL || !error.message[0] || strchr(error.message, '\n')))
        abort();
}

/* Numbers are within what the table allows. */
static void check(const xtr_options *o) {
#define NUMBER(name, min, max)              \
    if (o->name < (min) || o->name > (max)) \
        abort();
#define CHECK_BOOLEAN(name, min, max)
#define CHECK_INTEGER(name, min, max)  NUMBER(name, min, max)
#define CHECK_DURATION(name, min, max) NUMBER(name, min, max)
#define CHECK_SIZE(name, min, max)     NUMBER(name, min, max)
#define CHECK_CHOICE(name, min, max)   NUMBER(name, min, max)
#define CHECK_STRING(name, min, max)
#define CHECK_LIST(name, min, max)
#define CHECK_PAGES(name, min, max)                                                       \
    for (size_t i = 0; i < o->name.count; i++) {                                          \
        if (o->name.items[i].first < 1 || o->name.items[i].last < o->name.items[i].first) \
            abort();                                                                      \
    }
#define XTR_OPTION(name, TYPE, preset, min, max, choices, kreuzberg, doc) \
    CHECK_##TYPE(name, min, max)
#include "libextract/options.def"
#undef XTR_OPTION
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    xtr_options *options = xtr_options_new();
    char *text = malloc(size + 1);
    if (options && text) {
        memcpy(text, data, size);
        text[size] = '\0';
        for (size_t at = 0; at < size;) {
            char *end = memchr(text + at, '\n', size - at);
            size_t length = end ? (size_t)(end - text) - at : size - at;
            text[at + length] = '\0';
            set_one(options, text + at, length);
            at += length + 1;
        }
        check(options);
        const xtr_options *snapshot = xtr__options_snapshot(options);
        if (snapshot)
            check(snapshot);
        xtr__options_release(snapshot);
    }
    free(text);
    xtr_options_drop(options);
    return 0;
}
