/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "runtime/stream.h"
#include "runtime/error.h"

void xtr__stream_init(xtr_stream *stream, const xtr__stream_kind *kind) {
    stream->kind = kind;
    stream->opened = uv_hrtime();
    stream->generation = xtr__generation();
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
    if (item->code) {
        statistics->failed++;
        return;
    }
    bool partial = xtr_result_is_partial(item->result);
    statistics->partial += partial;
    statistics->complete += !partial;
    statistics->pages += xtr_result_page_count(item->result);
    xtr_result_content(item->result, &size);
    statistics->bytes += size;
}

int xtr_stream_next(xtr_stream *stream, xtr_item *out, int64_t timeout) {
    uint64_t end = timeout < 0 ? UINT64_MAX : uv_hrtime() + (uint64_t)timeout * 1000000;
    *out = (xtr_item){.index = 0};
    if (stream->generation != xtr__generation())
        return xtr__error(&out->error, XTR_E_CLOSED,
                          "the stream was opened before a fork: open another");
    int code = stream->kind->next(stream, out, end);
    if (code == XTR_OK)
        count(&stream->statistics, out);
    return code;
}

void xtr_stream_statistics(const xtr_stream *stream, xtr_statistics *out) {
    *out = stream->statistics;
    out->seconds = (double)(uv_hrtime() - stream->opened) / 1e9;
}

void xtr_stream_drop(xtr_stream *stream) {
    /* After a fork its mutex may be held for ever and its jobs never end: it is left alone. */
    if (stream && stream->generation == xtr__generation())
        stream->kind->drop(stream);
}
