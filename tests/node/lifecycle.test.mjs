// SPDX-License-Identifier: AGPL-3.0-or-later
// Processes, worker_threads, runtimes: how things end.
import assert from 'node:assert';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { BINDING, FIXTURES, library, mock, node } from './helpers.mjs';

const { Runtime, extractBytes } = library;
const SLEEP = `const nap = (ms, options, from = libextract) => from.extractBytes(Buffer.from(String(ms)), 'mock:sleep', options);`;

test('pending work holds the process, nothing else does', () => {
  const done = node(`${SLEEP}
    const idle = new libextract.Runtime({ threads: 2 });
    nap(100).then((result) => process.stdout.write(result.content));`);
  assert.strictEqual(done.status, 0, done.stderr);
  assert.strictEqual(done.stdout, 'sleep\n');
  assert.strictEqual(node('').status, 0);
  for (const executor of ['own', 'uv'])
    assert.strictEqual(node(`${SLEEP} nap(50, {}, new libextract.Runtime({ executor: '${executor}' })).then((r) => process.stdout.write(r.content));`).stdout, 'sleep\n');
});

test('process.exit with jobs at work', () => {
  for (const executor of ['own', 'uv']) {
    const done = node(`${SLEEP}
      const runtime = new libextract.Runtime({ executor: '${executor}' });
      for (let i = 0; i < 20; i++) { nap(60000); nap(60000, {}, runtime); }
      libextract.streamBatch([Buffer.from('60000')], { mimeType: 'mock:sleep' }).next();
      setTimeout(() => process.exit(7), 50);`);
    assert.strictEqual(done.status, 7, done.stderr);
  }
});

test('an uncaught exception with jobs at work', () => {
  const done = node(`${SLEEP}
    for (let i = 0; i < 20; i++) nap(60000);
    setTimeout(() => { throw new Error('mine'); }, 50);`);
  assert.strictEqual(done.status, 1);
  assert.match(done.stderr, /mine/);
});

test('a rejected promise nobody handles ends the process as any other', () => {
  const done = node(`libextract.extractFile('/no/such');`);
  assert.strictEqual(done.status, 1);
  assert.match(done.stderr, /ENOENT/);
});

const WORK = `
  const { parentPort, workerData } = require('node:worker_threads');
  const libextract = require(${JSON.stringify(BINDING)});
  ${SLEEP}
  const runtime = workerData && new libextract.Runtime({ threads: 2, executor: workerData });
  nap(1).then((result) => parentPort.postMessage(result.toObject()));
  for (let i = 0; i < 25; i++) nap(60000, {}, i % 2 && runtime ? runtime : libextract);
  for (let i = 0; i < 25; i++) nap(i % 4, {}, i % 2 && runtime ? runtime : libextract);
  libextract.streamPages(Buffer.from('100000'), { mimeType: 'mock:pages' }).next();
  libextract.extractBytes(new Uint8Array(100000).fill(54), 'mock:sleep', { transfer: true });`;

test('worker threads are terminated with fifty jobs at work', async () => {
  for (let i = 0; i < 100; i++) {
    const worker = new Worker(WORK, { eval: true, workerData: [undefined, 'own', 'uv'][i % 3] });
    if (i % 10 === 0) assert.strictEqual((await once(worker, 'message'))[0].content, 'sleep\n');
    else if (i % 2) await once(worker, 'online');
    else await sleep(i % 7 * 5);
    await worker.terminate();
  }
  assert.strictEqual((await extractBytes(...mock('sleep', 1))).content, 'sleep\n');
});

test('worker threads work side by side, and end by themselves', async () => {
  const program = `
    const { parentPort } = require('node:worker_threads');
    const libextract = require(${JSON.stringify(BINDING)});
    ${SLEEP}
    Promise.all(Array.from({ length: 100 }, (_, i) => nap(i % 3))).then((all) => parentPort.postMessage(all.length));`;
  const workers = Array.from({ length: 4 }, () => new Worker(program, { eval: true }));
  const ends = workers.map((worker) => once(worker, 'exit'));
  for (const [count] of await Promise.all(workers.map((worker) => once(worker, 'message')))) assert.strictEqual(count, 100);
  for (const [code] of await Promise.all(ends)) assert.strictEqual(code, 0);
});

test('process.exit in a worker thread', async () => {
  for (let i = 0; i < 10; i++) {
    const worker = new Worker(`${WORK} setTimeout(() => process.exit(3), ${i * 3});`, { eval: true, workerData: 'uv' });
    assert.deepStrictEqual(await once(worker, 'exit'), [3]);
  }
});

test('process.exit from inside the inputs of a batch', async () => {
  const worker = new Worker(`
    const libextract = require(${JSON.stringify(BINDING)});
    function* inputs() { yield Buffer.from('1'); process.exit(3); }
    libextract.streamBatch(inputs(), { mimeType: 'mock:sleep' }).next();`, { eval: true });
  assert.deepStrictEqual(await once(worker, 'exit'), [3]);
});

test('processes of Node.js after isolation', async () => {
  const three = (options) => extractBytes(...mock('pages', 3, { isolation: 'process', ...options }));
  assert.strictEqual((await three()).pages.length, 3);
  const child = spawn(process.execPath, ['-e', 'process.exit(7)']);
  assert.deepStrictEqual(await once(child, 'exit'), [7, null]);
  assert.strictEqual(spawnSync('printf', ['x'], { encoding: 'utf8' }).stdout, 'x');
  await assert.rejects(extractBytes(...mock('crash', 1, { isolation: 'process' })), { code: 'ERR_XTR_CRASHED', kind: 'crashed', message: /SIGABRT/ });
});

