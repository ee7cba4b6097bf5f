/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "container/story.h"

#include <stdlib.h>
#include <string.h>

enum { CHARGE_STEP = 256 << 10, LEAST = 64 };

/* Takes bytes from the job's account, or gives them back when negative, in large steps. */
static bool charge(xtr__story_store *store, int64_t bytes) {
    int64_t owed = store->taken + bytes - store->charged;
    bool step = owed >= CHARGE_STEP || owed <= -CHARGE_STEP;
    if (step && !xtr_job_charge(store->job, owed))
        return false;
    store->taken += bytes;
    store->charged = step ? store->taken : store->charged;
    return true;
}

bool xtr__story_grow(xtr__story_store *store, void **items, size_t *room, size_t need,
                     size_t item_size) {
    if (need <= *room)
        return true;
    size_t least = LEAST / item_size;
    size_t more = need < least ? least : need + need / 2;
    bool fits = !store->failed && more < INT64_MAX / item_size &&
                charge(store, (int64_t)((more - *room) * item_size));
    void *grown = fits ? realloc(*items, more * item_size) : NULL;
    if (!grown) {
        store->failed = true;
        return false;
    }
    *items = grown;
    *room = more;
    return true;
}

void xtr__story_release(xtr__story_store *store, void *items, size_t room, size_t item_size) {
    free(items);
    (void)charge(store, -(int64_t)(room * item_size));
}

/* A new run begins at the end when style or link differ from those of the last one. */
static bool set_run(xtr__story_store *store, xtr__story *t, unsigned styles, size_t url) {
    if (t->run_count) {
        xtr__story_run *last = &t->runs[t->run_count - 1];
        if (last->styles == styles && last->url == url)
            return true;
        if (last->at == t->size) {
            last->styles = styles;
            last->url = url;
            return true;
        }
    }
    if (!xtr__story_grow(store, (void **)&t->runs, &t->run_room, t->run_count + 1, sizeof *t->runs))
        return false;
    t->runs[t->run_count++] = (xtr__story_run){t->size, styles, url};
    return true;
}

void xtr__story_add(xtr__story_store *store, xtr__story *t, const char *more, size_t size,
                    unsigned styles, size_t url) {
    if (!size || !set_run(store, t, styles, url) ||
        !xtr__story_grow(store, (void **)&t->text, &t->room, t->size + size + 1, 1))
        return;
    memcpy(t->text + t->size, more, size);
    t->size += size;
}

/* The run that a place is in; run_count when there is none. */
static size_t run_at(const xtr__story *t, size_t at) {
    size_t low = 0, high = t->run_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (t->runs[middle].at <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static size_t run_end(const xtr__story *t, size_t run, size_t last) {
    size_t end = run + 1 < t->run_count ? t->runs[run + 1].at : t->size;
    return end < last ? end : last;
}

void xtr__story_copy(xtr__story_store *store, xtr__story *to, const xtr__story *from, size_t first,
                     size_t last) {
    for (size_t i = run_at(from, first); first < last && i < from->run_count; i++) {
        size_t end = run_end(from, i, last);
        xtr__story_add(store, to, from->text + first, end - first, from->runs[i].styles,
                       from->runs[i].url);
        first = end;
    }
}

void xtr__story_write(xtr__story_store *store, const xtr__story *t, size_t first, size_t last) {
    for (size_t i = run_at(t, first); first < last && i < t->run_count; i++) {
        size_t end = run_end(t, i, last);
        const char *url = t->runs[i].url ? xtr__story_kept(store, t->runs[i].url) : NULL;
        xtr_style(store->builder, t->runs[i].styles, url);
        xtr_text(store->builder, t->text + first, end - first);
        first = end;
    }
}

void xtr__story_free(xtr__story_store *store, xtr__story *t) {
    xtr__story_release(store, t->text, t->room, 1);
    xtr__story_release(store, t->runs, t->run_room, sizeof *t->runs);
    *t = (xtr__story){.text = NULL};
}

/* The place of a copy among the document's strings; 0 for none or an empty one. */
size_t xtr__story_keep(xtr__story_store *store, const char *string) {
    if (!string || !*string)
        return 0;
    if (!store->strings.size)
        xtr__story_add(store, &store->strings, "", 1, 0, 0);
    size_t at = store->strings.size;
    xtr__story_add(store, &store->strings, string, strlen(string) + 1, 0, 0);
    return store->strings.size > at ? at : 0;
}

const char *xtr__story_kept(const xtr__story_store *store, size_t place) {
    return place ? store->strings.text + place : "";
}

void xtr__story_cut(xtr__story *t, size_t size) {
    t->size = size < t->size ? size : t->size;
    while (t->run_count && t->runs[t->run_count - 1].at >= t->size)
        t->run_count--;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

void xtr__story_trim(const xtr__story *t, size_t *first, size_t *last) {
    while (*first < *last && is_space(t->text[*first]))
        ++*first;
    while (*last > *first && is_space(t->text[*last - 1]))
        --*last;
}

void xtr__story_store_end(xtr__story_store *store) {
    xtr__story_free(store, &store->strings);
    xtr_job_charge(store->job, -store->charged);
    store->taken = store->charged = 0;
}
