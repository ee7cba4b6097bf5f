// SPDX-License-Identifier: AGPL-3.0-or-later
// Options of a call, in our flat spelling or in Kreuzberg's nested one.
'use strict';
const { native } = require('./loop.js');
const { camel, snake, inCamelCase, typeError, errorOf } = require('./errors.js');

const TABLE = native.tables().options;
const OPTIONS = new Map(TABLE.map(({ name, type }) => [camel(name), { name, type }]));
const NESTED = new Map(
  TABLE.filter(({ kreuzberg }) => kreuzberg).map(({ kreuzberg, name }) => [camel(kreuzberg), OPTIONS.get(camel(name))]),
);
const GROUPS = new Set([...NESTED.keys()].filter((path) => path.includes('.')).map((path) => path.split('.')[0]));

// What Kreuzberg says otherwise.
const WORDS = {
  outputFormat: (value) => (value === 'plain' ? 'text' : value),
  forceOcr: (value) => (value === true ? 'force' : value || undefined),
  extractImages: (value) => (value === true ? 'extract' : value || undefined),
  extractionTimeoutSecs: (value) => (typeof value === 'number' ? value * 1000 : value),
};

function integer(key, type, value) {
  if (type === 'duration' && value > 0) value = Math.max(1, Math.round(value));
  if (value === Infinity) return Number.MAX_SAFE_INTEGER; // out of every range, and says so
  if (Number.isInteger(value)) return value;
  throw typeError(`option '${key}' must be a whole number, not ${value}`, 'ERR_OUT_OF_RANGE');
}

function scalar(key, type, value) {
  if (typeof value === 'string') {
    if (!value.includes('\0')) return value;
    throw typeError(`option '${key}' cannot contain a null character`, 'ERR_INVALID_ARG_VALUE');
  }
  if (typeof value === 'boolean' && type === 'boolean') return Number(value);
  if (typeof value === 'number' && type !== 'boolean') return integer(key, type, value);
  throw typeError(`option '${key}' cannot be of type ${typeof value}`);
}

function unknown(key) {
  const [, , , , message] = native.option([snake(key), ''], 'timeout');
  return typeError(inCamelCase(message), 'ERR_XTR_ARGUMENT');
}

// Adds { maxPages: 3, password: ['a', 'b'] } as 'max_pages', 3, 'password', 'a', 'password', 'b'.
function add(pairs, key, option, value) {
  if (value === undefined || value === null) return;
  const { name, type } = option;
  if (type !== 'list' || !Array.isArray(value)) pairs.push(name, scalar(key, type, value));
  else for (const item of value) pairs.push(name, scalar(key, type, item));
}

function addNested(pairs, path, value) {
  const option = NESTED.get(path);
  if (!option) throw unknown(path);
  const [last] = path.split('.').slice(-1);
  add(pairs, path, option, (WORDS[last] ?? ((same) => same))(value));
}

function addAny(pairs, key, value) {
  const option = OPTIONS.get(key);
  const isGroup = GROUPS.has(key) && value !== null && typeof value === 'object' && !Array.isArray(value);
  if (isGroup) for (const [name, item] of Object.entries(value)) addNested(pairs, `${key}.${name}`, item);
  else if (option) add(pairs, key, option, value);
  else addNested(pairs, key, value);
}

function checkSignal(signal) {
  if (signal === undefined || signal === null) return undefined;
  if (typeof signal.aborted === 'boolean' && typeof signal.addEventListener === 'function') return signal;
  throw typeError(`option 'signal' must be an AbortSignal`);
}

function checkFunction(key, value) {
  if (value === undefined || value === null || typeof value === 'function') return value ?? undefined;
  throw typeError(`option '${key}' must be a function`);
}

// What a call asks for: `pairs` of options for the native half, and what is no option of the library.
// Calls are f(input, options) and, as in Kreuzberg, f(input, mimeType, options). `also` is onProgress or
// inOrder where that applies.
function callOf(first, second, also) {
  const hasType = typeof first === 'string' || ((first === undefined || first === null) && second !== undefined);
  const options = hasType ? second : first;
  const call = { pairs: undefined, signal: undefined, onProgress: undefined, transfer: false, inOrder: false };
  if (options !== undefined && options !== null) {
    if (typeof options !== 'object') throw typeError(`options must be an object, not ${typeof options}`);
    const pairs = (call.pairs = []);
    for (const key of Object.keys(options)) {
      const value = options[key];
      if (key === 'signal') call.signal = checkSignal(value);
      else if (key === 'transfer') call.transfer = Boolean(value);
      else if (key === also) call[key] = key === 'inOrder' ? Boolean(value) : checkFunction(key, value);
      else if (key === 'onProgress' || key === 'inOrder') throw typeError(`option '${key}' does not apply here`, 'ERR_XTR_ARGUMENT');
      else addAny(pairs, key, value);
    }
  }
  if (typeof first === 'string') (call.pairs ??= []).push('mime_type', scalar('mimeType', 'string', first));
  return call;
}

let last; // pairs that the native half has

function isSame(a, b) {
  if (b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

// Whether a call has options: the native half has them then.
function useOptions({ pairs }) {
  if (!pairs) return false;
  if (pairs === last || isSame(pairs, last)) return true;
  last = undefined;
  const error = native.setOptions(pairs);
  if (error) throw errorOf(error);
  last = pairs;
  return true;
}

// How much is read of an input that has to be read first.
function inputLimit(call) {
  const limit = native.option(call.pairs, 'max_input_size');
  if (Array.isArray(limit)) throw errorOf(limit);
  return limit || Infinity;
}

module.exports = { callOf, inputLimit, useOptions };
