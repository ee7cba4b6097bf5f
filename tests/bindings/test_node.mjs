// SPDX-License-Identifier: AGPL-3.0-or-later
// What the shared cases cannot say of the Node.js binding.
import assert from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

const binding = path.resolve(process.env.BINDING);
const { extractFile, extractFileSync, ExtractError } = createRequire(import.meta.url)(binding);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'libextract-'));

const sleeper = (ms) => path.join(folder, `sleep-${ms}`);
for (const ms of [1, 5, 100, 300, 60000]) fs.writeFileSync(sleeper(ms), String(ms));
const nap = (ms, options) => extractFile(sleeper(ms), { mimeType: 'mock:sleep', ...options });

test('fifty at once', async () => {
  const results = await Promise.all(Array.from({ length: 50 }, () => nap(5)));
  assert(results.every((result) => result.content === 'sleep\n'));
});

test('the event loop stays free', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  await nap(300);
  clearInterval(timer);
  assert(ticks >= 15, `${ticks} ticks`);
});

test('abort ends jobs at once', async () => {
  const controller = new AbortController();
  const jobs = Array.from({ length: 20 }, () => nap(60000, { signal: controller.signal }));
  setTimeout(() => controller.abort(new Error('enough')), 50);
  const start = performance.now();
  for (const { reason } of await Promise.allSettled(jobs))
    assert.deepStrictEqual([reason.name, reason.code, reason.cause.message], ['AbortError', 'ABORT_ERR', 'enough']);
  assert(performance.now() - start < 1000);
  await nap(1); // the threads are free for others
  await assert.rejects(nap(1, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  await assert.rejects(nap(60000, { signal: AbortSignal.timeout(50) }), { name: 'AbortError' });
});

test('timeout in milliseconds', async () => {
  await assert.rejects(nap(60000, { timeout: 50 }), { name: 'TimeoutError', code: 'ERR_XTR_TIMEOUT', kind: 'timeout', number: 13, message: /50 ms/ });
});

test('errors', async () => {
  await assert.rejects(extractFile('/no/such'), { code: 'ENOENT', errno: -2, path: '/no/such', name: 'ExtractError', kind: 'not_found' });
  await assert.rejects(extractFile('/'), (error) => error instanceof ExtractError && error.name === 'ExtractError' && error.number === 5);
  assert.throws(() => extractFileSync('x', { maxPagez: 1 }), { name: 'TypeError', message: /did you mean 'maxPages'/ });
  assert.throws(() => extractFileSync('x', { max_pages: 1 }), TypeError);
  for (const wrong of [{ timeout: [] }, { maxPages: true }, { maxPages: 1.5 }, { password: [1n] }, { maxPages: NaN }])
    assert.throws(() => extractFileSync('x', wrong), TypeError);
  for (const wrong of [{ maxPages: 1e30 }, { maxPages: Infinity }, { timeout: -1 }])
    assert.throws(() => extractFileSync('x', wrong), { code: 'ERR_XTR_ARGUMENT', kind: 'argument' });
  assert.throws(() => extractFileSync(5), TypeError);
  assert.throws(() => extractFileSync('a\0b'), TypeError);
});

test('a result is a plain object', async () => {
  const file = path.join(folder, 'three');
  fs.writeFileSync(file, '3');
  const result = await extractFile(pathToFileURL(file), { mimeType: 'mock:pages', maxPages: undefined });
  assert.deepStrictEqual(result.pages.map((page) => page.number), [1, 2, 3]);
  assert.deepStrictEqual(structuredClone(result), result);
  assert.deepStrictEqual(JSON.parse(JSON.stringify(result)), result);
});

test('many results leave the event loop its turns', async () => {
  const file = path.join(folder, 'huge');
  fs.writeFileSync(file, '1'); // megabyte
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const results = await Promise.all(Array.from({ length: 100 }, () => extractFile(file, { mimeType: 'mock:huge' })));
  clearInterval(timer);
  assert(results.every((result) => result.content.length > 1 << 20));
  assert(ticks >= 5, `${ticks} ticks`);
});

test('processes of Node after isolation', async () => {
  const file = path.join(folder, 'three');
  fs.writeFileSync(file, '3');
  const options = { mimeType: 'mock:pages', isolation: 'process' };
  assert.strictEqual((await extractFile(file, options)).pages.length, 3);
  const child = spawn(process.execPath, ['-e', 'process.exit(7)']);
  assert.deepStrictEqual(await once(child, 'exit'), [7, null]);
  assert.strictEqual(spawnSync('printf', ['x'], { encoding: 'utf8' }).stdout, 'x');
  await assert.rejects(extractFile(file, { ...options, mimeType: 'mock:crash' }), /SIGABRT/);
});

test('pending work holds the process, nothing else does', () => {
  const program = `const { extractFile } = require(${JSON.stringify(binding)});
    extractFile(${JSON.stringify(sleeper(100))}, { mimeType: 'mock:sleep' }).then((r) => process.stdout.write(r.content));`;
  const done = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', timeout: 10000 });
  assert.strictEqual(done.status, 0, done.stderr);
  assert.strictEqual(done.stdout, 'sleep\n');
});

test('process.exit with jobs at work', () => {
  const program = `const { extractFile } = require(${JSON.stringify(binding)});
    for (let i = 0; i < 20; i++) extractFile(${JSON.stringify(sleeper(60000))}, { mimeType: 'mock:sleep' });
    setTimeout(() => process.exit(7), 50);`;
  const done = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', timeout: 10000 });
  assert.strictEqual(done.status, 7, done.stderr);
});

test('worker threads, terminated with jobs at work', async () => {
  const program = `const { parentPort } = require('node:worker_threads');
    const { extractFile } = require(${JSON.stringify(binding)});
    const nap = (file) => extractFile(file, { mimeType: 'mock:sleep' });
    nap(${JSON.stringify(sleeper(1))}).then((r) => parentPort.postMessage(r.content));
    for (let i = 0; i < 20; i++) nap(${JSON.stringify(sleeper(60000))});
    for (let i = 0; i < 200; i++) nap(${JSON.stringify(sleeper(1))});`;
  for (let i = 0; i < 20; i++) {
    const worker = new Worker(program, { eval: true });
    if (i % 2) await new Promise((resolve) => worker.once('online', resolve));
    else await sleep(60);
    await worker.terminate();
  }
  await nap(1);
});
