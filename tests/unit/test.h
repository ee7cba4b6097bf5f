/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Unit tests on libcheck: a test is a TEST(suite, name) { ... } in any file of this folder, found
 * by itself, run in a forked process with a time limit (30 s, or CK_DEFAULT_TIMEOUT), named
 * suite::name on the command line. Compare by ck_assert_*, which prints both values. */
#ifndef XTR_TEST_H
#define XTR_TEST_H

#include <check.h>
#include <stdbool.h>

typedef struct test_entry {
    const char *suite;
    const TTest *test;
    struct test_entry *next;
} test_entry;

void test_register(test_entry *entry);

#define TEST(suite_name, test_name)                                                      \
    static void suite_name##_##test_name##_fn(int);                                      \
    static const TTest suite_name##_##test_name = {                                      \
        #suite_name "::" #test_name, suite_name##_##test_name##_fn, __FILE__, __LINE__}; \
    __attribute__((constructor)) static void suite_name##_##test_name##_add(void) {      \
        static test_entry entry = {#suite_name, &suite_name##_##test_name, NULL};        \
        test_register(&entry);                                                           \
    }                                                                                    \
    static void suite_name##_##test_name##_fn(int _i CK_ATTRIBUTE_UNUSED)

/** Whether `./dev test --long` asks for all there is, however long it takes. */
bool is_long(void);

/** Absolute path of a file in fixtures/. Static buffer, for one use. */
const char *fixture(const char *name);

#endif
