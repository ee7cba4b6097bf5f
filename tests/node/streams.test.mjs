// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages of a document, documents of a batch.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FIXTURES, PDF, collect, library, mock, node, scratch } from './helpers.mjs';

const { ExtractError, Item, Runtime, batchExtractBytes, batchExtractBytesSync, batchExtractFiles, batchExtractFilesSync, extractBytes, streamBatch, streamPages } = library;
const LONG = path.join(FIXTURES, 'pdf', 'long.pdf');
const naps = (...times) => times.map((ms) => Buffer.from(String(ms)));

test('pages as they are done', async () => {
  const pages = await collect(streamPages(LONG));
  const numbers = pages.flatMap((page) => page.pages.map(({ number }) => number));
  assert(numbers.length > 1);
  assert.deepStrictEqual(numbers, numbers.map((_, i) => i + 1));
  const whole = await library.extractFile(LONG);
  assert.deepStrictEqual(pages[0].metadata, whole.metadata);
  assert.strictEqual(numbers.length, whole.pages.length);
  for (const input of [fs.readFileSync(LONG), new Blob([fs.readFileSync(LONG)]), fs.createReadStream(LONG)])
    assert.strictEqual((await collect(streamPages(input))).length, pages.length);
});

test('who leaves early stops the work', async () => {
  const stream = streamPages(...mockArguments('pages', 100000));
  for await (const page of stream) {
    assert.strictEqual(page.pages[0].number, 1);
    break;
  }
  assert.deepStrictEqual(await stream.next(), { done: true, value: undefined });
  assert.strictEqual(stream.statistics.pages, 1);
  const thrown = streamPages(...mockArguments('pages', 100000));
  await assert.rejects(async () => {
    for await (const page of thrown) throw new Error(page.status);
  }, /complete/);
  await extractBytes(...mock('empty'));
});

test('errors of a stream', async () => {
  await assert.rejects(collect(streamPages('/no/such')), { code: 'ENOENT', path: '/no/such' });
  assert.throws(() => streamPages(PDF, { maxPagez: 1 }), TypeError);
  assert.throws(() => streamBatch(5), TypeError);
  assert.throws(() => streamBatch('one path'), TypeError);
  assert.throws(() => streamBatch(Buffer.from('x')), TypeError);
  const late = streamPages(...mockArguments('pages', 100000, { timeout: 50 }));
  await assert.rejects(collect(late), { name: 'TimeoutError' });
});

test('a signal ends a stream that waits', async () => {
  const stream = streamBatch(naps(60000), { mimeType: 'mock:sleep', signal: AbortSignal.timeout(50) });
  await assert.rejects(collect(stream), ({ name, cause }) => name === 'AbortError' && cause.name === 'TimeoutError');
  await assert.rejects(streamPages(PDF, { signal: AbortSignal.abort() }).next(), { name: 'AbortError' });
});

test('one waits while another is closed', async () => {
  const stream = streamBatch(naps(60000), { mimeType: 'mock:sleep' });
  const item = stream.next();
  await sleep(20);
  stream.close();
  assert.deepStrictEqual(await item, { done: true, value: undefined });
});

test('items of a batch', async () => {
  const inputs = [PDF, '/no/such', LONG];
  const items = await collect(streamBatch(inputs));
  assert(items.every((item) => item instanceof Item));
  assert.deepStrictEqual(items.map(({ index }) => index).sort(), [0, 1, 2]);
  for (const item of items) {
    assert.strictEqual(item.input, inputs[item.index]);
    if (item.index === 1) {
      assert.strictEqual(item.error.code, 'ENOENT');
      assert.throws(() => item.get(), ExtractError);
    } else assert.strictEqual(item.get().status, 'complete');
  }
});

test('by completion, or in order', async () => {
  const times = [200, 1, 1, 1], options = { mimeType: 'mock:sleep' };
  const runtime = new Runtime({ threads: 2 });
  const asDone = await collect(runtime.streamBatch(naps(...times), options));
  assert.strictEqual(asDone.at(-1).index, 0);
  const inOrder = await collect(runtime.streamBatch(naps(...times), { ...options, inOrder: true }));
  assert.deepStrictEqual(inOrder.map(({ index }) => index), [0, 1, 2, 3]);
  await runtime.close();
});

