// SPDX-License-Identifier: AGPL-3.0-or-later
// What a document can be given as.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { PDF, library, mock, scratch } from './helpers.mjs';

const { detectMimeType, detectMimeTypeFromPath, extractBytes, extractBytesSync, extractFile, extractFileSync, streamPages } = library;
// Since Node.js 20.
const File = globalThis.File ?? class extends Blob {
  constructor(parts) {
    super(parts);
    this.name = 'table.txt';
  }
};
const data = fs.readFileSync(PDF);
const exact = () => data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
const expected = extractFileSync(PDF).content;

test('paths and URLs', async () => {
  for (const input of [PDF, path.relative('.', PDF), pathToFileURL(PDF)]) {
    assert.strictEqual((await extractFile(input)).content, expected);
    assert.strictEqual(extractFileSync(input).content, expected);
  }
  const odd = path.join(scratch(), 'ein Brief, überaus #1 100%.pdf');
  fs.copyFileSync(PDF, odd);
  assert.strictEqual((await extractFile(odd)).content, expected);
  assert.strictEqual((await extractFile(pathToFileURL(odd))).content, expected);
  await assert.rejects(extractFile(new URL('http://localhost/a.pdf')), { code: 'ERR_INVALID_URL_SCHEME' });
});

test('memory of any kind', async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(data.length));
  shared.set(data);
  const around = new Uint8Array(data.length + 20);
  around.set(data, 10);
  const wide = new Uint16Array(Math.ceil(data.length / 2)); // two bytes an element
  new Uint8Array(wide.buffer).set(data);
  for (const input of [data, new Uint8Array(data), exact(), new DataView(exact()), shared, shared.buffer, around.subarray(10, 10 + data.length), wide]) {
    assert.strictEqual((await extractBytes(input)).content, expected);
    assert.strictEqual(extractBytesSync(input).content, expected);
  }
});

test('what is to be read first', async () => {
  async function* pieces() {
    for (let at = 0; at < data.length; at += 100) yield data.subarray(at, at + 100);
  }
  const inputs = () => [new Blob([data]), new File([data], 'a.pdf'), fs.createReadStream(PDF), Readable.from(pieces()), new Blob([data]).stream(), pieces()];
  for (const input of inputs()) assert.strictEqual((await extractBytes(input)).content, expected);
  for (const input of inputs()) assert.strictEqual((await extractFile(input)).content, expected);
  for (const input of inputs()) assert.throws(() => extractBytesSync(input), { name: 'TypeError', message: /synchronously/ });
  const named = await extractBytes(new File(['key,value'], 'table.txt'), {});
  assert.strictEqual(named.mimeType, 'text/plain');
});

test('memory is copied before the call returns', async () => {
  const bytes = Buffer.from('60000');
  const controller = new AbortController();
  const job = extractBytes(Buffer.from(exact()), { signal: controller.signal });
  const mine = exact();
  const copied = extractBytes(mine);
  new Uint8Array(mine).fill(0);
  structuredClone(mine, { transfer: [mine] }); // detached under a parser that had kept it
  assert.strictEqual((await copied).content, expected);
  assert.strictEqual((await job).content, expected);
  assert.strictEqual(bytes.toString(), '60000');
});

test('memory is taken over', async () => {
  const mine = exact();
  const job = extractBytes(mine, { transfer: true });
  assert.strictEqual(mine.byteLength, 0);
  assert.strictEqual((await job).content, expected);
  const array = new Uint8Array(exact());
  assert.strictEqual(extractBytesSync(array, { transfer: true }).content, expected);
  assert.strictEqual(array.byteLength, 0);
  // What others may see is copied.
  const pooled = Buffer.from('some text');
  assert.strictEqual((await extractBytes(pooled, 'text/plain', { transfer: true })).content, 'some text\n');
  assert.strictEqual(pooled.toString(), 'some text');
  const shared = new SharedArrayBuffer(8);
  new Uint8Array(shared).fill(65);
  assert.strictEqual((await extractBytes(shared, 'text/plain', { transfer: true })).content, 'AAAAAAAA\n');
});

test('memory that was taken over outlives its job', async () => {
  const jobs = Array.from({ length: 200 }, (_, i) => {
    const bytes = new Uint8Array(1 << 20).fill(32);
    bytes.set(Buffer.from(String(i % 7)));
    return extractBytes(bytes, 'mock:sleep', { transfer: true });
  });
  globalThis.gc?.();
  for (const result of await Promise.all(jobs)) assert.strictEqual(result.content, 'sleep\n');
});

