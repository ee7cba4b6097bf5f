// SPDX-License-Identifier: AGPL-3.0-or-later
// Promises: the event loop stays free, signals and time limits stop, progress is told.
import assert from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { library, mock, node } from './helpers.mjs';

const { AbortError, ExtractError, Runtime, extractBytes, extractBytesSync } = library;
const nap = (ms, options) => extractBytes(...mock('sleep', ms, options));

test('ten thousand at once', async () => {
  const results = await Promise.all(Array.from({ length: 10000 }, () => extractBytes(...mock('empty'))));
  assert(results.every((result) => result.content === 'empty\n'));
});

test('one after the other', async () => {
  for (let i = 0; i < 1000; i++) assert.strictEqual((await extractBytes(...mock('empty'))).status, 'complete');
});

test('the event loop stays free', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  await nap(300);
  clearInterval(timer);
  assert(ticks >= 15, `${ticks} ticks`);
});

test('many large results leave the event loop its turns', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const lengths = await Promise.all(
    Array.from({ length: 100 }, async () => (await extractBytes(...mock('huge'))).content.length),
  );
  clearInterval(timer);
  assert(lengths.every((length) => length > 1 << 20));
  assert(ticks >= 5, `${ticks} ticks`);
});

test('a signal ends jobs at once', async () => {
  const controller = new AbortController();
  const jobs = Array.from({ length: 20 }, () => nap(60000, { signal: controller.signal }));
  setTimeout(() => controller.abort(new Error('enough')), 50);
  const start = performance.now();
  for (const { reason } of await Promise.allSettled(jobs)) {
    assert(reason instanceof AbortError);
    assert.deepStrictEqual([reason.name, reason.code, reason.cause.message], ['AbortError', 'ABORT_ERR', 'enough']);
  }
  assert(performance.now() - start < 1000);
  await nap(1); // the threads are free for others
  await assert.rejects(nap(1, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.throws(() => extractBytesSync(...mock('sleep', 1, { signal: AbortSignal.abort() })), { name: 'AbortError' });
  await assert.rejects(nap(60000, { signal: AbortSignal.timeout(50) }), ({ name, cause }) => name === 'AbortError' && cause.name === 'TimeoutError');
});

test('one listener a signal, gone when its jobs are', async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...given) => (listeners++, addEventListener.apply(signal, given));
  signal.removeEventListener = (...given) => (listeners--, removeEventListener.apply(signal, given));
  const jobs = Array.from({ length: 50 }, () => nap(5, { signal }));
  assert.strictEqual(listeners, 1);
  await Promise.all(jobs);
  assert.strictEqual(listeners, 0);
});

test('a signal of another kind that fails harms no other job', async () => {
  const signal = { aborted: false, addEventListener() {}, removeEventListener() { throw new Error('not mine'); } };
  const jobs = [nap(5, { signal }), nap(5), nap(5)];
  await assert.rejects(jobs[0], { message: 'not mine' });
  await Promise.all(jobs.slice(1));
  await nap(1);
});

test('a time limit', async () => {
  const expected = { name: 'TimeoutError', code: 'ERR_XTR_TIMEOUT', kind: 'timeout', number: 13, message: /50 ms/ };
  await assert.rejects(nap(60000, { timeout: 50 }), expected);
  await assert.rejects(nap(60000, { timeout: '50ms' }), expected);
  await assert.rejects(nap(60000, { timeout: 50 }), ExtractError);
  await assert.rejects(nap(60000, { extractionTimeoutSecs: 0.05 }), expected);
});

test('progress is told, in the context of the caller', async () => {
  const storage = new AsyncLocalStorage();
  const told = [];
  await storage.run('mine', () => extractBytes(...mock('pages', 300, { onProgress: (now) => told.push({ ...now, store: storage.getStore() }) })));
  assert(told.length >= 2, `${told.length} times`);
  assert.deepStrictEqual(told.at(-1), { pagesDone: 300, pagesTotal: 300, bytesDone: 3, bytesTotal: 3, store: 'mine' });
  told.length = 0;
  extractBytesSync(...mock('pages', 100, { onProgress: (now) => told.push(now) }));
  assert.strictEqual(told.at(-1).pagesDone, 100);
});

test('what the callback for progress throws stops the job', async () => {
  let calls = 0;
  const onProgress = () => {
    calls++;
    throw new Error('no more');
  };
  const start = performance.now();
  await assert.rejects(nap(60000, { onProgress }), { message: 'no more' });
  await sleep(100);
  assert.strictEqual(calls, 1);
  assert.throws(() => extractBytesSync(...mock('sleep', 60000, { onProgress })), { message: 'no more' });
  assert(performance.now() - start < 2000);
});

test('asynchronous context is kept across awaits', async () => {
  const storage = new AsyncLocalStorage();
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      storage.run(i, async () => {
        await nap(i % 3);
        assert.strictEqual(storage.getStore(), i);
      }),
    ),
  );
});

test('priorities', async () => {
  const runtime = new Runtime({ threads: 1 });
  const order = [];
  const job = async (name, priority) => {
    await runtime.extractBytes(...mock('sleep', 20, { priority }));
    order.push(name);
  };
  const first = job('first', 'normal');
  await sleep(10);
  await Promise.all([first, job('low', 'low'), job('high', 'high')]);
  assert.deepStrictEqual(order, ['first', 'high', 'low']);
  await runtime.close();
});

test('more jobs than a queue admits are kept', async () => {
  const runtime = new Runtime({ threads: 1, queue: 2 });
  assert.strictEqual((await Promise.all(Array.from({ length: 50 }, () => runtime.extractBytes(...mock('sleep', 1))))).length, 50);
  await runtime.close();
});

test('a full queue may refuse', async () => {
  const runtime = new Runtime({ threads: 1, queue: 2, whenFull: 'refuse' });
  const jobs = await Promise.allSettled(Array.from({ length: 10 }, () => runtime.extractBytes(...mock('sleep', 30))));
  const refused = jobs.filter(({ reason }) => reason?.code === 'ERR_XTR_BUSY' && reason.kind === 'busy');
  assert(refused.length >= 7, `${refused.length} refused`);
  assert.strictEqual(jobs.filter(({ status }) => status === 'fulfilled').length, 10 - refused.length);
  await runtime.close();
});

test('an uncaught exception in a continuation leaves the others their turn', () => {
  const done = node(`
    process.on('uncaughtException', (error) => console.log('caught', error.message));
    for (let i = 0; i < 50; i++)
      libextract.extractBytes(Buffer.from('1'), 'mock:empty').then(({ content }) => {
        if (i % 10 === 0) process.nextTick(() => { throw new Error(i); });
        console.log(content.trim());
      });`);
  assert.strictEqual(done.status, 0, done.stderr);
  assert.strictEqual(done.stdout.match(/caught/g).length, 5);
  assert.strictEqual(done.stdout.match(/^empty/gm).length, 50);
});

test('the files of Node.js do not wait for documents', () => {
  const done = node(`
    const fs = require('node:fs');
    const jobs = Array.from({ length: 16 }, () => libextract.extractBytes(Buffer.from('200'), 'mock:sleep'));
    const start = performance.now();
    fs.readFile('/etc/passwd', () => console.log(performance.now() - start < 150));
    Promise.all(jobs);`);
  assert.strictEqual(done.stdout, 'true\n', done.stderr);
});
