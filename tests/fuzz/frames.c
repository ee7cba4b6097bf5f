/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a worker may send: the input is a sequence of frames, each with what lies in the area when
 * it arrives. Whatever is taken for a document can be rendered; whatever comes, nothing is read
 * outside and nothing is lost.
 *
 * A record: type, code, total, at and size as 16 bits each, text, then `size` bytes of the area. A
 * total of 0 stands for the real one of a document of `size` bytes. */
#include "isolate/remote.h"
#include "render/result.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct record {
    uint16_t type, code, total, at, size;
    char text[6];
} record;

static struct {
    xtr_runtime *runtime;
    xtr_source *source;
    xtr_options *options;
    xtr__worker worker;
    int far;
} host;

static void open_host(void) {
    const xtr_runtime_config config = {.size = sizeof config, .threads = 1};
    int ends[2];
    if (host.runtime)
        return;
    host.source = xtr_source_new_copy("1", 1);
    host.options = xtr_options_new();
    if (xtr_runtime_new(&host.runtime, &config, NULL) ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends))
        abort();
    host.worker.data = ends[0];
    host.far = ends[1];
    host.worker.area = memfd_create("area", 0);
    if (ftruncate(host.worker.area, XTR__AREA_SIZE))
        abort();
}

static void render_all(xtr_job *job, xtr__document *document) {
    xtr_result *result;
    char *out;
    size_t size;
    if (xtr__job_render(job, document, &result))
        return;
    for (int format = XTR_FORMAT_TEXT; format <= XTR_FORMAT_TSV; format++) {
        if (!xtr_result_render(&out, &size, result, (xtr_format)format, XTR_FURNITURE_KEEP, NULL))
            xtr_free(out);
    }
    xtr_result_drop(result);
}

/* One frame; false when the conversation is over. */
static bool feed(xtr__remote *remote, const record *r, const uint8_t *area) {
    xtr__frame frame = {.type = r->type,
                        .code = r->code,
                        .total = r->total ? r->total : r->size,
                        .at = r->at,
                        .size = r->size};
    memcpy(frame.text, r->text, sizeof r->text);
    if (pwrite(host.worker.area, area, r->size, 0) != r->size)
        abort();
    xtr__ending ending = xtr__remote_accept(remote, &frame);
    while (recv(host.far, &frame, sizeof frame, MSG_DONTWAIT) > 0)
        ;
    return ending == XTR__GOES_ON;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    open_host();
    xtr__slot slot = {.wake_fd = 0};
    xtr_job job = {
        .runtime = host.runtime, .source = host.source, .options = host.options, .slot = &slot};
    xtr__remote remote = {.job = &job, .worker = &host.worker};
    remote.streamed = size && data[0] & 1;
    if (xtr__job_begin(&job))
        return 0;
    record r;
    for (size_t at = 1; at + sizeof r <= size; at += r.size) {
        memcpy(&r, data + at, sizeof r);
        at += sizeof r;
        if (r.size > size - at || !feed(&remote, &r, data + at))
            break;
    }
    if (remote.document)
        render_all(&job, remote.document);
    xtr__document *pages = xtr__builder_finish(job.builder);
    if (pages && !xtr__document_valid(pages, pages->size))
        abort();
    if (pages)
        render_all(&job, pages);
    free(remote.pieces);
    xtr__builder_drop(slot.builder);
    return 0;
}
