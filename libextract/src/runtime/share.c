/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One job on several slots: its parts are taken one range after the other, by its own slot and by
 * others that have nothing else to do.
 *
 * A share stands in its runtime's list while its owner works on it. The owner never waits for
 * somebody to come, only for those who are in the middle of a range when no part is left. */
#include "runtime/error.h"
#include "runtime/runtime.h"

struct xtr_share {
    xtr_share *next; /* in the runtime's list, under its mutex */
    xtr_job *job;
    void (*work)(xtr_job *job, xtr_share *share, void *payload);
    void *payload;
    uint32_t count, grain;
    atomic_uint taken; /* parts handed out */
    unsigned helpers;  /* at work; under the mutex */
    bool closed;       /* help was of no use; under the mutex */
    uv_cond_t left;    /* a helper has gone */
};

bool xtr_share_next(xtr_share *share, uint32_t *first, uint32_t *last) {
    uint32_t at = atomic_load_explicit(&share->taken, memory_order_relaxed);
    uint32_t end;
    do {
        if (at >= share->count || xtr_job_should_stop(share->job))
            return false;
        end = share->count - at < share->grain ? share->count : at + share->grain;
    } while (!atomic_compare_exchange_weak_explicit(&share->taken, &at, end, memory_order_relaxed,
                                                    memory_order_relaxed));
    *first = at;
    *last = end;
    return true;
}

static bool has_parts(const xtr_share *share) {
    return atomic_load_explicit(&share->taken, memory_order_relaxed) < share->count;
}

xtr_share *xtr__share_open(const xtr_runtime *runtime) {
    xtr_share *share = runtime->shares;
    while (share &&
           (share->closed || !has_parts(share) ||
            share->helpers >= atomic_load_explicit(&runtime->most_helpers, memory_order_relaxed)))
        share = share->next;
    return share;
}

static void unlink_share(xtr_runtime *runtime, xtr_share *share) {
    xtr_share **at = &runtime->shares;
    while (*at != share)
        at = &(*at)->next;
    *at = share->next;
}

void xtr_job_share(xtr_job *job, uint32_t count, uint32_t grain,
                   void (*work)(xtr_job *job, xtr_share *share, void *payload), void *payload) {
    xtr_runtime *runtime = job->runtime;
    xtr_share share = {
        .job = job, .work = work, .payload = payload, .count = count, .grain = grain};
    bool alone = count <= grain || runtime->threads == 1 || !atomic_load(&runtime->most_helpers);
    uv_cond_init(&share.left);
    if (!alone) {
        uv_mutex_lock(&runtime->mutex);
        share.next = runtime->shares;
        runtime->shares = &share;
        runtime->executor->call_help(runtime);
        uv_mutex_unlock(&runtime->mutex);
    }
    work(job, &share, payload);
    if (!alone) {
        uv_mutex_lock(&runtime->mutex);
        unlink_share(runtime, &share);
        while (share.helpers)
            uv_cond_wait(&share.left, &runtime->mutex);
        uv_mutex_unlock(&runtime->mutex);
    }
    uv_cond_destroy(&share.left);
}

/* What a helper sees as its job: the owner's options, what the owner reads by an input of its own,
 * a state of its own, and nowhere to write. */
static bool open_helper(xtr_job *helper, xtr_job *owner, xtr__slot *slot) {
    helper->owner = owner;
    helper->runtime = owner->runtime;
    helper->source = owner->source;
    helper->options = owner->options;
    helper->drawn_page = owner->drawn_page;
    slot->detection = owner->slot->detection;
    helper->extractor = owner->extractor;
    helper->slot = slot;
    const xtr_extractor *extractor = xtr__extractors[owner->extractor];
    void **state = &slot->states[owner->extractor];
    if (extractor->open_state && !*state && !(*state = extractor->open_state()))
        return false;
    return !xtr__input_open(&helper->input, xtr__input_source(owner->input),
                            (uint64_t)owner->options->max_input_size, &xtr__job_root(owner)->stop,
                            NULL);
}

void xtr__share_help(xtr_runtime *runtime, xtr__slot *slot, xtr_share *share) {
    xtr_job helper = {.state = XTR__RUNNING};
    share->helpers++;
    slot->helped = xtr__job_root(share->job);
    xtr__clock_help(runtime, slot);
    uv_mutex_unlock(&runtime->mutex);
    bool opened = open_helper(&helper, share->job, slot);
    if (opened)
        share->work(&helper, share, share->payload);
    xtr__input_drop(helper.input);
    uv_mutex_lock(&runtime->mutex);
    /* Who leaves parts behind could not open the document, or was told to stop: so will the next.
     */
    share->closed |= !opened || has_parts(share);
    xtr__clock_leave(slot);
    slot->helped = NULL;
    if (--share->helpers == 0)
        uv_cond_signal(&share->left);
}
