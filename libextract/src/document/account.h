/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_ACCOUNT_H
#define XTR_ACCOUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/** The memory of one job, whoever works on it: builder, extractor, helpers. Any thread. */
typedef struct xtr__account {
    atomic_ullong used;
    atomic_ullong peak; /* the most that was used, but for what others took in the same moment */
    uint64_t limit;     /* 0: none */
    atomic_bool denied;
} xtr__account;

/** Takes `bytes`; false, and `denied` for good, when that would be over the limit. */
static inline bool xtr__account_take(xtr__account *account, uint64_t bytes) {
    unsigned long long before = atomic_load_explicit(&account->used, memory_order_relaxed);
    do {
        /* Never more than granted, not even for a moment: others may ask meanwhile. */
        if (account->limit && (bytes > account->limit || before > account->limit - bytes)) {
            atomic_store_explicit(&account->denied, true, memory_order_relaxed);
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(&account->used, &before, before + bytes,
                                                    memory_order_relaxed, memory_order_relaxed));
    if (before + bytes > atomic_load_explicit(&account->peak, memory_order_relaxed))
        atomic_store_explicit(&account->peak, before + bytes, memory_order_relaxed);
    return true;
}

static inline void xtr__account_give(xtr__account *account, uint64_t bytes) {
    atomic_fetch_sub_explicit(&account->used, bytes, memory_order_relaxed);
}

#endif