test('a stream that fails', async () => {
  async function* broken() {
    yield data.subarray(0, 100);
    throw new Error('connection lost');
  }
  await assert.rejects(extractBytes(broken()), { code: 'ERR_XTR_IO', kind: 'io', message: 'the stream failed: connection lost' });
  await assert.rejects(extractBytes(broken()), ({ cause }) => cause.message === 'connection lost');
  await assert.rejects(extractBytes(fs.createReadStream('/no/such/file')), ({ cause }) => cause.code === 'ENOENT');
  await assert.rejects(extractBytes(fs.createReadStream(PDF, 'latin1')), { name: 'TypeError', message: /encoding/ });
});

test('a stream that is left is ended', async () => {
  const readable = new Readable({ read() {} }), controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(extractBytes(readable, { signal: controller.signal }), { name: 'AbortError' });
  assert(readable.destroyed);
  async function* terminated() {
    throw new TypeError('terminated');
  }
  await assert.rejects(extractBytes(terminated()), { code: 'ERR_XTR_IO' });
});

test('a call that is refused leaves its memory alone', async () => {
  const mine = exact();
  await assert.rejects(extractBytes(mine, { transfer: true, timeout: -1 }), { kind: 'argument' });
  await assert.rejects(extractBytes(mine, { transfer: true, signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.strictEqual(mine.byteLength, data.length);
});

test('a stream is read no further than the limit', async () => {
  let given = 0, ended = false;
  async function* endless() {
    try {
      for (;;) {
        given += 1000;
        yield Buffer.alloc(1000, 'a');
      }
    } finally {
      ended = true;
    }
  }
  await assert.rejects(extractBytes(endless(), 'text/plain', { maxInputSize: '10kB' }), { code: 'ERR_XTR_LIMIT' });
  assert(given < 20000 && ended);
  await assert.rejects(extractBytes(new Blob([Buffer.alloc(20000, 'a')]), { maxInputSize: 10000 }), { code: 'ERR_XTR_LIMIT' });
});

test('a stream that hangs is left when the signal says so', async () => {
  const hold = setTimeout(() => {}, 10000); // such a stream does not
  async function* hanging() {
    yield data.subarray(0, 10);
    await new Promise(() => {});
  }
  await assert.rejects(extractBytes(hanging(), { signal: AbortSignal.timeout(30) }), { name: 'AbortError' });
  const web = new ReadableStream({ pull: () => new Promise(() => {}) });
  await assert.rejects(extractBytes(web, { signal: AbortSignal.timeout(30) }), { name: 'AbortError' });
  clearTimeout(hold);
});

test('what is no document', async () => {
  for (const wrong of [undefined, null, 5, {}, [], Symbol('x'), () => {}]) {
    await assert.rejects(extractFile(wrong), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
    await assert.rejects(extractBytes(wrong), TypeError);
    assert.throws(() => extractFileSync(wrong), TypeError);
    assert.throws(() => streamPages(wrong), TypeError);
  }
  await assert.rejects(extractFile(data), { message: /extractBytes/ });
  await assert.rejects(extractBytes(PDF), { message: /extractFile/ });
  await assert.rejects(extractFile('a\0b'), { code: 'ERR_INVALID_ARG_VALUE' });
  await assert.rejects(extractBytes(new Uint8Array()), { code: 'ERR_XTR_EMPTY' });
});

test('detection', async () => {
  assert.strictEqual(detectMimeType(data), 'application/pdf');
  assert.strictEqual(detectMimeTypeFromPath(PDF), 'application/pdf');
  assert.strictEqual(detectMimeTypeFromPath(pathToFileURL(PDF)), 'application/pdf');
  assert.strictEqual(detectMimeTypeFromPath('no/such.docx', false), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document');
  assert.strictEqual(detectMimeTypeFromPath('nothing', false), null);
  assert.throws(() => detectMimeTypeFromPath('no/such.docx'), { code: 'ENOENT' });
  assert.throws(() => detectMimeType('text'), TypeError);
  assert.strictEqual(library.validateMimeType('Application/PDF; x=1'), 'application/pdf');
  assert.throws(() => library.validateMimeType('video/mp4'), { code: 'ERR_XTR_UNSUPPORTED', kind: 'unsupported' });
  assert.strictEqual(library.getExtensionsForMime('application/pdf')[0], 'pdf');
  assert.deepStrictEqual(library.getExtensionsForMime('no/such'), []);
  assert(library.listSupportedFormats().some(({ name, title, mimeTypes, yields }) =>
    name === 'pdf' && title && mimeTypes.includes('application/pdf') && yields.includes('tables')));
  assert.strictEqual(typeof library.doctor().version, 'string');
  assert.match(library.version, /^\d+\.\d+\.\d+$/);
  assert(mock('empty'));
});
