// SPDX-License-Identifier: AGPL-3.0-or-later
// What extracts: a Runtime, and the shared one behind the functions of the package.
'use strict';
const { native, until } = require('./loop.js');
const { ExtractError, errorOf, typeError } = require('./errors.js');
const { extract, extractSync } = require('./jobs.js');
const { callOf } = require('./options.js');
const { Stream, openBatch, openPages } = require('./streams.js');

function limit(name, value = 0, most = 2 ** 32 - 1) {
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw typeError(`'${name}' must be a number from 0 to ${most}, not ${value}`, 'ERR_OUT_OF_RANGE');
}

function count(name, value, most) {
  if (value === undefined || Number.isInteger(value)) return limit(name, value, most);
  throw typeError(`'${name}' must be a whole number, not ${value}`, 'ERR_OUT_OF_RANGE');
}

// Whether a setting is the second of two words.
function isSecond(name, value, first, second) {
  if (value === undefined || value === first || value === second) return value === second;
  throw typeError(`'${name}' is '${first}' or '${second}', not ${value}`, 'ERR_INVALID_ARG_VALUE');
}

function open({ threads, queue, maxBytes, jobsPerSecond, executor, whenFull, ...rest }) {
  const [unknown] = Object.keys(rest);
  if (unknown) throw typeError(`a Runtime has no '${unknown}'`, 'ERR_XTR_ARGUMENT');
  const handle = native.openRuntime(
    count('threads', threads),
    count('queue', queue),
    count('maxBytes', maxBytes, Number.MAX_SAFE_INTEGER),
    limit('jobsPerSecond', jobsPerSecond),
    isSecond('executor', executor, 'own', 'uv'),
    isSecond('whenFull', whenFull, 'wait', 'refuse'),
  );
  if (Array.isArray(handle)) throw errorOf(handle);
  return handle;
}

class Runtime {
  #handle;
  #executor;

  constructor(config = {}) {
    this.#handle = config === SHARED_CONFIG ? undefined : open(config);
    this.#executor = config.executor;
  }

  // One document

  extractFile(path, mimeType, options) {
    return this.#extract(path, mimeType, options, 'path');
  }

  extractBytes(data, mimeType, options) {
    return this.#extract(data, mimeType, options, 'data');
  }

  // No async function: its promise would be one more.
  #extract(input, mimeType, options, expected) {
    try {
      return extract(this.#handle, input, callOf(mimeType, options, 'onProgress'), expected);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  extractFileSync(path, mimeType, options) {
    this.#checkSync();
    return extractSync(this.#handle, path, callOf(mimeType, options, 'onProgress'), 'path');
  }

  extractBytesSync(data, mimeType, options) {
    this.#checkSync();
    return extractSync(this.#handle, data, callOf(mimeType, options, 'onProgress'), 'data');
  }

  // Many documents

  streamBatch(inputs, options) {
    return openBatch(this.#handle, inputs, callOf(options, undefined, 'inOrder'));
  }

  streamPages(input, options) {
    return openPages(this.#handle, input, callOf(options));
  }

  async batchExtractFiles(paths, options) {
    return this.#batch(paths, callOf(options), 'path');
  }

  async batchExtractBytes(data, mimeTypes, options) {
    if (Array.isArray(mimeTypes) && !data?.[Symbol.iterator] && data?.[Symbol.asyncIterator]) data = await all(data);
    const { groups, inOrder } = grouped(data, mimeTypes, options);
    const outcomes = [];
    for (const { documents, call } of groups) outcomes.push(await this.#batch(documents, call, 'data'));
    return inOrder(outcomes.flat());
  }

  batchExtractFilesSync(paths, options) {
    return this.#batchSync(paths, callOf(options), 'path');
  }

  batchExtractBytesSync(data, mimeTypes, options) {
    const { groups, inOrder } = grouped(data, mimeTypes, options);
    return inOrder(groups.flatMap(({ documents, call }) => this.#batchSync(documents, call, 'data')));
  }

  // Results and errors in the order of the inputs.
  async #batch(inputs, call, expected) {
    const outcomes = [];
    for await (const item of openBatch(this.#handle, inputs, { ...call, inOrder: true }, expected))
      outcomes.push(item.error ?? item.result);
    return outcomes;
  }

  #batchSync(inputs, call, expected) {
    const items = Stream.all(openBatch(this.#handle, inputs, { ...call, inOrder: true, sync: true }, expected));
    return Array.from(items, (item) => item.error ?? item.result);
  }

  // Life

  // Called again it can cancel what the first call waits for.
  async close({ cancel = false } = {}) {
    if (!this.#handle) throw new ExtractError('the shared runtime cannot be closed', { code: 'ERR_XTR_ARGUMENT', kind: 'argument', number: 2 });
    if (cancel) native.stopRuntime(this.#handle);
    native.closeRuntime(this.#handle, cancel);
    const { promise, stop } = until(() => native.runtimeClosed(this.#handle));
    await promise;
    stop();
  }

  // Its jobs come back through the event loop, which a call that waits does not let go on.
  #checkSync() {
    if (this.#executor === 'uv') throw typeError("a Runtime with executor 'uv' cannot wait: use the asynchronous functions", 'ERR_XTR_ARGUMENT');
  }
}
if (Symbol.asyncDispose)
  Runtime.prototype[Symbol.asyncDispose] = function () {
    return this.close();
  };

async function all(inputs) {
  const items = [];
  for await (const input of inputs) items.push(input);
  return items;
}

// Documents by their type, each group with its call, and what puts outcomes back in order. The types
// may be left out.
function grouped(data, mimeTypes, options) {
  if (!Array.isArray(mimeTypes)) {
    const call = callOf(options ?? mimeTypes);
    return { groups: [{ documents: data, call }], inOrder: (outcomes) => outcomes };
  }
  const documents = [...data];
  if (documents.length !== mimeTypes.length)
    throw typeError(`${documents.length} documents and ${mimeTypes.length} MIME types`, 'ERR_INVALID_ARG_VALUE');
  const places = new Map(); // of the documents of a type
  mimeTypes.forEach((mimeType, place) => {
    const type = mimeType ?? '';
    if (!places.has(type)) places.set(type, []);
    places.get(type).push(place);
  });
  const groups = [...places].map(([mimeType, at]) => ({
    documents: at.map((place) => documents[place]),
    call: callOf(mimeType || null, options ?? {}),
  }));
  const order = [...places.values()].flat();
  const inOrder = (outcomes) => {
    const sorted = [];
    outcomes.forEach((outcome, i) => (sorted[order[i]] = outcome));
    return sorted;
  };
  return { groups, inOrder };
}

const SHARED_CONFIG = {};
const SHARED = new Runtime(SHARED_CONFIG);

module.exports = { Runtime, SHARED };
