/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/buffer.h"

#include <stdlib.h>
#include <string.h>

enum { PASS_FROM = 64 << 10 };

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

static void hand_over(xtr__buffer *b, const char *text, size_t size) {
    if (b->failed || !size)
        return;
    b->code = b->write(b->payload, text, size);
    b->failed = b->code != 0;
}

void xtr__pass(xtr__buffer *b) {
    if (!b->write || b->size < PASS_FROM)
        return;
    hand_over(b, b->data, b->size - 1);
    b->data[0] = b->data[b->size - 1];
    b->size = 1;
}

void xtr__put_through(xtr__buffer *b, const char *text, size_t size) {
    if (!b->write || size < PASS_FROM) {
        xtr__put(b, text, size);
        xtr__pass(b);
        return;
    }
    hand_over(b, b->data, b->size);
    hand_over(b, text, size - 1);
    b->size = 0;
    xtr__putc(b, text[size - 1]);
}

bool xtr__buffer_end(xtr__buffer *b) {
    hand_over(b, b->data, b->size);
    free(b->data);
    b->data = NULL;
    b->size = b->capacity = 0;
    return !b->failed;
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
