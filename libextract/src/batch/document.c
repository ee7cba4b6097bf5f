/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "batch/document.h"
#include "render/result.h"

#include <stdlib.h>
#include <string.h>

xtr__candidate *xtr__candidate_new(xtr_source *source, const char *path, size_t relative_at) {
    xtr__candidate *candidate = calloc(1, sizeof *candidate);
    if (candidate && path && !(candidate->path = strdup(path))) {
        free(candidate);
        candidate = NULL;
    }
    if (!candidate) {
        xtr_source_drop(source);
        return NULL;
    }
    candidate->source = source;
    candidate->references = 1;
    candidate->relative_at = relative_at;
    return candidate;
}

static void unlink_candidate(xtr__candidate *candidate) {
    xtr__candidates *list = candidate->list;
    if (!list)
        return;
    if (candidate->previous)
        candidate->previous->next = candidate->next;
    else
        list->first = candidate->next;
    if (candidate->next)
        candidate->next->previous = candidate->previous;
    else
        list->last = candidate->previous;
    candidate->next = candidate->previous = NULL;
    candidate->list = NULL;
    list->count--;
}

void xtr__candidate_move(xtr__candidate *candidate, xtr__candidates *list) {
    unlink_candidate(candidate);
    candidate->previous = list->last;
    if (list->last)
        list->last->next = candidate;
    else
        list->first = candidate;
    list->last = candidate;
    candidate->list = list;
    list->count++;
}

/* Of the owner's part nothing stays. */
static void clear(xtr__candidate *candidate) {
    free(candidate->error);
    free(candidate->mime_type);
    free(candidate->message);
    free(candidate->same_as);
    free(candidate->same_output);
    candidate->error = NULL;
    candidate->mime_type = candidate->message = candidate->same_as = candidate->same_output = NULL;
}

void xtr__candidate_reset(xtr__candidate *candidate) {
    clear(candidate);
    candidate->reading = (xtr__reading){.stamped = false};
    atomic_store(&candidate->is_read, false);
    candidate->code = XTR_OK;
    candidate->record =
        (xtr__record){.size = candidate->record.size, .modified = candidate->record.modified};
}

void xtr__candidate_release(xtr__candidate *candidate) {
    if (atomic_fetch_sub_explicit(&candidate->references, 1, memory_order_acq_rel) != 1)
        return;
    free(candidate->path);
    free(candidate);
}

void xtr__candidate_drop(xtr__candidate *candidate) {
    if (!candidate)
        return;
    unlink_candidate(candidate);
    clear(candidate);
    xtr_source_drop(candidate->source);
    xtr__candidate_release(candidate);
}

bool xtr__candidate_take_reading(xtr__candidate *candidate) {
    const xtr__reading *reading = &candidate->reading;
    xtr__record *record = &candidate->record;
    if (!atomic_load_explicit(&candidate->is_read, memory_order_acquire))
        return false;
    candidate->milliseconds = (double)(reading->closed - reading->opened) / 1e6;
    record->changed = reading->changed;
    record->has_content = reading->has_content;
    memcpy(record->content, reading->content, sizeof record->content);
    if (reading->stamped) {
        record->size = reading->size;
        record->modified = reading->modified;
    }
    return true;
}

/* What there is no memory for is left out of the journal. */
void xtr__candidate_note(xtr__candidate *candidate, const xtr_item *item) {
    xtr__record *record = &candidate->record;
    record->peak_memory = item->peak_memory;
    record->milliseconds = item->milliseconds;
    record->code = item->code;
    if (item->code) {
        record->status = item->code == XTR_E_SKIPPED ? XTR__SKIPPED : XTR__FAILED;
        record->message = candidate->message = strdup(item->error.message);
    } else if (candidate->same_as) {
        record->status = XTR__SAME;
        record->same_as = candidate->same_as;
    } else {
        record->status = xtr_result_is_partial(item->result) ? XTR__PARTIAL : XTR__COMPLETE;
        record->mime_type = candidate->mime_type = strdup(xtr_result_mime_type(item->result));
        record->pages = xtr_result_page_count(item->result);
        record->ocr_pages = xtr__result_ocr_pages(item->result);
        record->warnings = xtr_result_warning_count(item->result);
    }
}
