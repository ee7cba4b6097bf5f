// SPDX-License-Identifier: AGPL-3.0-or-later
'use strict';
const { getSystemErrorName } = require('node:util');

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase());

// The library speaks of page_number where its caller wrote pageNumber.
function inCamelCase(message) {
  return message.replace(/(option|did you mean) '(\w+)'/g, (_, before, name) => `${before} '${camel(name)}'`);
}

class ExtractError extends Error {
  constructor(message, { code = 'ERR_XTR_INTERNAL', kind = 'internal', number = 1, ...rest } = {}) {
    super(message, 'cause' in rest ? { cause: rest.cause } : undefined);
    this.code = code;
    this.kind = kind;
    this.number = number;
    if (kind === 'timeout') Object.defineProperty(this, 'name', { value: 'TimeoutError' });
  }
}
Object.defineProperty(ExtractError.prototype, 'name', { value: 'ExtractError' });

class AbortError extends Error {
  constructor(signal) {
    super('The operation was aborted', { cause: signal.reason });
    this.code = 'ABORT_ERR';
  }
}
Object.defineProperty(AbortError.prototype, 'name', { value: 'AbortError' });

function typeError(message, code = 'ERR_INVALID_ARG_TYPE') {
  return Object.assign(new TypeError(message), { code });
}

// The error for [name, kind, number, errno, message] of the native half. `input` is what was to be
// extracted: a path is named as Node.js names it.
function errorOf([name, kind, number, errno, message], input) {
  const text = kind === 'argument' && !errno ? inCamelCase(message) : message;
  const error = new ExtractError(text, { code: `ERR_XTR_${name}`, kind, number });
  if (errno) {
    error.code = getSystemErrorName(-errno);
    error.errno = -errno;
  }
  if (typeof input === 'string') error.path = input;
  return error;
}

module.exports = { ExtractError, AbortError, typeError, errorOf, inCamelCase, camel, snake };
