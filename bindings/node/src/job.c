/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

enum { SLICE_MS = 50 }; /* between two looks at the progress */
static const size_t NONE = (size_t)-1;

/* What is handed out at once. Small results share a handle, and so live as long as one of them. */
enum { BATCH = 64, SHARED_BYTES = 64 << 10 };

/* Slots ------------------------------------------------------------------------------------- */

/* A free slot, or NONE when out of memory. */
static size_t take_slot(environment *e) {
    if (e->first_free == e->slot_count) {
        size_t count = e->slot_count ? 2 * e->slot_count : 64;
        slot *grown = realloc(e->slots, count * sizeof *grown);
        if (!grown)
            return NONE;
        for (size_t i = e->slot_count; i < count; i++)
            grown[i] = (slot){.next = i + 1};
        e->slots = grown;
        e->slot_count = count;
    }
    size_t id = e->first_free;
    e->first_free = e->slots[id].next;
    return id;
}

static void give_slot(environment *e, size_t id) {
    e->slots[id] = (slot){.next = e->first_free};
    e->first_free = id;
}

/* The job with this id, while it is pending. */
static xtr_job *job_of(const environment *e, napi_value id) {
    int64_t number = -1;
    napi_get_value_int64(e->env, id, &number);
    return number >= 0 && (size_t)number < e->slot_count ? e->slots[number].job : NULL;
}

/* Submitting -------------------------------------------------------------------------------- */

/* Submits `given`: runtime, whether it has options, and a document. With `id` for a promise, else
 * to be waited for. */
static int start(environment *e, xtr_job **out, const napi_value *given, size_t id,
                 xtr_error *error) {
    const runtime *r = runtime_of(e->env, given[0]);
    xtr_runtime *native;
    xtr_when_full when_full;
    *out = NULL;
    int code = native_runtime(&native, &when_full, r, error);
    if (code)
        return code;
    const xtr_request request = {.size = sizeof request,
                                 .source = source_of(e, given + 2),
                                 .options = options_of(e, given[1]),
                                 .done = id == NONE ? NULL : xtr_completions_push,
                                 .payload = e->completions,
                                 .tag = (void *)(uintptr_t)id,
                                 .when_full = when_full};
    *error = (xtr_error){.code = XTR_E_MEMORY, .message = "out of memory"};
    code = request.source ? xtr_submit(out, native, &request, error) : XTR_E_MEMORY;
    xtr_source_drop(request.source);
    if (!code && id != NONE)
        e->slots[id] = (slot){.job = *out, .runtime = r};
    return code;
}

/* submit(runtime, hasOptions, kind, input, name): an id, or an error. turn() must follow without
 * being called. */
napi_value submit(napi_env env, napi_callback_info info) {
    napi_value given[5];
    environment *e = arguments_of(env, info, given, 5);
    xtr_job *job;
    xtr_error error = {.code = XTR_E_MEMORY, .message = "out of memory"};
    size_t id = take_slot(e);
    /* Before a job can be done. */
    atomic_store(&e->awake, true);
    if (id != NONE && !start(e, &job, given, id, &error)) {
        hold(e, true);
        e->latest = id;
        return number_value(env, (double)id);
    }
    if (id != NONE)
        give_slot(e, id);
    return error_value(env, &error);
}

/* cancel(id) */
napi_value cancel(napi_env env, napi_callback_info info) {
    napi_value given[1];
    environment *e = arguments_of(env, info, given, 1);
    xtr_job *job = job_of(e, given[0]);
    if (job)
        xtr_job_cancel(job);
    return NULL;
}

static napi_value progress_value(napi_env env, const xtr_job *job) {
    xtr_progress p;
    xtr_job_progress(job, &p);
    const napi_value numbers[] = {number_value(env, p.pages_done), number_value(env, p.pages_total),
                                  number_value(env, (double)p.bytes_done),
                                  number_value(env, (double)p.bytes_total)};
    return array_of(env, numbers, 4);
}

/* progress(id): [pages done, pages in all, bytes done, bytes in all]; undefined when it is over. */
napi_value progress(napi_env env, napi_callback_info info) {
    napi_value given[1];
    const environment *e = arguments_of(env, info, given, 1);
    const xtr_job *job = job_of(e, given[0]);
    return job ? progress_value(env, job) : NULL;
}

/* Waits, telling the progress to a function when there is one; false when that has thrown. */
static bool wait_for(napi_env env, xtr_job *job, napi_value on_progress) {
    napi_value told, nobody = undefined_value(env);
    if (is_undefined(env, on_progress))
        return xtr_job_wait(job, -1);
    bool done = false;
    while (!done) {
        done = xtr_job_wait(job, SLICE_MS);
        told = progress_value(env, job);
        if (napi_call_function(env, nobody, on_progress, 1, &told, NULL))
            return false;
    }
    return true;
}

/* run(runtime, hasOptions, kind, input, name, onProgress): results with one outcome, waited for;
 * with an exception of onProgress the job is cancelled. */
