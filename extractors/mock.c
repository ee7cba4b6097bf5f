/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Mock documents: extractors whose behaviour the tests choose. The type says what happens
 * (mock:sleep), the content is a number that says how much. Built with XTR_WITH_MOCKS only. */
#include "libextract/extractor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const mime_types[] = {"mock:empty", "mock:sleep", "mock:spin",  "mock:hang",
                                         "mock:pages", "mock:huge",  "mock:share", "mock:oom",
                                         "mock:crash", "mock:late",  "mock:quit",  "mock:gorge",
                                         "mock:needs", "mock:open",  "mock:scan",  NULL};

static uint64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void nap(long ms) {
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* Waits for `amount` ms: asleep or busy, until it is told to stop or, hanging, not even then. */
static void wait_for(xtr_job *job, const char *how, uint64_t amount) {
    uint64_t end = now_us() + amount * 1000;
    bool hang = !strcmp(how, "hang");
    while (now_us() < end && (hang || !xtr_job_should_stop(job))) {
        if (strcmp(how, "spin") != 0)
            nap(1);
    }
}

static void paragraph(xtr_builder *b, const char *text) {
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_text(b, text, strlen(text));
    xtr_element_end(b);
}

static void write_pages(xtr_job *job, uint64_t pages) {
    xtr_builder *b = xtr_job_builder(job);
    for (uint32_t i = 0; i < pages && !xtr_job_should_stop(job); i++) {
        xtr_page_begin(b, 0,
                       &(xtr_page_info){.width = 612, .height = 792, .read_by = XTR_READ_TEXT});
        paragraph(b, "page");
        xtr_page_end(b);
        nap(1);
        xtr_job_set_progress(job, i + 1, (uint32_t)pages);
    }
}

/* A part of a shared document takes a millisecond and gives one letter. */
static void work_on_parts(xtr_job *job, xtr_share *share, void *payload) {
    char *letters = payload;
    uint32_t first, last;
    while (xtr_share_next(share, &first, &last)) {
        for (uint32_t i = first; i < last && !xtr_job_should_stop(job); i++) {
            nap(1);
            letters[i] = (char)('a' + i % 26);
            xtr_job_set_progress(job, i + 1, last);
        }
    }
}

static void write_shared(xtr_job *job, uint64_t parts) {
    char *letters = calloc(parts + 1, 1);
    if (!letters)
        return;
    xtr_job_share(job, (uint32_t)parts, 4, work_on_parts, letters);
    paragraph(xtr_job_builder(job), letters);
    free(letters);
}

/* Takes memory, a megabyte at a time, until it is refused or has `megabytes`. */
static int take_memory(xtr_job *job, uint64_t megabytes) {
    const int64_t piece = 1 << 20;
    int64_t taken = 0;
    while (taken < (int64_t)megabytes * piece && xtr_job_charge(job, piece))
        taken += piece;
    xtr_job_charge(job, -taken);
    return taken < (int64_t)megabytes * piece
               ? xtr_job_fail(job, XTR_E_MEMORY, "needs more memory than it may take")
               : XTR_OK;
}

static bool opens(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Takes memory without asking until there is none. */
static int gorge(xtr_job *job) {
    const size_t piece = (size_t)1 << 20;
    void **last = NULL, **next;
    while (!xtr_job_should_stop(job) && (next = malloc(piece))) {
        memset(next, 1, piece);
        *next = last;
        last = next;
    }
    for (; last; last = next) {
        next = *last;
        free(last);
    }
    return xtr_job_fail(job, XTR_E_MEMORY, "took all memory there is");
}

static void write_huge(xtr_job *job, uint64_t megabytes) {
    enum { PIECE = 1 << 20 };
    char *piece = malloc(PIECE);
    if (!piece)
        return;
    memset(piece, 'x', PIECE);
    xtr_element_begin(xtr_job_builder(job), &(xtr_element_info){.type = XTR_VERBATIM});
    for (uint64_t i = 0; i < megabytes && !xtr_job_should_stop(job); i++)
        xtr_text(xtr_job_builder(job), piece, PIECE);
    xtr_element_end(xtr_job_builder(job));
    free(piece);
}

static int act(xtr_job *job, const char *how, const char *digits) {
    uint64_t amount = strtoull(digits, NULL, 10);
    if (!strcmp(how, "crash"))
        abort();
    if (!strcmp(how, "quit"))
        exit((int)amount);
    if (!strcmp(how, "gorge"))
        return gorge(job);
    if (!strcmp(how, "open") && !opens("/etc/passwd"))
        return xtr_job_fail(job, XTR_E_PERMISSION, "cannot open files");
    if (!strcmp(how, "needs") && !xtr_job_needs(job, digits))
        return xtr_job_fail(job, XTR_E_MISSING_LANGUAGE, "no data for %s", digits);
    if (!strcmp(how, "oom") && take_memory(job, amount))
        return XTR_E_MEMORY;
    else if (!strcmp(how, "pages") || !strcmp(how, "late") || !strcmp(how, "scan"))
        write_pages(job, amount);
    if (!strcmp(how, "scan") && xtr_job_needs(job, "eng"))
        write_pages(job, amount);
    if (!strcmp(how, "huge"))
        write_huge(job, amount);
    else if (!strcmp(how, "share"))
        write_shared(job, amount);
    else if (!strcmp(how, "sleep") || !strcmp(how, "spin") || !strcmp(how, "hang"))
        wait_for(job, how, amount);
    if (!strcmp(how, "late")) {
        nap(200); /* what is finished is on its way: pages not yet sent go with the crash */
        abort();
    }
    return XTR_OK;
}

static int run(xtr_job *job) {
    char digits[24] = "";
    const char *how = strchr(xtr_job_mime_type(job), ':') + 1;
    if (xtr_input_read(xtr_job_input(job), 0, digits, sizeof digits - 1) < 0)
        return xtr_job_fail(job, XTR_E_IO, "cannot be read");
    xtr_job_set_progress(job, 0, 1); /* so that a test can see it run */
    int code = strcmp(how, "empty") != 0 ? act(job, how, digits) : XTR_OK;
    if (!code)
        paragraph(xtr_job_builder(job), how);
    return code;
}

const xtr_extractor xtr_extractor_mock = {
    .name = "mock",
    .title = "Mock documents for tests",
    .mime_types = mime_types,
    .run = run,
};
