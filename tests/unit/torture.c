/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Memory that fails: each n-th allocation of ours in one extraction is refused, for n = 1, 2, 3 ...
 * until none is. No crash, no leak (under the address sanitizer), and either an error of memory or
 * a result. The linker sends our calls here (--wrap in tests/CMakeLists.txt); those of libraries go
 * on as ever. `./dev test --long` tries every n, else about a hundred of them. */
#include "libextract.h"
#include "test.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static atomic_long left; /* allocations until one fails; 0: none will */

static bool refused(void) {
    long before = atomic_load(&left);
    while (before > 0 && !atomic_compare_exchange_weak(&left, &before, before - 1))
        ;
    return before == 1;
}

#define WRAP(TYPE, NAME, PARAMETERS, ARGUMENTS)            \
    TYPE __real_##NAME PARAMETERS;                         \
    TYPE __wrap_##NAME PARAMETERS;                         \
    TYPE __wrap_##NAME PARAMETERS {                        \
        return refused() ? NULL : __real_##NAME ARGUMENTS; \
    }

WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, (void *block, size_t size), (block, size))
WRAP(char *, strdup, (const char *text), (text))

/* Of the extractor that is a model of one: tables and metadata, which PDF does not give yet. */
static const char example[] = "%template 1\n@title A title\n# Heading\ntext\ngoes on\n- item\n"
                              "| a | b |\n| c | d |\n";

/* "option=value", or NULL. */
static int extract_once(const char *name, unsigned threads, const char *with) {
    xtr_runtime *runtime;
    xtr_result *result = NULL;
    xtr_error error = {.code = XTR_OK};
    const xtr_runtime_config config = {.size = sizeof config, .threads = threads};
    xtr_source *source =
        name ? xtr_source_new_path(fixture(name)) : xtr_source_new_copy(example, strlen(example));
    xtr_options *options = xtr_options_new();
    int code = source && options ? xtr_runtime_new(&runtime, &config, &error) : XTR_E_MEMORY;
    if (!code && with) {
        char option[32];
        size_t size = strcspn(with, "=");
        snprintf(option, sizeof option, "%.*s", (int)size, with);
        code = xtr_options_set(options, option, with + size + 1, &error);
        if (code)
            xtr_runtime_drop(runtime);
    }
    if (!code) {
        code = xtr_extract(&result, runtime, source, options, &error);
        xtr_runtime_drop(runtime);
    }
    xtr_result_drop(result);
    xtr_options_drop(options);
    xtr_source_drop(source);
    return code;
}

/* Up to which allocation each one fails in turn, unless all do; then steps grow. */
enum { FINE = 60, COARSE = 12 /* a recogniser is made each time */ };

static void torture(const char *name, unsigned threads, const char *with, int steps) {
    bool all = is_long();
    bool failed = true;
    long count = 0;
    ck_assert_int_eq(extract_once(name, threads, with), XTR_OK);
    for (long n = 1; failed; n += all || n < steps ? 1 : 1 + 3 * n / steps) {
        atomic_store(&left, n);
        int code = extract_once(name, threads, with);
        failed = atomic_exchange(&left, 0) == 0;
        ck_assert_msg(!code || code == XTR_E_MEMORY, "%s: allocation %ld: error %d",
                      name ? name : "memory", n, code);
        count++;
    }
    ck_assert_int_gt(count, 10);
}

TEST(torture, text) {
    torture("text/german.windows-1252.txt", 1, NULL, FINE);
}

TEST(torture, web) {
    torture("web/structure.html", 1, NULL, FINE);
}

TEST(torture, workbook) {
    torture("xls/simple.xls", 1, NULL, FINE);
}

TEST(torture, encrypted_package) {
    torture("encrypted/velvet.bin", 1, NULL, FINE);
}

TEST(torture, article) {
    torture("web/article.html", 1, "content=main", FINE);
}

#ifdef XTR_WITH_MUPDF
TEST(torture, pdf_alone) {
    torture("pdf/long.pdf", 1, NULL, FINE);
}

TEST(torture, pdf_shared) {
    torture("pdf/long.pdf", 2, NULL, FINE);
}

TEST(torture, pdf_with_its_layout) {
    torture("pdf/columns.pdf", 1, "layout=preserve", FINE);
}

TEST(torture, pdf_with_tables) {
    torture("pdf/showcase.pdf", 1, NULL, FINE);
}

TEST(torture, scan) {
    torture("scan/kind-bits.png", 1, "isolation=thread", COARSE);
}

TEST(torture, scanned_pdf) {
    torture("scan/scan.pdf", 1, "isolation=thread", COARSE);
}
#endif

TEST(torture, template) {
    torture(NULL, 1, NULL, FINE);
}

TEST(torture, html) {
    torture(NULL, 1, "format=html", FINE);
}
