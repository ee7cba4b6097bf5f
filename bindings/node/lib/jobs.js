// SPDX-License-Identifier: AGPL-3.0-or-later
// One document: a promise, or a result that was waited for.
'use strict';
const { AsyncResource } = require('node:async_hooks');
const { setInterval, clearInterval } = require('node:timers');
const { native, waiting, schedule } = require('./loop.js');
const { AbortError, errorOf, typeError } = require('./errors.js');
const { useOptions } = require('./options.js');
const { Result, resultOfSync } = require('./results.js');
const { describe, pathOf, read } = require('./sources.js');

const INTERVAL_MS = 50; // between two looks at the progress

// Signals ------------------------------------------------------------------------------------

// One listener a signal, however many jobs have it: a signal warns of many.
const signals = new WeakMap();

function onAbort(signal, abort) {
  let calls = signals.get(signal);
  if (!calls) {
    calls = new Set();
    const listener = () => {
      signals.delete(signal);
      for (const call of [...calls]) call();
    };
    signals.set(signal, calls);
    calls.forget = () => {
      signals.delete(signal);
      signal.removeEventListener('abort', listener);
    };
    signal.addEventListener('abort', listener, { once: true });
  }
  calls.add(abort);
  return () => {
    calls.delete(abort);
    if (!calls.size) calls.forget();
  };
}

// Progress -----------------------------------------------------------------------------------

const watched = new Set();
let timer;

function lookAtAll() {
  for (const look of [...watched]) look();
}

// What is called with the numbers of the native half, and calls back when they have changed, until that
// throws.
function teller(onProgress) {
  let last = '', throws = false;
  return (numbers) => {
    if (throws || String(numbers) === last) return;
    last = String(numbers);
    throws = true;
    const [pagesDone, pagesTotal, bytesDone, bytesTotal] = numbers;
    onProgress({ pagesDone, pagesTotal, bytesDone, bytesTotal });
    throws = false;
  };
}

// Tells the progress of a job in the context of who asked for it. What that throws fails the job.
function watch(id, onProgress, fail) {
  const tell = AsyncResource.bind(teller(onProgress));
  const look = () => {
    try {
      tell(native.progress(id));
    } catch (error) {
      fail(error);
    }
  };
  watched.add(look);
  timer ??= setInterval(lookAtAll, INTERVAL_MS).unref();
  return (silently) => {
    if (!silently) look();
    watched.delete(look);
    if (watched.size) return;
    clearInterval(timer);
    timer = undefined;
  };
}

// Jobs ---------------------------------------------------------------------------------------

// What a promise of a result waits for.
class Job {
  forget = undefined; // the signal
  unwatch = undefined; // the progress
  stopped = false; // by the signal or a callback

  constructor(runtime, path, resolve, reject) {
    this.runtime = runtime; // lives as long as its jobs
    this.path = path;
    this.resolve = resolve;
    this.reject = reject;
  }

  // Has it stopped by its signal, and its progress told.
  attend(id, { signal, onProgress }) {
    const stop = (error) => {
      this.stopped = true;
      native.cancel(id);
      this.reject(error);
    };
    this.forget = signal && onAbort(signal, () => stop(new AbortError(signal)));
    this.unwatch = onProgress && watch(id, onProgress, stop);
  }

  settle(results, place) {
    this.#leave();
    this.resolve(new Result(results, place));
  }

  fail(error) {
    this.#leave();
    this.reject(errorOf(error, this.path));
  }

  #leave() {
    this.unwatch?.(this.stopped);
    this.forget?.();
  }
}

function submit(runtime, document, call, hasOptions, resolve, reject) {
  const path = pathOf(document);
  schedule();
  const id = native.submit(runtime, hasOptions, document[0], document[1], document[2]);
  if (typeof id !== 'number') throw errorOf(id, path);
  const job = (waiting[id] = new Job(runtime, path, resolve, reject));
  if (call.signal || call.onProgress) job.attend(id, call);
}

// What stops a call before anything of it is taken over or read. Whether it has options.
function check(call) {
  if (call.signal?.aborted) throw new AbortError(call.signal);
  return useOptions(call);
}

// One function for all promises: a closure each would be half of what a short call leaves to collect.
let resolveLast, rejectLast;
const keepLast = (resolve, reject) => {
  resolveLast = resolve;
  rejectLast = reject;
};

// A promise of the result of one document.
function extract(runtime, input, call, expected) {
  const promise = new Promise(keepLast);
  const resolve = resolveLast, reject = rejectLast;
  try {
    const hasOptions = check(call);
    const document = describe(input, call, expected);
    if (document) submit(runtime, document, call, hasOptions, resolve, reject);
    else read(input, call).then((taken) => submit(runtime, taken, call, check(call), resolve, reject)).catch(reject);
  } catch (error) {
    reject(error);
  }
  return promise;
}

// The result of one document.
function extractSync(runtime, input, call, expected) {
  const hasOptions = check(call);
  const document = describe(input, call, expected);
  if (!document) throw typeError('a Blob or a stream cannot be read synchronously');
  const tell = call.onProgress && teller(call.onProgress);
  return resultOfSync(native.run(runtime, hasOptions, ...document, tell), pathOf(document));
}

module.exports = { extract, extractSync, onAbort };
