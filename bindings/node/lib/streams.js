// SPDX-License-Identifier: AGPL-3.0-or-later
// Streams: the pages of a document, the documents of a batch, one after the other.
'use strict';
const { native, breathe, happened, turn } = require('./loop.js');
const { AbortError, errorOf, typeError } = require('./errors.js');
const { onAbort } = require('./jobs.js');
const { useOptions } = require('./options.js');
const { resultOf, resultOfSync } = require('./results.js');
const { describe, pathOf, read } = require('./sources.js');

const AHEAD = 32; // inputs of an asynchronous iterable that are asked for before they are needed

// Inputs -------------------------------------------------------------------------------------

// The documents of a batch, from any iterable. pull() is called by the native half: a document,
// undefined at the end, null when there is none yet.
class Feed {
  #iterator;
  #isAsync;
  #call;
  #expected;
  #ready = []; // { input, document }
  #busy = false; // waits for the iterator or an input
  #ended = false;
  #asked = 0;
  failure; // what ended the inputs early
  inputs = new Map(); // those at work, by index

  constructor(inputs, call, expected) {
    const sync = inputs?.[Symbol.iterator], async = inputs?.[Symbol.asyncIterator];
    if (typeof inputs === 'string' || ArrayBuffer.isView(inputs) || !(sync ?? async))
      throw typeError('a batch is an array or another iterable of documents');
    this.#iterator = (sync ?? async).call(inputs);
    this.#isAsync = !sync;
    this.#call = call;
    this.#expected = expected;
  }

  pull = () => {
    while (!this.#ready.length && !this.#busy && !this.#ended) this.#advance();
    const next = this.#ready.shift();
    if (!next) return this.#ended ? undefined : null;
    this.inputs.set(this.#asked++, next.input);
    return next.document;
  };

  end() {
    this.#ended = true;
    this.#ready = [];
    try {
      Promise.resolve(this.#iterator.return?.()).catch(() => {});
    } catch {
      // The consumer has gone: there is nobody to tell.
    }
  }

  #fail(error) {
    this.failure ??= error;
    this.#ended = true;
  }

  #advance() {
    if (this.#isAsync) {
      this.#readAhead();
      return;
    }
    try {
      const { done, value } = this.#iterator.next();
      if (done) this.#ended = true;
      else this.#add(value);
    } catch (error) {
      this.#fail(error);
    }
  }

  #add(input) {
    const document = describe(input, this.#call, this.#expected);
    if (document) this.#ready.push({ input, document });
    else if (this.#call.sync) throw typeError('a Blob or a stream cannot be read synchronously');
    else this.#meanwhile(() => this.#addRead(input));
  }

  async #addRead(input) {
    const document = await read(input, this.#call);
    this.#ready.push({ input, document });
  }

  #readAhead() {
    this.#meanwhile(async () => {
      while (this.#ready.length < AHEAD && !this.#ended) {
        const { done, value } = await this.#iterator.next();
        if (done) this.#ended = true;
        else {
          const document = describe(value, this.#call, this.#expected);
          this.#ready.push({ input: value, document: document ?? (await read(value, this.#call)) });
          turn();
        }
      }
    });
  }

  // Does what takes time; whoever waits looks again afterwards.
  async #meanwhile(work) {
    this.#busy = true;
    try {
      await work();
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    turn();
  }
}

// Streams ------------------------------------------------------------------------------------

const END = { done: true, value: undefined };

class Stream {
  #open; // gives the handle or a promise of it, when the first item is asked for
  #convert;
  #call;
  #feed; // of a batch
  #path; // of a document
  #native;
  #closed = false;
  #last = Promise.resolve(); // calls of next() follow each other
  #interrupt = () => {};

  constructor({ open, convert, call, feed, path }) {
    this.#open = open;
    this.#convert = convert;
    this.#call = call;
    this.#feed = feed;
    this.#path = path;
  }

