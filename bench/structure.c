/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* bench-structure FILE...: which share of the processor time of extracting all files to Markdown,
 * one after the other on one thread, goes into the sequential stage of PDFs: marking what lines are
 * by all pages, and writing them. The linker puts the functions here around those of the same name.
 */
#include "layout/layout.h"

#include <stdio.h>
#include <time.h>

static double finishing; /* by one thread at a time */

static double seconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void __real_xtr__mark_pages(xtr__survey *out, xtr__page_layout *pages, size_t count,
                            xtr__scratch *scratch);
void __wrap_xtr__mark_pages(xtr__survey *out, xtr__page_layout *pages, size_t count,
                            xtr__scratch *scratch);
void __real_xtr__write_page(xtr_builder *builder, const xtr__page_layout *page,
                            const xtr__survey *survey, xtr__scratch *scratch, xtr__open_end *end);
void __wrap_xtr__write_page(xtr_builder *builder, const xtr__page_layout *page,
                            const xtr__survey *survey, xtr__scratch *scratch, xtr__open_end *end);

void __wrap_xtr__mark_pages(xtr__survey *out, xtr__page_layout *pages, size_t count,
                            xtr__scratch *scratch) {
    double start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    __real_xtr__mark_pages(out, pages, count, scratch);
    finishing += seconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
}

void __wrap_xtr__write_page(xtr_builder *builder, const xtr__page_layout *page,
                            const xtr__survey *survey, xtr__scratch *scratch, xtr__open_end *end) {
    double start = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    __real_xtr__write_page(builder, page, survey, scratch, end);
    finishing += seconds_of(CLOCK_THREAD_CPUTIME_ID) - start;
}

static void extract(xtr_runtime *runtime, const xtr_options *options, const char *file) {
    xtr_source *source = xtr_source_new_path(file);
    xtr_result *result = NULL;
    if (source != NULL)
        xtr_extract(&result, runtime, source, options, NULL);
    xtr_result_drop(result);
    xtr_source_drop(source);
}

int main(int argc, char **argv) {
    const xtr_runtime_config config = {.size = sizeof config, .threads = 1};
    xtr_runtime *runtime;
    xtr_options *options = xtr_options_new();
    if (options == NULL || xtr_options_set(options, "format", "markdown", NULL) ||
        xtr_options_set(options, "ocr", "off", NULL) ||
        xtr_options_set(options, "isolation", "thread", NULL) ||
        xtr_runtime_new(&runtime, &config, NULL))
        return 1;
    double start = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 1; i < argc; i++)
        extract(runtime, options, argv[i]);
    double all = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start;
    xtr_runtime_drop(runtime);
    xtr_options_drop(options);
    fprintf(stderr, "%d files: %.3f s, finishing %.3f s\n", argc - 1, all, finishing);
    printf("%.6f\n", finishing / all);
    return 0;
}
