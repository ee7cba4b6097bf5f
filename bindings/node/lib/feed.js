// SPDX-License-Identifier: AGPL-3.0-or-later
// The documents of a batch, from any iterable.
'use strict';
const { typeError } = require('./errors.js');
const { describe, pathOf, read } = require('./sources.js');

const AHEAD = 32; // inputs of an asynchronous iterable that are asked for before they are needed

class Feed {
  #iterator;
  #isAsync;
  #call;
  #expected;
  #ready = []; // { input, document } or { input, error }
  #busy = false; // waits for the iterator or an input
  #ended = false;
  #asked = 0;
  #pulled = 0;
  #stop = new AbortController(); // of what is being read
  failure; // what ended the inputs early
  failed = []; // those that could not be read: { index, input, error }
  places = new Map(); // those at work, by their number in the native half: { index, input, path }
  nudge = () => {}; // called when there is more

  constructor(inputs, call, expected) {
    const sync = inputs?.[Symbol.iterator], async = inputs?.[Symbol.asyncIterator];
    if (typeof inputs === 'string' || ArrayBuffer.isView(inputs) || !(sync ?? async))
      throw typeError('a batch is an array or another iterable of documents');
    this.#iterator = (sync ?? async).call(inputs);
    this.#isAsync = !sync;
    this.#call = { ...call, signal: this.#stop.signal };
    this.#expected = expected;
  }

  // Called by the native half: a document, undefined at the end, null when there is none yet.
  pull = () => {
    for (;;) {
      while (!this.#ready.length && !this.#busy && !this.#ended) this.#advance();
      const next = this.#ready.shift();
      if (!next) return this.#ended && !this.#busy ? undefined : null;
      const { input, document, error } = next, index = this.#asked++;
      if (!error) {
        this.places.set(this.#pulled++, { index, input, path: pathOf(document) });
        return document;
      }
      this.failed.push({ index, input, error });
    }
  };

  // Nothing is pulled any more.
  end() {
    this.#ended = true;
    this.#ready = [];
    this.#stop.abort();
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
      this.#meanwhile(() => this.#readAhead());
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
    else this.#meanwhile(() => this.#read(input));
  }

  async #readAhead() {
    while (this.#ready.length < AHEAD && !this.#ended) {
      const { done, value } = await this.#iterator.next();
      if (done) this.#ended = true;
      else {
        const document = describe(value, this.#call, this.#expected);
        if (document) this.#ready.push({ input: value, document });
        else await this.#read(value);
        this.nudge();
      }
    }
  }

  // One that fails touches no other.
  async #read(input) {
    try {
      const document = await read(input, this.#call);
      this.#ready.push({ input, document });
    } catch (error) {
      this.#ready.push({ input, error });
    }
  }

  async #meanwhile(work) {
    this.#busy = true;
    try {
      await work();
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    this.nudge();
  }
}

module.exports = { Feed };