for (const executor of ['own', 'uv']) {
  test(`a runtime of one's own (${executor})`, async () => {
    const runtime = new Runtime({ threads: 2, executor });
    const results = await Promise.all(Array.from({ length: 50 }, () => runtime.extractBytes(...mock('sleep', 1))));
    assert(results.every((result) => result.content === 'sleep\n'));
    const controller = new AbortController();
    const stopped = runtime.extractBytes(...mock('sleep', 60000, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 20);
    await assert.rejects(stopped, { name: 'AbortError' });
    await assert.rejects(runtime.extractBytes(...mock('sleep', 60000, { timeout: 30 })), { name: 'TimeoutError' });
    const pages = [];
    for await (const page of runtime.streamPages(path.join(FIXTURES, 'pdf', 'long.pdf'))) pages.push(page);
    assert(pages.length > 1);
    const last = runtime.extractBytes(...mock('sleep', 50));
    await runtime.close();
    assert.strictEqual((await last).content, 'sleep\n'); // closing waits
    await runtime.close();
    await assert.rejects(runtime.extractBytes(...mock('empty')), { code: 'ERR_XTR_CLOSED', kind: 'closed' });
  });

  test(`a runtime that is closed at once (${executor})`, async () => {
    const runtime = new Runtime({ executor });
    const jobs = Array.from({ length: 10 }, () => runtime.extractBytes(...mock('sleep', 60000)));
    const settled = Promise.allSettled(jobs);
    await runtime.close({ cancel: true });
    for (const { reason } of await settled) assert.strictEqual(reason.code, 'ERR_XTR_CANCELLED');
  });
}

test('what a first close waits for, a second one cancels', async () => {
  const runtime = new Runtime({ threads: 1 });
  const job = assert.rejects(runtime.extractBytes(...mock('sleep', 60000)), { kind: 'cancelled' });
  const stream = runtime.streamPages(Buffer.from('100000'), { mimeType: 'mock:pages' });
  await sleep(10);
  const first = runtime.close();
  await sleep(20);
  await runtime.close({ cancel: true });
  await first;
  await job;
  stream.close();
});

test('a runtime that is collected while it has work to give up', () => {
  const done = node(`
    const { Worker } = require('node:worker_threads');
    const worker = new Worker(\`
      const libextract = require(${JSON.stringify(BINDING)});
      for (const executor of ['uv', 'own']) {
        const controller = new AbortController();
        new libextract.Runtime({ executor }).extractBytes(Buffer.from('300'), 'mock:hang', { signal: controller.signal }).catch(() => {});
        setTimeout(() => controller.abort(), 5);
      }
      let longest = 0, last = performance.now();
      const tick = setInterval(() => { longest = Math.max(longest, performance.now() - last); last = performance.now(); }, 5);
      setTimeout(gc, 20), setTimeout(gc, 40);
      setTimeout(() => require('node:worker_threads').parentPort.postMessage(longest < 150), 100);\`, { eval: true });
    worker.once('message', async (free) => { await worker.terminate(); console.log(free); });`, { args: ['--expose-gc'] });
  assert.strictEqual(done.stdout, 'true\n', done.stderr);
});

test('closing keeps the event loop free', async () => {
  const runtime = new Runtime({ threads: 1 });
  const job = runtime.extractBytes(...mock('sleep', 200));
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  await runtime.close();
  clearInterval(timer);
  assert(ticks >= 8, `${ticks} ticks`);
  await job;
});

test('runtimes: mistakes, and what is disposed of', async () => {
  for (const wrong of [{ threads: -1 }, { threads: 'two' }, { queue: 0.5 }, { queue: 2 ** 32 }, { executor: 'mine' }, { whenFull: 'panic' }, { thread: 1 }]) assert.throws(() => new Runtime(wrong), TypeError);
  assert.throws(() => new Runtime({ executor: 'uv' }).extractBytesSync(...mock('empty')), TypeError);
  await assert.rejects(new Runtime({ executor: 'uv' }).streamBatch(['a']).next(), { kind: 'argument' });
  if (Symbol.asyncDispose) await new Runtime()[Symbol.asyncDispose]();
});

test('a job keeps its runtime', () => {
  for (const executor of ['own', 'uv']) {
    const done = node(`${SLEEP}
      nap(50, {}, new libextract.Runtime({ executor: '${executor}' })).then((result) => process.stdout.write(result.content));
      (async () => {
        for await (const item of new libextract.Runtime().streamBatch([Buffer.from('50')], { mimeType: 'mock:sleep' })) process.stdout.write(item.get().content);
      })();
      setTimeout(() => { gc(); gc(); }, 10);`, { args: ['--expose-gc'] });
    assert.strictEqual(done.stdout, 'sleep\nsleep\n', done.stderr);
  }
});

test('runtimes that nobody has any more', () => {
  const done = node(`${SLEEP}
    (async () => {
      for (let i = 0; i < 200; i++) await nap(0, {}, new libextract.Runtime({ threads: 1, executor: i % 2 ? 'own' : 'uv' }));
      for (let i = 0; i < 5; i++) { gc(); await new Promise(setImmediate); }
      console.log(require('node:fs').readdirSync('/proc/self/task').length < 60);
    })();`, { args: ['--expose-gc'] });
  assert.strictEqual(done.stdout, 'true\n', done.stderr);
});
