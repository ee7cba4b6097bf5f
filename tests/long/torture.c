/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* torture FILE...: extracts each document again and again, and each time another allocation of
 * MuPDF's is refused: once, or from there on. No crash, no leak, and never a result that looks
 * whole. The program is linked with --wrap=xtr__budget_resize. */
#include "slot.h"

enum { RUNS = 5000, FEW_RUNS = 60 };

void *__real_xtr__budget_resize(xtr__budget *budget, void *block, size_t size);
void *__wrap_xtr__budget_resize(xtr__budget *budget, void *block, size_t size);

static uint64_t seen;  /* allocations that may be refused */
static uint64_t first; /* the one that is refused; 0: none */
static bool all;       /* and all that follow */
static bool refused;

/* FreeType does not survive a refusal (extractors/pdf/memory.c), so there none comes. */
void *__wrap_xtr__budget_resize(xtr__budget *budget, void *block, size_t size) {
    bool counts = size > xtr__block_size(block) && budget->undeniable == 0;
    seen += counts;
    if (counts && first && (all ? seen >= first : seen == first)) {
        refused = true;
        budget->denied = true;
        return NULL;
    }
    return __real_xtr__budget_resize(budget, block, size);
}

typedef struct outcome {
    int code;
    bool partial;
    char message[sizeof(((xtr_error *)NULL)->message)];
} outcome;

static outcome extract(xtr_runtime *runtime, const char *path) {
    outcome out = {.message = ""};
    xtr_result *result;
    xtr_error error = {.message = ""};
    xtr_options *options = options_with("timeout", 0);
    xtr_options_set(options, "password", "open", NULL);
    xtr_options_set(options, "isolation", "thread", NULL); /* a scan would go to a worker */
    xtr_source *source = xtr_source_new_path(path);
    out.code = xtr_extract(&result, runtime, source, options, &error);
    out.partial = !out.code && xtr_result_is_partial(result);
    memcpy(out.message, error.message, sizeof out.message);
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return out;
}

static void try_one(xtr_runtime *runtime, const char *path, size_t idle, uint64_t n) {
    seen = 0;
    refused = false;
    first = n;
    outcome out = extract(runtime, path);
    (void)pdf_of(runtime); /* the slot is free */
    first = 0;
    size_t left = idle_bytes(runtime);
    CHECK(left == idle, "%s: allocation %llu%s: %zd bytes are left", path, (unsigned long long)n,
          all ? " and all after" : "", (ssize_t)(left - idle));
    CHECK(!refused || out.partial || out.code == XTR_E_MEMORY, "%s: allocation %llu%s: %s %s", path,
          (unsigned long long)n, all ? " and all after" : "",
          out.code ? xtr_error_describe(out.code)->name : "complete", out.message);
}

/* The state of a slot is made with the first document: each refusal has a runtime of its own. */
static uint64_t try_opening(const char *path) {
    uint64_t n = 0;
    do {
        xtr_runtime *runtime = open_runtime(1);
        seen = 0;
        refused = false;
        all = false;
        first = ++n;
        outcome out = extract(runtime, path);
        first = 0;
        CHECK(!refused || out.partial || out.code == XTR_E_MEMORY, "%s: allocation %llu: %d %s",
              path, (unsigned long long)n, out.code, out.message);
        xtr_runtime_drop(runtime);
    } while (refused && n < (is_long() ? 400 : 60));
    return n;
}

int main(int argc, char **argv) {
    const uint64_t runs = is_long() ? (SANITIZED ? RUNS / 5 : RUNS) : FEW_RUNS;
    uint64_t count = 0;
    CHECK(argc > 1, "usage: torture FILE...");
    count += try_opening(argv[1]);
    for (int i = 1; i < argc; i++) {
        xtr_runtime *runtime = open_runtime(1);
        extract(runtime, argv[i]);
        size_t idle = idle_bytes(runtime);
        seen = 0;
        outcome whole = extract(runtime, argv[i]);
        uint64_t allocations = seen, step = allocations / runs + 1;
        for (uint64_t n = 1; n <= allocations; n += step, count++) {
            all = !all;
            try_one(runtime, argv[i], idle, n);
        }
        outcome again = extract(runtime, argv[i]);
        CHECK(again.code == whole.code && again.partial == whole.partial, "%s: not as before: %s",
              argv[i], again.message);
        printf("%s: %llu allocations, each %llu. refused\n", argv[i],
               (unsigned long long)allocations, (unsigned long long)step);
        fflush(stdout);
        xtr_runtime_drop(runtime);
    }
    printf("%llu refusals\n", (unsigned long long)count);
    return 0;
}
