/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "runtime/stream.h"
#include "runtime/error.h"

void xtr__stream_init(xtr_stream *stream, const xtr__stream_kind *kind, xtr_runtime *runtime) {
    stream->kind = kind;
    stream->runtime = runtime;
    atomic_fetch_add_explicit(&runtime->references, 1, memory_order_relaxed);
    stream->opened = uv_hrtime();
}

bool xtr__wait_until(uv_cond_t *condition, uv_mutex_t *mutex, uint64_t end) {
    uint64_t now = uv_hrtime();
    if (end == UINT64_MAX)
        uv_cond_wait(condition, mutex);
    else if (now < end)
        uv_cond_timedwait(condition, mutex, end - now);
    return now < end;
}

int xtr__stream_check(const xtr_stream_config *config, xtr_error *error) {
    if (config && config->size != sizeof *config)
        return xtr__error(error, XTR_E_ARGUMENT, "stream: size of the configuration is not set");
    return XTR_OK;
}

static void count(xtr_statistics *statistics, const xtr_item *item) {
    size_t size = 0;
    statistics->documents++;
    statistics->skipped += item->code == XTR_E_SKIPPED;
    statistics->failed += item->code && item->code != XTR_E_SKIPPED;
    statistics->same += item->same_as != NULL;
    if (!item->result)
        return;
    bool partial = xtr_result_is_partial(item->result);
    statistics->partial += partial;
    statistics->complete += !partial;
    statistics->pages += xtr_result_page_count(item->result);
    xtr_result_content(item->result, &size);
    statistics->bytes += size;
}

/* All but the text of the error, which is long and mostly not needed. */
static void clear(xtr_item *item) {
    item->index = 0;
    item->tag = NULL;
    item->code = XTR_OK;
    item->result = NULL;
    item->provisional = item->found = false;
    item->error.code = item->error.os_error = 0;
    item->error.message[0] = '\0';
    item->path = item->relative = item->same_as = item->same_output = NULL;
    item->receipt = item->peak_memory = 0;
    item->milliseconds = 0;
}

int xtr_stream_next(xtr_stream *stream, xtr_item *out, int64_t timeout) {
    clear(out);
    if (xtr__runtime_is_foreign(stream->runtime))
        return out->code = xtr__error(&out->error, XTR_E_CLOSED,
                                      "the stream was opened before a fork: open another");
    int code = stream->kind->next(stream, out, xtr__end_of(timeout));
    if (code == XTR_OK)
        count(&stream->statistics, out);
    return code;
}

void xtr_stream_statistics(const xtr_stream *stream, xtr_statistics *out) {
    *out = stream->statistics;
    out->seconds = (double)(uv_hrtime() - stream->opened) / 1e9;
}

void xtr_stream_drop(xtr_stream *stream) {
    /* In a fork its mutex may be held for ever: what it holds is left alone. */
    if (!stream || xtr__runtime_is_foreign(stream->runtime))
        return;
    xtr_runtime *runtime = stream->runtime;
    stream->kind->drop(stream);
    xtr__runtime_release(runtime);
}
