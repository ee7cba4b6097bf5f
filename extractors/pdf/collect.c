/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All pages of a document: each a pure function of the page, so other slots may help. A helper
 * opens the document anew from the same bytes; what it makes of a page is handed to the owner with
 * its memory.
 *
 * Results are those of one slot alone. What could differ is a damaged document: MuPDF complains of
 * an object where it meets it first, and pages read after a repair may look different from the same
 * pages read before. A document of which anything is complained is read again by one slot; so is
 * one for which memory was short, which helpers take some of, and which leaves gaps between pages.
 */
#include "pdf.h"

#include <string.h>

enum {
    /* After so many pages in a row that cannot be read the page count is a lie. */
    MOST_BAD_PAGES = 20,
    /* Pages that are shared at once: what a lie costs, and how far memory runs ahead of the rule.
     */
    ROUND = 512,
    /* Fewer pages than this are not worth a second opening of the document (bench/runtime.py). */
    LEAST_SHARED = 16,
    GRAIN = 4,
    /* Pages of a stream that are recognised together, and those that wait for them. */
    MOST_AHEAD = 4,
    MOST_WAITING = 16
};

typedef struct collection {
    xtr__pdf *owner;
    xtr__pdf_page *pages;  /* of this round */
    const uint32_t *index; /* of each, from 0 */
    uint32_t total;
    atomic_uint done;       /* of all rounds: those to be recognised are not done yet */
    xtr__handover handover; /* pages that helpers made */
    atomic_bool damaged;    /* something was complained of */
    atomic_bool denied;     /* a helper's memory */
    atomic_bool helped;     /* by anybody */
} collection;

static void collect_range(xtr__pdf *pdf, collection *all, uint32_t first, uint32_t last) {
    for (uint32_t i = first; i < last && !xtr__pdf_should_stop(pdf); i++) {
        xtr__pdf_page *page = &all->pages[i];
        xtr__pdf_collect(pdf, all->index[i], page);
        page->layout.number = all->index[i] + 1;
        if (page->complaint[0] != '\0' || page->trouble != 0)
            atomic_store(&all->damaged, true);
        if (pdf != all->owner)
            xtr__budget_give(&pdf->budget, xtr__pdf_page_size(page), &all->handover);
        if (page->route == XTR__ROUTE_TEXT)
            xtr_job_set_progress(pdf->job, atomic_fetch_add(&all->done, 1) + 1, all->total);
    }
}

static void work(xtr_job *job, xtr_share *share, void *payload) {
    collection *all = payload;
    xtr__pdf *pdf = xtr_job_state(job);
    uint32_t first, last;
    if (pdf != all->owner)
        atomic_store(&all->helped, true);
    if (pdf != all->owner && !xtr__pdf_begin_helping(pdf, job))
        return;
    while (xtr_share_next(share, &first, &last))
        collect_range(pdf, all, first, last);
    if (pdf != all->owner && pdf->budget.denied)
        atomic_store(&all->denied, true);
    if (pdf != all->owner)
        xtr__pdf_end(pdf);
}

/* How many pages were asked for, and `max_pages` allows; the rest is said to be missing. */
static uint32_t count_asked(xtr__pdf *pdf) {
    const xtr_options *options = xtr_job_options(pdf->job);
    uint64_t most = options->max_pages > 0 ? (uint64_t)options->max_pages : UINT32_MAX;
    uint32_t asked = 0;
    for (uint32_t i = 0; i < pdf->page_count && asked <= most; i++)
        asked += xtr_pages_include(&options->pages, i + 1);
    if (asked <= most)
        return asked;
    xtr_partial(xtr_job_builder(pdf->job), XTR_E_LIMIT, 0,
                "has more than %llu pages: only so many were read (max_pages)",
                (unsigned long long)most);
    return (uint32_t)most;
}

/* The next pages that were asked for: how many, their indices, and where to go on. */
static uint32_t next_round(const xtr__pdf *pdf, uint32_t *at, uint32_t left, uint32_t *index) {
    const xtr_page_ranges *ranges = &xtr_job_options(pdf->job)->pages;
    uint32_t count = 0;
    for (; *at < pdf->page_count && count < ROUND && count < left; ++*at) {
        if (xtr_pages_include(ranges, *at + 1))
            index[count++] = *at;
    }
    return count;
}

/* Whether too many pages in a row were bad; those behind them are then forgotten. */
static bool is_lie(xtr__pdf *pdf, uint32_t *bad, size_t first) {
    for (size_t i = first; i < pdf->pages.count; i++) {
        const xtr__pdf_page *page = &pdf->pages.items[i];
        *bad = page->trouble != 0 && page->layout.lines.count == 0 ? *bad + 1 : 0;
        if (*bad < MOST_BAD_PAGES)
            continue;
        xtr_partial(xtr_job_builder(pdf->job), XTR_E_CORRUPT, page->layout.number,
                    "gave up after %d pages in a row that cannot be read", MOST_BAD_PAGES);
        while (pdf->pages.count > i + 1)
            xtr__pdf_drop_page(pdf, &pdf->pages.items[--pdf->pages.count]);
        return true;
    }
    return false;
}

