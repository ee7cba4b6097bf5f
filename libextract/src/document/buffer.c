/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/buffer.h"

#include <stdlib.h>
#include <string.h>

/* Room for `more` bytes and a NUL. */
static bool reserve(xtr__buffer *b, size_t more) {
    if (b->failed)
        return false;
    if (more < b->capacity - b->size)
        return true;
    size_t capacity = b->capacity ? b->capacity * 2 : 512;
    if (capacity < b->size + more + 1)
        capacity = b->size + more + 1;
    char *data = realloc(b->data, capacity);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

void xtr__expect(xtr__buffer *b, size_t size) {
    if (b->capacity || !(b->data = malloc(size + 1)))
        return; /* it grows as it must */
    b->capacity = size + 1;
}

void xtr__put(xtr__buffer *b, const char *text, size_t size) {
    if (!size || !reserve(b, size))
        return;
    memcpy(b->data + b->size, text, size);
    b->size += size;
}

void xtr__puts(xtr__buffer *b, const char *text) {
    xtr__put(b, text, strlen(text));
}

void xtr__putc(xtr__buffer *b, char character) {
    xtr__put(b, &character, 1);
}

void xtr__fill(xtr__buffer *b, char character, size_t count) {
    if (!count || !reserve(b, count))
        return;
    memset(b->data + b->size, character, count);
    b->size += count;
}

char *xtr__buffer_take(xtr__buffer *b, size_t *size) {
    if (!reserve(b, 0)) {
        free(b->data);
        *b = (xtr__buffer){.data = NULL};
        return NULL;
    }
    char *data = b->data;
    data[b->size] = '\0';
    if (size)
        *size = b->size;
    *b = (xtr__buffer){.data = NULL};
    return data;
}