test('inputs of any iterable, asked for as needed', async () => {
  let asked = 0, ended = false;
  function* generator() {
    try {
      for (;;) yield Buffer.from(String(asked++ % 3));
    } finally {
      ended = true;
    }
  }
  const stream = streamBatch(generator(), { mimeType: 'mock:sleep', inOrder: true });
  for (let i = 0; i < 10; i++) assert.strictEqual((await stream.next()).value.index, i);
  await stream.return();
  assert(asked < 200, `${asked} asked`);
  assert(ended);
});

test('asynchronous inputs', async () => {
  async function* slow() {
    for (const ms of [3, 1, 2]) {
      await sleep(5);
      yield Buffer.from(String(ms));
    }
    yield new Blob(['1']);
  }
  const items = await collect(streamBatch(slow(), { mimeType: 'mock:sleep' }));
  assert.deepStrictEqual(items.map((item) => item.get().content), Array(4).fill('sleep\n'));
  const mixed = await collect(streamBatch([PDF, new Blob([fs.readFileSync(PDF)]), fs.createReadStream(PDF)], { inOrder: true }));
  assert.deepStrictEqual(mixed.map(({ result }) => result.mimeType), Array(3).fill('application/pdf'));
  async function* hanging() {
    yield PDF;
    await new Promise(() => {});
  }
  const left = streamBatch(hanging());
  assert.strictEqual((await left.next()).value.get().status, 'complete');
  await left.return();
});

test('inputs that fail end the batch after what is at work', async () => {
  function* sync() {
    yield PDF;
    throw new Error('no more paths');
  }
  async function* async() {
    yield* sync();
  }
  for (const inputs of [sync(), async(), [PDF, 5], [PDF, {}]]) {
    const stream = streamBatch(inputs);
    assert.strictEqual((await stream.next()).value.get().status, 'complete');
    await assert.rejects(stream.next(), /no more paths|a document is/);
    assert.deepStrictEqual(await stream.next(), { done: true, value: undefined });
  }
});

test('an input that cannot be read touches no other', async () => {
  async function* broken() {
    yield Buffer.from('1');
    throw new TypeError('terminated');
  }
  for (const inOrder of [true, false])
    for (const wrap of [(inputs) => inputs, (inputs) => (async function* () { yield* inputs; })()]) {
      const items = await collect(streamBatch(wrap([broken(), PDF, broken(), PDF, broken()]), { inOrder }));
      const byIndex = items.sort((a, b) => a.index - b.index).map(({ error, result }) => error?.code ?? result.status);
      assert.deepStrictEqual(byIndex, ['ERR_XTR_IO', 'complete', 'ERR_XTR_IO', 'complete', 'ERR_XTR_IO']);
      if (inOrder) assert.deepStrictEqual(items.map(({ index }) => index), [0, 1, 2, 3, 4]);
    }
});

test('a stream that is closed from inside its inputs', async () => {
  for (const close of [(stream) => stream.close(), (_, controller) => controller.abort()]) {
    const controller = new AbortController();
    let stream;
    function* inputs() {
      for (let i = 0; ; i++) {
        if (i === 3) close(stream, controller);
        yield Buffer.from('5');
      }
    }
    stream = streamBatch(inputs(), { mimeType: 'mock:sleep', signal: controller.signal });
    const items = await collect(stream).catch((error) => error.name);
    assert(items === 'AbortError' || items.length === 0);
  }
});

test('inputs in memory are not gathered by the thousand', async () => {
  let asked = 0;
  function* inputs() {
    for (;;) {
      asked++;
      const data = Buffer.alloc(1 << 20);
      data.write('1');
      yield data;
    }
  }
  const stream = streamBatch(inputs(), { mimeType: 'mock:sleep' });
  await stream.next();
  stream.close();
  assert(asked < 200, `${asked} asked`);
});

test('memory of a page stream is copied at the call', async () => {
  const data = Buffer.from('3');
  const stream = streamPages(data, { mimeType: 'mock:pages' });
  data.write('9');
  assert.strictEqual((await collect(stream)).filter(({ pages }) => pages.length).length, 3);
});

test('closing while an input is read', async () => {
  let read;
  const source = new ReadableStream({ start: (controller) => (read = controller), pull: () => new Promise(() => {}), cancel: () => (read = 'cancelled') });
  const stream = streamPages(source);
  const item = stream.next();
  await sleep(20);
  stream.close();
  assert.deepStrictEqual(await item, { done: true, value: undefined });
  await sleep(0);
  assert.strictEqual(read, 'cancelled');
});

