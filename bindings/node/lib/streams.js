// SPDX-License-Identifier: AGPL-3.0-or-later
// Streams: the pages of a document, the documents of a batch, one after the other.
'use strict';
const { native, breathe, until } = require('./loop.js');
const { AbortError, errorOf } = require('./errors.js');
const { Feed } = require('./feed.js');
const { onAbort } = require('./jobs.js');
const { useOptions } = require('./options.js');
const { resultOf, resultOfSync } = require('./results.js');
const { describe, own, pathOf, read } = require('./sources.js');

const END = { done: true, value: undefined };
const nothing = () => {};

class Stream {
  #open; // gives the handle, or a promise of it, when the first item is asked for
  #convert; // [number, results] of the native half to an item
  #call;
  #feed; // of a batch
  #path; // of a document
  #native;
  #counted; // statistics once it is closed
  #given = 0;
  #held; // what nextItem() gave, while an item before it is given
  #closed = false;
  #failure; // what closed it
  #forget; // the signal
  #stop = new AbortController(); // of what is being read
  #last = Promise.resolve(); // calls of next() follow each other
  #wake = nothing;

  constructor({ open, convert, call, feed, path }) {
    this.#open = open;
    this.#convert = convert;
    this.#call = call;
    this.#feed = feed;
    this.#path = path;
    if (feed) feed.nudge = () => this.#wake();
    const { signal } = call;
    if (signal?.aborted) this.#abort();
    else this.#forget = signal && onAbort(signal, () => this.#abort());
  }

  next() {
    const item = this.#last.then(() => this.#next());
    this.#last = item.then(nothing, nothing);
    return item.then((same) => same); // a failure that nobody handles is reported as any other
  }

  async return(value) {
    this.close();
    return { done: true, value };
  }

  async throw(error) {
    this.close();
    throw error;
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget?.();
    this.#stop.abort();
    if (this.#native) {
      this.#counted = native.statistics(this.#native);
      native.closeStream(this.#native);
    }
    this.#feed?.end();
    this.#wake();
  }

  get statistics() {
    const numbers = this.#counted ?? (this.#native && native.statistics(this.#native));
    const [documents = 0, pages = 0, bytes = 0, complete = 0, partial = 0, failed = 0, seconds = 0,
      skipped = 0, same = 0, unchanged = 0, tooLarge = 0] = numbers ?? [];
    return { documents, pages, bytes, complete, partial, failed, skipped, same, unchanged, tooLarge, seconds };
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  // The items of a batch that is waited for.
  static *all(stream) {
    try {
      if (stream.#failure) throw stream.#failure;
      stream.#native = stream.#open();
      for (let item; (item = stream.#take(true)) !== null; ) yield item;
    } finally {
      stream.close();
    }
  }

  #abort() {
    this.#failure = new AbortError(this.#call.signal);
    this.close();
  }

  async #next() {
    await breathe();
    try {
      if (!this.#native && !this.#closed) await this.#start();
      while (!this.#closed) {
        const value = this.#take(false);
        if (value === null) break;
        if (value !== undefined) return { done: false, value };
        await this.#something();
      }
    } catch (error) {
      this.close();
      throw error;
    }
    this.close();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return END;
  }

  // Opens it, unless it is closed meanwhile.
  async #start() {
    const opened = Promise.resolve(this.#open(this.#stop.signal));
    const interrupted = new Promise((resolve) => (this.#wake = resolve));
    const handle = await Promise.race([opened, interrupted]);
    if (this.#closed) opened.then(native.closeStream, nothing);
    else this.#native = handle;
  }

  // An item; undefined when there is none yet, null at the end.
  #take(wait) {
    const failed = this.#takeFailed();
    if (failed) return failed;
    const taken = this.#held ?? native.nextItem(this.#native, this.#feed?.pull, wait);
    this.#held = undefined;
    if (taken?.[0] === -1) throw errorOf(taken[1], this.#path);
    // One that failed while inputs were asked for goes first.
    const earlier = this.#takeFailed();
    if (earlier) {
      this.#held = taken ?? undefined;
      return earlier;
    }
    if (taken) {
      this.#given++;
      return this.#convert(taken);
    }
    if (taken === null && this.#feed?.failure) throw this.#feed.failure;
    return taken;
  }

  // The item of an input that could not be read.
  #takeFailed() {
    const [first] = this.#feed?.failed ?? [];
    if (!first || (this.#call.inOrder && first.index !== this.#given)) return undefined;
    this.#feed.failed.shift();
    this.#given++;
    return new Item(first.index, first.input, undefined, first.error);
  }

  // Waits until there may be something: an item, an input, the end. An input alone does not hold the
  // process: what it comes from does.
  async #something() {
    const interrupted = new Promise((resolve) => (this.#wake = resolve));
    const holds = !this.#feed || this.#feed.places.size > 0;
    const { promise, stop } = until(() => native.streamReady(this.#native), holds);
    await Promise.race([promise, interrupted]);
    stop();
  }
}
if (Symbol.asyncDispose)
  Stream.prototype[Symbol.asyncDispose] = async function () {
    this.close();
  };

// One document of a batch: its result, or the error it failed with.
class Item {
  constructor(index, input, result, error, sameAs) {
    this.index = index;
    this.input = input;
    this.result = result;
    this.error = error;
    this.sameAs = sameAs;
  }

  get() {
    if (this.error) throw this.error;
    return this.result;
  }
}

function handleOf(opened, path) {
  if (Array.isArray(opened)) throw errorOf(opened, path);
  return opened;
}

// The documents of a batch that are paths, data or (expected undefined) both, as Items.
function openBatch(runtime, inputs, call, expected) {
  const feed = new Feed(inputs, call, expected);
  const make = call.sync ? resultOfSync : resultOf;
  const convert = ([number, results, found, sameAs]) => {
    const place = feed.places.get(number), path = found ?? place.path, input = found ?? place.input;
    if (found === undefined) feed.places.delete(number);
    if (sameAs !== undefined) return new Item(place.index, input, undefined, undefined, sameAs);
    try {
      return new Item(place.index, input, make(results, path), undefined);
    } catch (error) {
      return new Item(place.index, input, undefined, error);
    }
  };
  const open = () => handleOf(native.openStream(runtime, undefined, useOptions(call), call.inOrder));
  return new Stream({ open, convert, call, feed });
}

// The pages of a document, a Result each. Memory is copied at once, though it is read later.
function openPages(runtime, input, call) {
  const document = own(describe(input, call)), path = pathOf(document);
  const open = (signal) => {
    const start = (taken) => handleOf(native.openStream(runtime, taken, useOptions(call), true), path);
    return document ? start(document) : read(input, { ...call, signal }).then(start);
  };
  const convert = ([, results]) => resultOf(results, path);
  return new Stream({ open, convert, call, path });
}

module.exports = { Stream, Item, openBatch, openPages };
