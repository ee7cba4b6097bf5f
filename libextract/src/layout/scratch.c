/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Memory of the layout: counted, growing arrays, and blocks given back all at once. */
#include "layout.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct xtr__block {
    xtr__block *next;
    size_t size;
    _Alignas(16) unsigned char data[];
};

/** Grants come in large steps: the account of a job is shared and costs a locked operation. */
static bool may_grow(xtr__budget *budget, size_t bytes) {
    enum { STEP = 1 << 20 };
    if (budget->used + bytes <= budget->granted || budget->grow == NULL) {
        return true;
    }
    /* With what was used beyond the grant: rounding, and what could not be refused. */
    size_t need = budget->used + bytes - budget->granted, step = need < STEP ? STEP : need;
    if (!budget->grow(budget->payload, step)) {
        step = need;
        if (step == STEP || !budget->grow(budget->payload, step)) {
            return budget->undeniable > 0;
        }
    }
    budget->granted += step;
    return true;
}

size_t xtr__block_size(const void *block) {
    void *at;
    memcpy(&at, &block, sizeof at);
    return at ? malloc_usable_size(at) + sizeof(size_t) : 0;
}

static bool ask_job(void *job, size_t bytes) {
    return xtr_job_charge(job, (int64_t)bytes);
}

void xtr__budget_begin(xtr__budget *budget, xtr_job *job) {
    budget->granted = budget->base = budget->used;
    budget->grow = ask_job;
    budget->payload = job;
    budget->denied = false;
    budget->undeniable = 0;
}

void xtr__budget_end(xtr__budget *budget, xtr_job *job) {
    xtr_job_charge(job, -(int64_t)(budget->granted - budget->base));
    budget->grow = NULL;
}

void xtr__budget_give(xtr__budget *budget, size_t size, xtr__handover *handover) {
    size_t granted = budget->granted - budget->base;
    size_t paid = size < granted ? size : granted;
    budget->used -= size;
    budget->granted -= paid;
    atomic_fetch_add(&handover->moved, size);
    atomic_fetch_add(&handover->paid, paid);
}

void xtr__budget_take(xtr__budget *budget, xtr__handover *handover) {
    budget->used += (size_t)atomic_exchange(&handover->moved, 0);
    budget->granted += (size_t)atomic_exchange(&handover->paid, 0);
}

void *xtr__budget_resize(xtr__budget *budget, void *block, size_t size) {
    size_t before = xtr__block_size(block);
    if (size == 0) {
        free(block);
        budget->used -= before;
        return NULL;
    }
    size_t whole = size + sizeof(size_t);
    void *out = whole > before && !may_grow(budget, whole - before) ? NULL : realloc(block, size);
    if (out == NULL) {
        budget->denied = true;
        return NULL;
    }
    budget->used = budget->used - before + xtr__block_size(out);
    return out;
}

bool xtr__reserve(xtr__budget *budget, void *items, size_t *capacity, size_t count, size_t size) {
    if (count <= *capacity) {
        return true;
    }
    size_t grown = *capacity + *capacity / 2 + 16;
    grown = grown < count ? count : grown;
    void *block;
    memcpy(&block, items, sizeof block);
    block = grown > SIZE_MAX / size ? NULL : xtr__budget_resize(budget, block, grown * size);
    if (block == NULL) {
        return false;
    }
    memcpy(items, &block, sizeof block);
    *capacity = grown;
    return true;
}

void *xtr__scratch_take(xtr__scratch *scratch, size_t count, size_t size) {
    if (scratch->failed || count > (SIZE_MAX - 64) / size) {
        scratch->failed = true;
        return NULL;
    }
    size_t need = (count * size + 15) & ~(size_t)15;
    xtr__block *block = scratch->blocks;
    if (block == NULL || block->size - scratch->used < need) {
        size_t room = block ? block->size * 2 : 64 << 10;
        room = room < need ? need : room;
        block = xtr__budget_resize(scratch->budget, NULL, sizeof *block + room);
        if (block == NULL) {
            scratch->failed = true;
            return NULL;
        }
        *block = (xtr__block){.next = scratch->blocks, .size = room};
        scratch->blocks = block;
        scratch->used = 0;
    }
    void *out = block->data + scratch->used;
    scratch->used += need;
    return out;
}

/* The newest block is the largest: the next page will mostly do with it alone. */
void xtr__scratch_reset(xtr__scratch *scratch) {
    xtr__block *kept = scratch->blocks;
    if (kept != NULL) {
        scratch->blocks = kept->next;
        xtr__scratch_drop(scratch);
        kept->next = NULL;
        scratch->blocks = kept;
    }
    scratch->used = 0;
    scratch->failed = false;
}

void xtr__scratch_drop(xtr__scratch *scratch) {
    while (scratch->blocks != NULL) {
        xtr__block *next = scratch->blocks->next;
        xtr__budget_resize(scratch->budget, scratch->blocks, 0);
        scratch->blocks = next;
    }
    scratch->used = 0;
}

xtr__savepoint xtr__scratch_save(const xtr__scratch *scratch) {
    return (xtr__savepoint){scratch->blocks, scratch->used};
}

void xtr__scratch_rewind(xtr__scratch *scratch, xtr__savepoint point) {
    while (scratch->blocks != point.block) {
        xtr__block *next = scratch->blocks->next;
        xtr__budget_resize(scratch->budget, scratch->blocks, 0);
        scratch->blocks = next;
    }
    scratch->used = point.used;
}
