/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The input as a MuPDF stream, and a way to stop MuPDF's filters: both throw FZ_ERROR_TRYLATER,
 * which MuPDF passes on, once the job is to stop. */
#include "pdf.h"

enum { SMALL_WINDOW = 4 << 10, WINDOW = 64 << 10 };

typedef struct input_stream {
    xtr__pdf *pdf;
    xtr_input *input;
    size_t window; /* doubles while reading on, for objects lie scattered and pages do not */
    unsigned char buffer[WINDOW];
} input_stream;

static void throw_if_stopped(fz_context *ctx, xtr__pdf *pdf) {
    if (xtr__pdf_should_stop(pdf)) {
        fz_throw(ctx, FZ_ERROR_TRYLATER, "stopped");
    }
}

static int next_window(fz_context *ctx, fz_stream *stm, size_t max) {
    (void)max;
    input_stream *s = stm->state;
    throw_if_stopped(ctx, s->pdf);
    int64_t n = xtr_input_read(s->input, (uint64_t)stm->pos, s->buffer, s->window);
    if (n < 0) {
        fz_throw(ctx, FZ_ERROR_GENERIC, "cannot read the input");
    }
    s->window = s->window < WINDOW ? s->window * 2 : WINDOW;
    stm->rp = s->buffer;
    stm->wp = s->buffer + n;
    stm->pos += n;
    return n == 0 ? EOF : *stm->rp++;
}

static void seek_window(fz_context *ctx, fz_stream *stm, int64_t offset, int whence) {
    input_stream *s = stm->state;
    throw_if_stopped(ctx, s->pdf);
    int64_t size = (int64_t)xtr_input_size(s->input);
    int64_t to = whence == SEEK_END ? size + offset : offset;
    to = to < 0 ? 0 : to > size ? size : to;
    int64_t first = stm->pos - (stm->wp - s->buffer);
    if (to >= first && to <= stm->pos) {
        stm->rp = s->buffer + (to - first);
        return;
    }
    stm->pos = to;
    stm->rp = stm->wp = s->buffer;
    s->window = SMALL_WINDOW;
}

static void drop_input(fz_context *ctx, void *state) {
    fz_free(ctx, state);
}

fz_stream *xtr__pdf_open_stream(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    input_stream *s = fz_malloc_struct(ctx, input_stream);
    s->pdf = pdf;
    s->input = xtr_job_input(pdf->job);
    s->window = SMALL_WINDOW;
    fz_stream *out = fz_new_stream(ctx, s, next_window, drop_input); /* frees s when it throws */
    out->seek = seek_window;
    out->rp = out->wp = s->buffer;
    return out;
}

/* Filters ----------------------------------------------------------------------------------- */

/* A few kilobytes of nested filters expand for minutes without reading the input or drawing
 * anything, so each filter asks as well. MuPDF is linked statically with --wrap for these
 * functions (libextract/CMakeLists.txt): calls to fz_open_X arrive at __wrap_fz_open_X. */

/** Passes on the windows of the filter below. */
static int next_polled(fz_context *ctx, fz_stream *stm, size_t max) {
    fz_stream *below = stm->state;
    xtr__pdf *pdf = fz_user_context(ctx);
    if (pdf != NULL) {
        throw_if_stopped(ctx, pdf);
    }
    size_t n = fz_available(ctx, below, max);
    if (n == 0) {
        return EOF;
    }
    stm->rp = below->rp;
    stm->wp = below->wp;
    stm->pos += (int64_t)n;
    below->rp = below->wp;
    return *stm->rp++;
}

static void drop_polled(fz_context *ctx, void *state) {
    fz_drop_stream(ctx, state);
}

static fz_stream *polled(fz_context *ctx, fz_stream *below) {
    return fz_new_stream(ctx, below, next_polled, drop_polled);
}

#define WRAP(NAME, PARAMETERS, ARGUMENTS)            \
    fz_stream *__real_##NAME PARAMETERS;             \
    fz_stream *__wrap_##NAME PARAMETERS;             \
    fz_stream *__wrap_##NAME PARAMETERS {            \
        return polled(ctx, __real_##NAME ARGUMENTS); \
    }

WRAP(fz_open_flated, (fz_context * ctx, fz_stream *chain, int bits), (ctx, chain, bits))
WRAP(fz_open_lzwd, (fz_context * ctx, fz_stream *chain, int early, int least, int reverse, int old),
     (ctx, chain, early, least, reverse, old))
WRAP(fz_open_rld, (fz_context * ctx, fz_stream *chain), (ctx, chain))
WRAP(fz_open_a85d, (fz_context * ctx, fz_stream *chain), (ctx, chain))
WRAP(fz_open_ahxd, (fz_context * ctx, fz_stream *chain), (ctx, chain))
WRAP(fz_open_faxd,
     (fz_context * ctx, fz_stream *chain, int k, int end_of_line, int aligned, int columns,
      int rows, int end_of_block, int black_is_1),
     (ctx, chain, k, end_of_line, aligned, columns, rows, end_of_block, black_is_1))
WRAP(fz_open_jbig2d, (fz_context * ctx, fz_stream *chain, fz_jbig2_globals *globals, int embedded),
     (ctx, chain, globals, embedded))
WRAP(fz_open_predict,
     (fz_context * ctx, fz_stream *chain, int predictor, int columns, int colors, int bits),
     (ctx, chain, predictor, columns, colors, bits))