napi_value run(napi_env env, napi_callback_info info) {
    napi_value given[6], value = NULL;
    environment *e = arguments_of(env, info, given, 6);
    xtr_job *job;
    xtr_result *result = NULL;
    xtr_error error;
    results *r = results_new(1);
    int code = r ? start(e, &job, given, NONE, &error) : XTR_E_MEMORY;
    if (!r) {
        throw_memory(env);
        return NULL;
    }
    if (!code && !wait_for(env, job, given[5])) {
        xtr_job_cancel(job);
        xtr_job_drop(job);
        free(r);
        return NULL;
    }
    if (!code)
        code = xtr_job_take(job, &result, &error);
    results_add(r, code, result, &error);
    value = results_handle(env, r);
    xtr_job_drop(job);
    return value;
}

/* Handing out ------------------------------------------------------------------------------- */

/* An xtr_done. */
static void note_done(xtr_job *job, void *payload) {
    environment *e = payload;
    size_t id = (uintptr_t)xtr_job_tag(job);
    if (e->done_left++)
        e->slots[e->last_done].next = id;
    else
        e->first_done = id;
    e->last_done = id;
}

static void look(environment *e) {
    if (!e->done_left)
        xtr_completions_drain(e->completions, note_done, e, -1);
}

/* Waits awake for a moment for the job submitted last, when jobs have been quick: to fall asleep
 * and be woken costs more than a short one. */
static void linger(environment *e) {
    enum { LINGER_US = 20, TURN_US = 1000, PAUSES = 32 };
    uint64_t start = microseconds(), now = start;
    const xtr_job *job = e->latest < e->slot_count ? e->slots[e->latest].job : NULL;
    if (!job || start > e->turned + TURN_US)
        return;
    while (!e->done_left && now - start < LINGER_US) {
        if (xtr_job_is_done(job))
            look(e);
        for (int i = 0; i < PAUSES; i++)
            atomic_signal_fence(memory_order_seq_cst);
        now = microseconds();
    }
}

/* What was handed out before is settled. */
static void forget_handed(environment *e) {
    for (size_t i = 0; i < e->handed; i++) {
        size_t id = (size_t)(e->done[i] < 0 ? ~e->done[i] : e->done[i]);
        xtr_job_drop(e->slots[id].job);
        give_slot(e, id);
        hold(e, false);
    }
    e->handed = 0;
}

static void hand_out(environment *e, results *r, size_t most) {
    while (r->count < most) {
        size_t id = e->first_done;
        xtr_result *result;
        xtr_error error;
        int code = xtr_job_take(e->slots[id].job, &result, &error);
        if (r->count && result && r->bytes + xtr_result_size(result) > SHARED_BYTES) {
            xtr_result_drop(result);
            break;
        }
        e->done[r->count] = code ? ~(int32_t)id : (int32_t)id;
        results_add(r, code, result, &error);
        e->first_done = e->slots[id].next;
        e->done_left--;
    }
    e->handed = r->count;
}

/* drain(first): results of jobs that are done, or undefined: from now on turn() is called when
 * there are some. The array that lib/loop.js has given holds their ids, ~id of one that has failed,
 * then how many they are and how many bytes. Until the next drain they can be asked for their
 * progress. */
napi_value drain(napi_env env, napi_callback_info info) {
    napi_value given[1];
    environment *e = arguments_of(env, info, given, 1);
    bool first = false;
    napi_get_value_bool(env, given[0], &first);
    forget_handed(e);
    trash_empty(e);
    runtimes_reap(e);
    look(e);
    if (first && !e->done_left)
        linger(e);
    e->turned = microseconds();
    if (!e->done_left) {
        /* Who pushes from now on calls; what was pushed before is seen here. */
        atomic_store(&e->awake, false);
        look(e);
        if (!e->done_left)
            return NULL;
        atomic_store(&e->awake, true);
    }
    size_t most = e->done_left < BATCH ? e->done_left : BATCH;
    results *r = results_new(most);
    if (!r) {
        throw_memory(env);
        return NULL;
    }
    hand_out(e, r, most);
    e->done[BATCH] = (int32_t)r->count;
    e->done[BATCH + 1] = (int32_t)(r->bytes < INT32_MAX ? r->bytes : INT32_MAX);
    return results_handle(env, r);
}

void jobs_stop(environment *e, const runtime *r) {
    for (size_t i = 0; i < e->slot_count; i++) {
        if (e->slots[i].job && (!r || e->slots[i].runtime == r))
            xtr_job_cancel(e->slots[i].job);
    }
}

void jobs_end(environment *e) {
    jobs_stop(e, NULL);
    for (size_t i = 0; i < e->slot_count; i++) {
        xtr_job *job = e->slots[i].job;
        while (job && !xtr_job_wait(job, 0)) {
            if (!run_loop(e->slots[i].runtime))
                xtr_job_wait(job, -1);
        }
        xtr_job_drop(job);
    }
    free(e->slots);
}
