// SPDX-License-Identifier: AGPL-3.0-or-later
// Text, Markdown, tables and metadata from any document.
//
//   const { content } = await extractFile('report.pdf', { format: 'markdown', pages: '1-3' });
//
// Options are those of the library in camelCase; durations are milliseconds. `signal` is an
// AbortSignal. Errors are ExtractErrors with `code`, `kind` and `number`; the one of `timeout` has
// the name TimeoutError.
'use strict';
const { fileURLToPath } = require('node:url');
const { getSystemErrorName } = require('node:util');
const native = require('./libextract.node')(drain);

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase());

const options = new Map(native.tables.options.map(({ name, type }) => [camel(name), type]));

// Errors

class ExtractError extends Error {
  constructor([name, kind, number, errno, message], path) {
    super(message);
    this.code = `ERR_XTR_${name}`;
    this.kind = kind;
    this.number = number;
    if (kind === 'timeout') Object.defineProperty(this, 'name', { value: 'TimeoutError' });
    if (errno) {
      this.code = getSystemErrorName(-errno);
      this.errno = -errno;
      this.path = path;
    }
  }
}
Object.defineProperty(ExtractError.prototype, 'name', { value: 'ExtractError' });

class AbortError extends Error {
  constructor(signal) {
    super('The operation was aborted', { cause: signal.reason });
    this.name = 'AbortError';
    this.code = 'ABORT_ERR';
  }
}

function typeError(message, code = 'ERR_INVALID_ARG_TYPE') {
  return Object.assign(new TypeError(message), { code });
}

// The library speaks of page_number where its caller wrote pageNumber.
function inCamelCase(message) {
  return message.replace(/(option|did you mean) '(\w+)'/g, (_, before, name) => `${before} '${camel(name)}'`);
}

// Options

function integer(key, type, value) {
  if (type === 'duration' && value > 0) value = Math.max(1, Math.round(value));
  if (value === Infinity) return Number.MAX_SAFE_INTEGER; // out of every range, and says so
  if (Number.isInteger(value)) return value;
  throw typeError(`option '${key}' must be a whole number, not ${value}`, 'ERR_OUT_OF_RANGE');
}

function scalar(key, type, value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' && type === 'boolean') return Number(value);
  if (typeof value === 'number' && type !== 'boolean') return integer(key, type, value);
  throw typeError(`option '${key}' cannot be of type ${typeof value}`);
}

// { maxPages: 3, password: ['a', 'b'] } to ['max_pages', 3, 'password', 'a', 'password', 'b'].
function pairs(given) {
  const list = [];
  for (const [key, value] of Object.entries(given)) {
    const name = snake(key), type = options.get(key);
    if (!type) list.push(name, '');
    else if (type === 'list' && Array.isArray(value))
      for (const item of value) list.push(name, scalar(key, type, item));
    else if (value !== undefined && value !== null) list.push(name, scalar(key, type, value));
  }
  return list;
}

function run(path, given, id) {
  path = path instanceof URL ? fileURLToPath(path) : path;
  if (typeof path !== 'string' || path.includes('\0'))
    throw typeError('path must be a string without null characters, or a file: URL');
  const outcome = native.run(path, pairs(given), id);
  if (!Array.isArray(outcome)) return outcome;
  if (Object.keys(given).some((key) => !options.has(key)))
    throw typeError(inCamelCase(outcome[4]), 'ERR_XTR_ARGUMENT');
  if (outcome[1] === 'argument' && !outcome[3]) outcome[4] = inCamelCase(outcome[4]);
  throw new ExtractError(outcome, path);
}

// Extraction

const pending = new Map(); // id: what to call with the outcome
let lastId = 0;

let scheduled = false;

// Called by the native half when jobs are done. After 2 ms the event loop goes on first; wakes
// that come meanwhile change nothing, or each would add its own 2 ms to every turn.
function drain() {
  if (!scheduled) goOn();
}

function goOn() {
  scheduled = native.drain(settle, 2);
  if (scheduled) setImmediate(goOn);
}

function settle(id, outcome) {
  pending.get(id)(outcome);
  pending.delete(id);
}

function extractFileSync(path, { signal, ...given } = {}) {
  if (signal?.aborted) throw new AbortError(signal);
  return run(path, given, 0);
}

async function extractFile(path, { signal, ...given } = {}) {
  if (signal?.aborted) throw new AbortError(signal);
  const id = ++lastId;
  const cancel = run(path, given, id);
  const abort = () => pending.has(id) && cancel();
  signal?.addEventListener('abort', abort, { once: true });
  const outcome = await new Promise((settle) => pending.set(id, settle));
  signal?.removeEventListener('abort', abort);
  if (!Array.isArray(outcome)) return outcome;
  throw signal?.aborted ? new AbortError(signal) : new ExtractError(outcome, path);
}

module.exports = { extractFile, extractFileSync, ExtractError, version: native.version };
