// SPDX-License-Identifier: AGPL-3.0-or-later
// What a caller gives as a document, as the native half takes it: [kind, input, name].
'use strict';
const { fileURLToPath } = require('node:url');
const { types } = require('node:util');
const { AbortError, ExtractError, typeError } = require('./errors.js');
const { inputLimit } = require('./options.js');

const PATH = 0, BYTES = 1, TRANSFERRED = 2;

const isPath = (input) => typeof input === 'string' || input instanceof URL;
const isMemory = (input) => ArrayBuffer.isView(input) || types.isAnyArrayBuffer(input);
const isBlob = (input) => typeof input?.arrayBuffer === 'function' && typeof input.size === 'number';
const isStream = (input) => typeof input?.[Symbol.asyncIterator] === 'function';

// The path of a document, to show in an error; undefined when it is in memory.
function pathOf(document) {
  return document?.[0] === PATH ? document[1] : undefined;
}

function fromPath(input) {
  const path = input instanceof URL ? fileURLToPath(input) : input;
  if (path.includes('\0')) throw typeError('path must be a string without null characters', 'ERR_INVALID_ARG_VALUE');
  return [PATH, path, undefined];
}

// The memory behind a buffer that nobody else can reach any more, or undefined: part of a larger
// one, or one that cannot be taken over.
function takeOver(input) {
  const buffer = ArrayBuffer.isView(input) ? input.buffer : input;
  if (buffer.byteLength !== input.byteLength) return undefined;
  try {
    return structuredClone(buffer, { transfer: [buffer] });
  } catch {
    return undefined;
  }
}

function bytesOf(memory) {
  if (memory instanceof Uint8Array) return memory;
  if (!ArrayBuffer.isView(memory)) return new Uint8Array(memory);
  return new Uint8Array(memory.buffer, memory.byteOffset, memory.byteLength);
}

function fromMemory(input, transfer, name) {
  const taken = transfer && !types.isSharedArrayBuffer(input) ? takeOver(input) : undefined;
  if (taken) return [TRANSFERRED, taken, name];
  return [BYTES, bytesOf(input), name];
}

// A document that is there, or undefined when it has to be read first.
function describe(input, call, expected) {
  if (expected !== 'path' && isMemory(input)) return fromMemory(input, call.transfer);
  if (expected !== 'data' && isPath(input)) return fromPath(input);
  if (isBlob(input) || isStream(input)) return undefined;
  throw typeError(
    expected === 'path'
      ? `path must be a string, a file: URL or a stream${isMemory(input) ? ': for data use extractBytes' : ''}`
      : expected === 'data'
        ? `data must be a buffer, a Blob or a stream${isPath(input) ? ': for a path use extractFile' : ''}`
        : 'a document is a path, a file: URL, a buffer, a Blob or a stream',
  );
}

// A document whose memory stays as it is: copied, unless it is a path or was taken over.
function own(document) {
  if (document?.[0] !== BYTES) return document;
  return [TRANSFERRED, new Uint8Array(document[1]).buffer, document[2]];
}

// The chunks of a stream, of the web or any other, and how to leave it before its end.
function chunksOf(input) {
  if (typeof input.getReader === 'function') {
    const reader = input.getReader();
    return { next: () => reader.read(), leave: () => reader.cancel() };
  }
  const iterator = input[Symbol.asyncIterator]();
  const leave = () => {
    input.destroy?.();
    return iterator.return?.();
  };
  return { next: () => iterator.next(), leave };
}

function failed(cause) {
  const details = { code: 'ERR_XTR_IO', kind: 'io', number: 20, cause };
  return new ExtractError(`the stream failed: ${cause?.message ?? cause}`, details);
}

// The bytes of a stream up to a limit: what is beyond it is the library's to refuse.
async function readStream(input, call) {
  const { signal } = call;
  const limit = inputLimit(call), chunks = [];
  const { next, leave } = chunksOf(input);
  let abort, ended = false;
  const aborted = new Promise((_, reject) => (abort = () => reject(new AbortError(signal))));
  aborted.catch(() => {});
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (let size = 0; size <= limit; size += chunks.at(-1).byteLength) {
      const { done, value } = await Promise.race([next().catch((error) => Promise.reject(failed(error))), aborted]);
      ended = done;
      if (done) break;
      if (!isMemory(value)) throw typeError(`the stream must give bytes, not ${typeof value}: give it no encoding`);
      chunks.push(bytesOf(value));
    }
    return Buffer.concat(chunks);
  } finally {
    signal?.removeEventListener('abort', abort);
    // Not waited for: one that hangs would not end.
    if (!ended) new Promise((resolve) => resolve(leave())).catch(() => {});
  }
}

// The document of an input that has to be read: it stands in memory then.
async function read(input, call) {
  const name = typeof input.name === 'string' ? input.name : typeof input.path === 'string' ? input.path : undefined;
  if (call.signal?.aborted) throw new AbortError(call.signal);
  const data = isBlob(input) ? await input.slice(0, Math.min(inputLimit(call) + 1, input.size)).arrayBuffer() : await readStream(input, call);
  return fromMemory(data, true, name);
}

module.exports = { describe, own, read, pathOf };
