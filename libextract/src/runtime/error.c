/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "runtime/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const xtr_error_info table[] = {
#define XTR_ERROR(NAME, number, kind, text) {number, #NAME, #kind, text},
#include "libextract/errors.def"
#undef XTR_ERROR
};

const char *xtr_version(void) {
    return XTR_VERSION;
}

void xtr_free(void *memory) {
    free(memory);
}

const xtr_error_info *xtr_error_table(size_t *count) {
    *count = sizeof table / sizeof table[0];
    return table;
}

const xtr_error_info *xtr_error_describe(int code) {
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].code == code)
            return &table[i];
    }
    return &table[0];
}

/* Cuts an incomplete character off the end and makes the message one line. */
static void tidy(char *message) {
    size_t size = strlen(message);
    size_t start = size;
    while (start > 0 && size - start < 3 && ((unsigned char)message[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)message[start - 1] >= 0xC0) {
        unsigned char lead = (unsigned char)message[start - 1];
        size_t need = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (size - start < need)
            message[start - 1] = '\0';
    }
    for (char *c = message; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = ' ';
    }
}

int xtr__error_v(xtr_error *error, int code, const char *format, va_list arguments) {
    if (!error)
        return code;
    error->code = code;
    error->os_error = 0;
    vsnprintf(error->message, sizeof error->message, format, arguments);
    tidy(error->message);
    return code;
}

int xtr__error(xtr_error *error, int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    xtr__error_v(error, code, format, arguments);
    va_end(arguments);
    return code;
}

static int code_of_errno(int os_error) {
    switch (os_error) {
    case ENOENT:
    case ENOTDIR:
        return XTR_E_NOT_FOUND;
    case EACCES:
    case EPERM:
        return XTR_E_PERMISSION;
    case EISDIR:
        return XTR_E_DIRECTORY;
    case ENOMEM:
        return XTR_E_MEMORY;
    default:
        return XTR_E_IO;
    }
}

int xtr__error_os(xtr_error *error, int os_error, const char *name) {
    char buffer[128];
    int code = code_of_errno(os_error);
    /* strerrorname_np and not strerror: the host's locale must not show. */
    const char *text = code == XTR_E_IO ? strerrordesc_np(os_error) : NULL;
    if (!text)
        text = xtr_error_describe(code)->text;
    snprintf(buffer, sizeof buffer, "%s", text);
    xtr__error(error, code, "%s: %s", name, buffer);
    if (error)
        error->os_error = os_error;
    return code;
}

int xtr__error_memory(xtr_error *error) {
    return xtr__error(error, XTR_E_MEMORY, "out of memory");
}
