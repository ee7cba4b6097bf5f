/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* unit [PREFIX...]: runs the tests whose suite::name starts with a prefix; all without one. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
/* Else the search for leaks may take foreign memory for variables of threads, and crash, once a
 * module was loaded. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "intercept_tls_get_addr=0";
}
#endif

static test_entry *entries;

void test_register(test_entry *entry) {
    entry->next = entries;
    entries = entry;
}

bool is_long(void) {
    const char *wanted = getenv("XTR_TEST_LONG");
    return wanted && wanted[0] != '\0';
}

const char *fixture(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", XTR_FIXTURES, name);
    return path;
}

static bool chosen(const test_entry *entry, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (!strncmp(entry->test->name, argv[i], strlen(argv[i])))
            return true;
    }
    return argc == 1;
}

int main(int argc, char **argv) {
    Suite *suite = suite_create("unit");
    int count = 0;
    for (test_entry *entry = entries; entry; entry = entry->next) {
        if (!chosen(entry, argc, argv))
            continue;
        TCase *group = tcase_create(entry->test->name);
        if (!getenv("CK_DEFAULT_TIMEOUT"))
            tcase_set_timeout(group, is_long() ? 900 : 30);
        tcase_add_test(group, entry->test);
        suite_add_tcase(suite, group);
        count++;
    }
    if (!count) {
        fprintf(stderr, "unit: no test has such a name\n");
        return 2;
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
