// SPDX-License-Identifier: AGPL-3.0-or-later
// Text, Markdown, tables and metadata from any document.
//
//   const { content } = await extractFile('report.pdf', { format: 'markdown', pages: '1-3' });
//
// Options are those of the library in camelCase; durations are milliseconds. `signal` is an
// AbortSignal. Errors are ExtractErrors with `code`, `kind` and `number`.
'use strict';
const { fileURLToPath } = require('node:url');
const { getSystemErrorName } = require('node:util');
const native = require('./libextract.node');

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase());

const options = new Map(native.tables.options.map((option) => [camel(option.name), option]));
const errors = new Map(native.tables.errors.map((error) => [error.code, error]));

// Errors

class ExtractError extends Error {
  constructor([number, errno, message], path) {
    super(message);
    const { name, kind } = errors.get(number);
    this.code = `ERR_XTR_${name}`;
    this.kind = kind;
    this.number = number;
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
  if (value === Infinity) value = Number.MAX_SAFE_INTEGER; // out of every range, and says so
  if (!Number.isInteger(value)) throw typeError(`option '${key}' must be a whole number, not ${value}`, 'ERR_OUT_OF_RANGE');
  return type === 'duration' ? `${value}ms` : String(value);
}

function scalar(key, type, value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' && type === 'boolean') return String(value);
  if (typeof value === 'number' && type !== 'boolean') return integer(key, type, value);
  throw typeError(`option '${key}' cannot be of type ${typeof value}`);
}

// { maxPages: 3, password: ['a', 'b'] } to ['max_pages', '3', 'password', 'a', 'password', 'b'].
function pairs(given) {
  const list = [];
  for (const [key, value] of Object.entries(given)) {
    const { name, type } = options.get(key) ?? { name: snake(key) };
    if (!type) list.push(name, '');
    else if (type === 'list' && Array.isArray(value))
      for (const item of value) list.push(name, scalar(key, type, item));
    else if (value !== undefined && value !== null) list.push(name, scalar(key, type, value));
  }
  return list;
}

// Calls the native run; what it refuses at once is thrown.
function run(path, given, ...started) {
  path = path instanceof URL ? fileURLToPath(path) : path;
  if (typeof path !== 'string' || path.includes('\0'))
    throw typeError('path must be a string without null characters, or a file: URL');
  const outcome = native.run(path, pairs(given), ...started);
  if (!Array.isArray(outcome)) return outcome;
  if (Object.keys(given).some((key) => !options.has(key)))
    throw typeError(inCamelCase(outcome[2]), 'ERR_XTR_ARGUMENT');
  if (outcome[1] === 0 && errors.get(outcome[0]).kind === 'argument') outcome[2] = inCamelCase(outcome[2]);
  throw new ExtractError(outcome, path);
}

// Extraction

// Called when jobs are done. After 2 ms the event loop goes on first.
function drain() {
  const end = performance.now() + 2;
  while (native.take()) if (performance.now() > end) return void setImmediate(drain);
}
native.open(drain);

function extractFileSync(path, { signal, ...given } = {}) {
  if (signal?.aborted) throw new AbortError(signal);
  return run(path, given);
}

async function extractFile(path, { signal, ...given } = {}) {
  if (signal?.aborted) throw new AbortError(signal);
  let job;
  const promise = run(path, given, (started) => (job = started));
  const abort = () => native.cancel(job);
  signal?.addEventListener('abort', abort, { once: true });
  const outcome = await promise;
  signal?.removeEventListener('abort', abort);
  if (!Array.isArray(outcome)) return outcome;
  throw signal?.aborted ? new AbortError(signal) : new ExtractError(outcome, path);
}

module.exports = { extractFile, extractFileSync, ExtractError, version: native.version };
