// SPDX-License-Identifier: AGPL-3.0-or-later
// The event loop's side: what is done is settled here, 2 ms at a time.
'use strict';
const { performance } = require('node:perf_hooks');
const { setImmediate } = require('node:timers');
const open = require('./addon.js');

// Of one turn. A result is made when it is read, right after it was settled: hence the bytes.
const BUDGET_MS = 2, BUDGET_BYTES = 512 * 1024;

// What the native half tells of the results it gives: their ids, ~id of one that has failed, then how
// many there are, and how many bytes.
const BATCH = 64;
const done = new Int32Array(BATCH + 2);
const native = open(turn, done);
const waiting = []; // id of a job: what has settle(results, place) and fail(error) for its outcome
const watchers = new Set(); // called in each turn that something has happened

let scheduled = false;

// Called by the native half when something has happened. What does not fit the budget goes on after
// the event loop had its turn; calls that come meanwhile change nothing, or each would add its own
// 2 ms to every turn.
function turn() {
  if (!scheduled) goOn();
}

function goOn() {
  const end = performance.now() + BUDGET_MS;
  let results, bytes = 0;
  try {
    results = native.drain(true);
    while (results !== undefined) {
      settle(results);
      bytes += done[BATCH + 1];
      if (bytes > BUDGET_BYTES || performance.now() > end) break;
      results = native.drain(false);
    }
    for (const watcher of watchers) watcher();
  } finally {
    scheduled = results !== undefined;
    if (scheduled) setImmediate(goOn);
  }
}

function settle(results) {
  for (let place = 0; place < done[BATCH]; place++) {
    const id = done[place];
    const job = waiting[id < 0 ? ~id : id];
    waiting[id < 0 ? ~id : id] = undefined;
    try {
      if (id < 0) job.fail(native.failure(results, place));
      else job.settle(results, place);
    } catch (error) {
      // Of a signal that is none of the platform's: the other jobs go on.
      job.reject(error);
    }
  }
}

// Before each submit: a short job is done by then, and nobody needs to wake the event loop.
function schedule() {
  if (scheduled) return;
  scheduled = true;
  setImmediate(goOn);
}

// A promise that resolves when something has happened and the condition is true. Holds the process, when
// it shall, until it is stopped.
function until(condition, holds = true) {
  let watcher;
  const promise = new Promise((resolve) => {
    watcher = () => condition() && resolve();
    watchers.add(watcher);
    watcher();
  });
  if (holds) native.hold(true);
  const stop = () => {
    watchers.delete(watcher);
    if (holds) native.hold(false);
  };
  return { promise, stop };
}

// Copies of this module, as test runners load them, share one listener.
const STOPS = Symbol.for('libextract.stops');
if (!process[STOPS]) {
  const stops = [];
  Object.defineProperty(process, STOPS, { value: stops });
  process.on('exit', () => stops.forEach((stop) => stop()));
}
process[STOPS].push(() => native.stop());

let began = 0;

// A promise when this turn of the event loop has spent its budget, else undefined.
function breathe() {
  const now = performance.now();
  if (!began) {
    began = now;
    setImmediate(() => (began = 0));
    return undefined;
  }
  return now - began < BUDGET_MS ? undefined : new Promise((resolve) => setImmediate(resolve));
}

module.exports = { native, waiting, schedule, until, breathe };
