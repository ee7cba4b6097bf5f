// SPDX-License-Identifier: AGPL-3.0-or-later
// Options and errors.
import assert from 'node:assert';
import path from 'node:path';
import test from 'node:test';
import { FIXTURES, PDF, library } from './helpers.mjs';

const { ExtractError, extractBytes, extractFile, extractFileSync } = library;
const locked = path.join(FIXTURES, 'pdf', 'aes-256.pdf');

test('errors of files are those of Node.js', async () => {
  const expected = { code: 'ENOENT', errno: -2, path: '/no/such', name: 'ExtractError', kind: 'not_found' };
  await assert.rejects(extractFile('/no/such'), expected);
  assert.throws(() => extractFileSync('/no/such'), expected);
  await assert.rejects(extractFile('/'), { code: 'EISDIR', kind: 'argument', number: 5, path: '/' });
});

test('errors of documents', async () => {
  const expected = { name: 'ExtractError', code: 'ERR_XTR_PASSWORD_REQUIRED', kind: 'password', number: 10, path: locked };
  await assert.rejects(extractFile(locked), expected);
  await assert.rejects(extractFile(locked), (error) => error instanceof ExtractError && error instanceof Error);
  await assert.rejects(extractFile(locked, { password: 'no' }), { code: 'ERR_XTR_PASSWORD_WRONG', kind: 'password' });
  await assert.rejects(extractBytes(Buffer.from([0, 1, 2])), (error) => error.code === 'ERR_XTR_UNSUPPORTED' && !('path' in error));
});

test('options in our spelling, in that of Kreuzberg, and before a type', async () => {
  const text = await extractFile(PDF), markdown = await extractFile(PDF, { format: 'markdown' });
  assert.notStrictEqual(text.content, markdown.content);
  for (const result of [
    await extractFile(PDF, null, { format: 'markdown' }),
    await extractFile(PDF, 'application/pdf', { format: 'markdown' }),
    await extractFile(PDF, undefined, { outputFormat: 'markdown' }),
    await extractFile(PDF, { mimeType: 'application/pdf', outputFormat: 'markdown' }),
    extractFileSync(PDF, 'application/pdf', { format: 'markdown' }),
  ])
    assert.strictEqual(result.content, markdown.content);
  assert.strictEqual((await extractFile(PDF, { outputFormat: 'plain' })).content, text.content);
  for (const options of [{ password: ['a', 'correct'] }, { pdfOptions: { passwords: ['a', 'correct'] } }])
    await extractFile(locked, options).catch((error) => assert.strictEqual(error.code, 'ERR_XTR_PASSWORD_WRONG'));
  assert.strictEqual((await extractFile(PDF, { forceOcr: false, ocr: { language: 'eng' }, maxPages: undefined, charset: null })).status, 'complete');
  await assert.rejects(extractFile(PDF, 'text/nothing'), { code: 'ERR_XTR_UNSUPPORTED' });
});

test('mistakes are explained', async () => {
  const unknown = { name: 'TypeError', code: 'ERR_XTR_ARGUMENT' };
  assert.throws(() => extractFileSync('x', { maxPagez: 1 }), { ...unknown, message: /did you mean 'maxPages'/ });
  assert.throws(() => extractFileSync('x', { extractImages: true }), { ...unknown, message: /did you mean 'images'/ });
  assert.throws(() => extractFileSync('x', { max_pages: 1 }), unknown);
  assert.throws(() => extractFileSync('x', { pdfOptions: { passwordz: 1 } }), unknown);
  for (const wrong of [{ timeout: [] }, { maxPages: true }, { maxPages: 1.5 }, { password: [1n] }, { maxPages: NaN }, { charset: 'a\0b' }])
    assert.throws(() => extractFileSync('x', wrong), TypeError);
  for (const wrong of [{ maxPages: 1e30 }, { maxPages: Infinity }, { timeout: -1 }])
    assert.throws(() => extractFileSync('x', wrong), { code: 'ERR_XTR_ARGUMENT', kind: 'argument' });
  assert.throws(() => extractFileSync('x', { pageNumber: 1 }), TypeError);
  assert.throws(() => extractFileSync('x', { format: 'xml' }), { kind: 'argument', message: /text\|markdown\|json/ });
  for (const wrong of [{ signal: {} }, { signal: true }, { onProgress: 5 }]) await assert.rejects(extractFile(PDF, wrong), TypeError);
  await assert.rejects(extractFile(PDF, 5), TypeError);
  await assert.rejects(extractFile(PDF, 'application/pdf', 'markdown'), TypeError);
});

test('options that were refused are not used for the next call', () => {
  for (let i = 0; i < 2; i++) assert.throws(() => extractFileSync(PDF, { timeout: -1 }), ExtractError);
  assert.strictEqual(extractFileSync(PDF, { format: 'markdown' }).content, extractFileSync(PDF, { format: 'markdown' }).content);
  assert.throws(() => extractFileSync(PDF, { timeout: -1 }), ExtractError);
});