  next() {
    const item = this.#last.then(() => this.#next());
    this.#last = item.catch(() => {});
    return item;
  }

  async return(value) {
    this.#close();
    return { done: true, value };
  }

  async throw(error) {
    this.#close();
    throw error;
  }

  close() {
    this.#close();
  }

  get statistics() {
    const numbers = this.#native && !this.#closed ? native.statistics(this.#native) : this.#counted;
    const [documents = 0, pages = 0, bytes = 0, complete = 0, partial = 0, failed = 0, seconds = 0] = numbers ?? [];
    return { documents, pages, bytes, complete, partial, failed, seconds };
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  // The items of a batch that was opened synchronously.
  *all() {
    try {
      this.#native = this.#open();
      for (let taken; (taken = this.#take(true)) !== null; ) yield this.#convert(taken);
    } finally {
      this.#close();
    }
  }

  #counted;

  #close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#counted = this.#native && native.statistics(this.#native);
    if (this.#native) native.closeStream(this.#native);
    this.#feed?.end();
    this.#interrupt();
  }

  // [index, results], undefined when there is none yet, null at the end.
  #take(wait) {
    const taken = native.nextItem(this.#native, this.#feed?.pull, wait);
    if (taken === null && this.#feed?.failure) throw this.#feed.failure;
    if (taken?.[0] === -1) throw errorOf(taken[1], this.#path);
    return taken;
  }

  async #next() {
    await breathe();
    try {
      if (!this.#native && !this.#closed) this.#native = await this.#open();
      while (!this.#closed) {
        if (this.#call.signal?.aborted) throw new AbortError(this.#call.signal);
        const taken = this.#take(false);
        if (taken === null) break;
        if (taken !== undefined) return { done: false, value: this.#convert(taken) };
        await this.#something();
      }
    } catch (error) {
      this.#close();
      throw error;
    }
    this.#close();
    return END;
  }

  // Waits until there may be something: an item, the end, the signal.
  async #something() {
    const { signal } = this.#call;
    const interrupted = new Promise((resolve) => (this.#interrupt = resolve));
    const forget = signal && onAbort(signal, this.#interrupt);
    const { promise, stop } = happened();
    try {
      await Promise.race([promise, interrupted]);
    } finally {
      stop();
      forget?.();
    }
  }
}
if (Symbol.asyncDispose)
  Stream.prototype[Symbol.asyncDispose] = async function () {
    await this.return();
  };

// One document of a batch: its result, or the error it failed with.
class Item {
  constructor(index, input, result, error) {
    this.index = index;
    this.input = input;
    this.result = result;
    this.error = error;
  }

  // The result, or the error thrown.
  get() {
    if (this.error) throw this.error;
    return this.result;
  }
}

function handleOf(opened, input) {
  if (Array.isArray(opened)) throw errorOf(opened, input);
  return opened;
}

// The documents of a batch that are paths, data or (expected undefined) both, as Items.
function openBatch(runtime, inputs, call, expected) {
  const feed = new Feed(inputs, call, expected);
  const make = call.sync ? resultOfSync : resultOf;
  const convert = ([index, results]) => {
    const input = feed.inputs.get(index);
    feed.inputs.delete(index);
    try {
      return new Item(index, input, make(results, pathOf(input)), undefined);
    } catch (error) {
      return new Item(index, input, undefined, error);
    }
  };
  const open = () => handleOf(native.openStream(runtime, undefined, useOptions(call), call.inOrder));
  return new Stream({ open, convert, call, feed });
}

// The pages of a document, a Result each.
function openPages(runtime, input, call) {
  const path = pathOf(input);
  const open = async () => {
    const document = describe(input, call) ?? (await read(input, call));
    return handleOf(native.openStream(runtime, document, useOptions(call), true), path);
  };
  const convert = ([, results]) => resultOf(results, path);
  return new Stream({ open, convert, call, path });
}

module.exports = { Stream, Item, openBatch, openPages };