test('a signal ends what is at work, whether or not somebody waits', async () => {
  const runtime = new Runtime({ threads: 1 });
  const controller = new AbortController();
  const stream = runtime.streamBatch([Buffer.from('1'), Buffer.from('60000')], { mimeType: 'mock:sleep', inOrder: true, signal: controller.signal });
  assert.strictEqual((await stream.next()).value.index, 0);
  controller.abort();
  await runtime.extractBytes(...mock('empty')); // its thread is free
  await assert.rejects(stream.next(), { name: 'AbortError' });
  await runtime.close();
});

test('options that do not apply are refused', async () => {
  assert.throws(() => streamPages(PDF, { onProgress: () => {} }), { code: 'ERR_XTR_ARGUMENT' });
  await assert.rejects(library.extractFile(PDF, { inOrder: true }), { code: 'ERR_XTR_ARGUMENT' });
});

test('a failure of next() that nobody handles is reported', () => {
  const done = node(`libextract.streamPages('/no/such').next(); setTimeout(() => {}, 1000);`);
  assert.strictEqual(done.status, 1);
  assert.match(done.stderr, /ENOENT/);
});

test('a batch of many, and of many types', async () => {
  const many = await batchExtractBytes(Array(150000).fill(Buffer.from('1')), { mimeType: 'mock:empty' });
  assert.strictEqual(many.length, 150000);
  const start = performance.now();
  const types = Array.from({ length: 20000 }, (_, i) => ['mock:empty', 'text/plain'][i % 2]);
  const typed = await batchExtractBytes(Array(20000).fill(Buffer.from('1')), types);
  assert(typed.every(({ mimeType }, i) => mimeType === types[i]));
  assert(performance.now() - start < 15000);
  async function* slow() {
    yield Buffer.from('1');
  }
  assert.strictEqual((await batchExtractBytes(slow(), ['mock:empty']))[0].mimeType, 'mock:empty');
  assert.throws(() => batchExtractFilesSync([PDF], { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('ready items leave the event loop its turns', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const start = performance.now();
  for await (const item of streamBatch(Array(3000).fill(Buffer.from('1')), { mimeType: 'mock:empty' })) item.get();
  clearInterval(timer);
  const least = Math.min(5, (performance.now() - start) / 10);
  assert(ticks >= least, `${ticks} ticks`);
});

test('a slow consumer holds the pages back', async () => {
  const stream = streamPages(...mockArguments('pages', 2000));
  await stream.next();
  await sleep(100);
  const start = performance.now();
  for (let i = 0; i < 20; i++) await stream.next();
  assert(performance.now() - start > 5); // most were made only now
  await stream.return();
});

test('batches give results and errors in order', async () => {
  const paths = [PDF, '/no/such', LONG];
  for (const outcomes of [await batchExtractFiles(paths), batchExtractFilesSync(paths), await batchExtractFiles(new Set(paths))]) {
    assert.deepStrictEqual(outcomes.map((outcome) => outcome.status ?? outcome.code), ['complete', 'ENOENT', 'complete']);
    assert(outcomes[1] instanceof ExtractError);
  }
  const data = [Buffer.from('text'), fs.readFileSync(PDF), Buffer.from('1')];
  const types = [null, 'application/pdf', 'mock:empty'];
  for (const outcomes of [await batchExtractBytes(data, types), batchExtractBytesSync(data, types)])
    assert.deepStrictEqual(outcomes.map(({ mimeType }) => mimeType), ['text/plain', 'application/pdf', 'mock:empty']);
  const markdown = await batchExtractBytes([fs.readFileSync(PDF)], { format: 'markdown' });
  assert.strictEqual(markdown[0].content, (await batchExtractFiles([PDF], { format: 'markdown' }))[0].content);
  await assert.rejects(batchExtractBytes(data, ['a']), /3 documents and 1 MIME types/);
  await assert.rejects(batchExtractFiles([PDF], { signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.throws(() => batchExtractBytesSync([new Blob(['x'])]), /synchronously/);
  assert.deepStrictEqual(await batchExtractFiles([]), []);
  await assert.rejects(batchExtractBytes(PDF), TypeError);
});

test('a stream nobody reads any more ends with its process', () => {
  const file = path.join(scratch(), 'pages');
  fs.writeFileSync(file, '100000');
  const done = node(`
    (async () => {
      const stream = libextract.streamPages(${JSON.stringify(file)}, { mimeType: 'mock:pages' });
      console.log((await stream.next()).value.pages[0].number);
    })();`);
  assert.strictEqual(done.stdout, '1\n', done.stderr);
});

function mockArguments(kind, amount, options) {
  const [data, mimeType] = mock(kind, amount);
  return [data, { mimeType, ...options }];
}