/* Collects a round into the document's pages. False when it cannot go on. */
static bool collect_round(xtr__pdf *pdf, collection *all, uint32_t count, bool shared) {
    size_t before = pdf->pages.count;
    if (!xtr__reserve(&pdf->budget, &pdf->pages.items, &pdf->pages.capacity, before + count,
                      sizeof *pdf->pages.items))
        return false;
    all->pages = pdf->pages.items + before;
    memset(all->pages, 0, count * sizeof *all->pages);
    xtr_job_share(pdf->job, count, shared ? GRAIN : count, work, all);
    xtr__budget_take(&pdf->budget, &all->handover);
    /* A page nobody came to, because the job stops or memory is gone, has no number. */
    while (count > 0 && all->pages[count - 1].layout.number == 0)
        count--;
    pdf->pages.count = before + count;
    return !xtr__pdf_should_stop(pdf);
}

static void forget_pages(xtr__pdf *pdf) {
    while (pdf->pages.count > 0)
        xtr__pdf_drop_page(pdf, &pdf->pages.items[--pdf->pages.count]);
}

/* Reads all pages, alone or with help. False when damage, or memory, made the help worthless. */
static bool collect_all(xtr__pdf *pdf, uint32_t total, bool shared) {
    uint32_t index[ROUND];
    uint32_t at = 0, bad = 0, count;
    collection all = {.owner = pdf, .index = index, .total = total};
    while ((count = next_round(pdf, &at, total - (uint32_t)pdf->pages.count, index)) > 0) {
        size_t first = pdf->pages.count;
        bool on = collect_round(pdf, &all, count, shared);
        /* Without help it is what one slot alone reads; and what stopped the job looks like damage.
         */
        bool worthless =
            atomic_load(&all.helped) &&
            (atomic_load(&all.damaged) || atomic_load(&all.denied) || pdf->budget.denied);
        if (worthless && !xtr_job_should_stop(pdf->job))
            return false;
        if (is_lie(pdf, &bad, first) || !on)
            break;
    }
    return true;
}

/* Pages that need not be recognised. */
static uint32_t count_done(const xtr__pdf *pdf) {
    uint32_t done = 0;
    for (size_t i = 0; i < pdf->pages.count; i++)
        done += pdf->pages.items[i].route == XTR__ROUTE_TEXT;
    return done;
}

int xtr__pdf_collect_all(xtr__pdf *pdf) {
    uint32_t total = count_asked(pdf);
    xtr_job_set_progress(pdf->job, 0, total);
    int status = XTR_OK;
    if (!collect_all(pdf, total, total >= LEAST_SHARED)) {
        forget_pages(pdf);
        status = xtr__pdf_reopen(pdf);
        if (status == XTR_OK)
            collect_all(pdf, total, false);
    }
    if (status == XTR_OK)
        xtr__pdf_recognise_pages(pdf, count_done(pdf), total);
    return status;
}

/* Recognises the pages at hand, which are the last of `read`, and calls `write` with each alone. */
static int write_each(xtr__pdf *pdf, uint32_t read, uint32_t total, int (*write)(xtr__pdf *pdf)) {
    size_t count = pdf->pages.count;
    xtr__pdf_page *pages = pdf->pages.items;
    int status = count == 0 ? write(pdf) : XTR_OK;
    xtr__pdf_recognise_pages(pdf, read - (uint32_t)count + count_done(pdf), total);
    for (size_t i = 0; i < count && status == XTR_OK; i++) {
        pdf->pages.items = pages + i;
        pdf->pages.count = 1;
        status = write(pdf);
    }
    pdf->pages.items = pages;
    pdf->pages.count = count;
    forget_pages(pdf);
    return status;
}

/* Whether pages that must be recognised wait until there are more of them. */
static bool may_wait(const xtr__pdf *pdf) {
    size_t waiting = pdf->pages.count - count_done(pdf);
    return waiting > 0 && waiting < MOST_AHEAD && pdf->pages.count < MOST_WAITING;
}

int xtr__pdf_collect_one_by_one(xtr__pdf *pdf, int (*write)(xtr__pdf *pdf)) {
    uint32_t index[ROUND];
    uint32_t total = count_asked(pdf);
    uint32_t at = 0, bad = 0, count, read = 0;
    bool on = true;
    int status = XTR_OK;
    xtr_job_set_progress(pdf->job, 0, total);
    while (on && (count = next_round(pdf, &at, total - read, index)) > 0) {
        for (uint32_t i = 0; on && i < count; i++) {
            size_t before = pdf->pages.count;
            collection all = {.owner = pdf,
                              .index = &index[i],
                              .total = total,
                              .done = read - (uint32_t)before + count_done(pdf)};
            on = collect_round(pdf, &all, 1, false);
            read++;
            on = !is_lie(pdf, &bad, before) && on;
            if (on && read < total && may_wait(pdf))
                continue;
            status = write_each(pdf, read, total, write);
            on = on && status == XTR_OK;
        }
    }
    return status;
}
