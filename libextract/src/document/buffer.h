/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_BUFFER_H
#define XTR_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/** Text that grows. Once memory is gone it stays as it is and `failed` is set. All zero is empty:
 *  `data` is NULL until something was put. */
typedef struct xtr__buffer {
    char *data;
    size_t size, capacity;
    bool failed;
    /* Where text goes that is not kept, at xtr__pass; NULL: it is kept. Failed once it is not 0. */
    int (*write)(void *payload, const void *data, size_t size);
    void *payload;
    int code; /* that it returned */
} xtr__buffer;

/** Makes room for `size` bytes at once. */
void xtr__expect(xtr__buffer *buffer, size_t size);
void xtr__put(xtr__buffer *buffer, const char *text, size_t size);
void xtr__puts(xtr__buffer *buffer, const char *text);
void xtr__putc(xtr__buffer *buffer, char character);

/** The same character `count` times. */
void xtr__fill(xtr__buffer *buffer, char character, size_t count);

/** Hands over what has come together, if that is much and there is somebody to take it. Between
 * parts of a text, where nobody looks back further than its last byte. */
void xtr__pass(xtr__buffer *buffer);

/** xtr__put and xtr__pass: a long text is handed over as it is. */
void xtr__put_through(xtr__buffer *buffer, const char *text, size_t size);

/** Hands over the rest. Whether all was written. */
bool xtr__buffer_end(xtr__buffer *buffer);

/** Takes the text out, NUL-terminated, yours to free; NULL when memory was gone. */
char *xtr__buffer_take(xtr__buffer *buffer, size_t *size);

#endif
