/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_ACCOUNT_H
#define XTR_ACCOUNT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/** The memory of one job, whoever works on it: builder, extractor, helpers. Any thread. */
typedef struct xtr__account {
    atomic_ullong used;
    uint64_t limit; /* 0: none */
    atomic_bool denied;
} xtr__account;

/** Takes `bytes`; false, and `denied` for good, when that would be over the limit. */
static inline bool xtr__account_take(xtr__account *account, uint64_t bytes) {
    uint64_t before = atomic_fetch_add_explicit(&account->used, bytes, memory_order_relaxed);
    if (!account->limit || (bytes <= account->limit && before <= account->limit - bytes))
        return true;
    atomic_fetch_sub_explicit(&account->used, bytes, memory_order_relaxed);
    atomic_store_explicit(&account->denied, true, memory_order_relaxed);
    return false;
}

static inline void xtr__account_give(xtr__account *account, uint64_t bytes) {
    atomic_fetch_sub_explicit(&account->used, bytes, memory_order_relaxed);
}

#endif
