/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the proofs of this folder share. Each is a program that prints what it measured and exits
 * with 0 when that is as it should be. A short form always runs; XTR_TEST_LONG asks for all. */
#ifndef XTR_LONG_H
#define XTR_LONG_H

#include "libextract.h"
#include "runtime/runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

#define CHECK(condition, ...)                                               \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                   \
            fputc('\n', stderr);                                            \
            exit(1);                                                        \
        }                                                                   \
    } while (0)

static inline bool is_long(void) {
    const char *wanted = getenv("XTR_TEST_LONG");
    return wanted && wanted[0] != '\0';
}

/** A runtime with threads of its own. */
static inline xtr_runtime *open_runtime(unsigned threads) {
    xtr_runtime *runtime;
    xtr_error error;
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    CHECK(!xtr_runtime_new(&runtime, &config, &error), "%s", error.message);
    return runtime;
}

/** New options from a name and a number; more may be set. */
static inline xtr_options *options_with(const char *name, int64_t value) {
    xtr_options *options = xtr_options_new();
    CHECK(options && !xtr_options_set_integer(options, name, value, NULL), "%s", name);
    return options;
}

/** Numbers that look random (splitmix64), the same for the same seed. */
static inline uint64_t next_random(uint64_t *seed) {
    uint64_t z = *seed += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

static inline int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

#endif
