// SPDX-License-Identifier: AGPL-3.0-or-later
// Batches over folders, with a journal.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { collect, library, scratch } from './helpers.mjs';

const { batchExtractFiles, streamBatch } = library;

// Three texts, two of the same content, and an empty file.
function folder() {
  const root = fs.mkdtempSync(path.join(scratch(), 'batch-'));
  const inside = path.join(root, 'in');
  fs.mkdirSync(path.join(inside, 'deep'), { recursive: true });
  fs.writeFileSync(path.join(inside, 'one.txt'), 'One.\n');
  fs.writeFileSync(path.join(inside, 'deep', 'two.txt'), 'Two.\n');
  fs.writeFileSync(path.join(inside, 'deep', 'again.txt'), 'One.\n');
  fs.writeFileSync(path.join(inside, 'empty.txt'), '');
  return { inside, journal: path.join(root, 'journal.jsonl') };
}

const states = (journal) => Object.fromEntries(fs.readFileSync(journal, 'utf8').trim().split('\n')
  .map((line) => JSON.parse(line)).map((found) => [path.basename(found.path), found.status]));

test('a folder stands for its files', async () => {
  const { inside } = folder();
  const items = await collect(streamBatch([inside, path.join(inside, 'one.txt')]));
  assert.deepStrictEqual(items.map(({ input }) => path.basename(input)).sort(),
    ['again.txt', 'empty.txt', 'one.txt', 'one.txt', 'two.txt']);
  assert.deepStrictEqual(items.filter(({ index }) => index === 1).map((item) => item.get().content), ['One.\n']);
  const some = await collect(streamBatch([inside], { include: ['t*.txt'] }));
  assert.deepStrictEqual(some.map(({ input }) => input), [path.join(inside, 'deep', 'two.txt')]);
});

test('a list takes no folders and no journal', async () => {
  const { inside, journal } = folder();
  const [outcome] = await batchExtractFiles([inside]);
  assert.strictEqual(outcome.code, 'EISDIR');
  await assert.rejects(batchExtractFiles([inside], { journal }));
});

test('a journal goes on', async () => {
  const { inside, journal } = folder();
  assert.strictEqual((await collect(streamBatch([inside], { journal }))).length, 4);
  assert.deepStrictEqual([...new Set(Object.values(states(journal)))].sort(), ['complete', 'failed']);
  await assert.rejects(collect(streamBatch([inside], { journal })), /journal already/);
  const again = streamBatch([inside], { journal, resume: true });
  assert.deepStrictEqual(await collect(again), []);
  assert.strictEqual(again.statistics.unchanged, 4);
  fs.writeFileSync(path.join(inside, 'one.txt'), 'Changed.\n');
  const changed = await collect(streamBatch([inside], { journal, resume: true }));
  assert.deepStrictEqual(changed.map((item) => item.get().content), ['Changed.\n']);
  const retried = await collect(streamBatch([inside], { journal, retryFailed: true }));
  assert.deepStrictEqual(retried.map(({ input }) => path.basename(input)), ['empty.txt']);
});

test('who leaves early loses nothing', async () => {
  const { inside, journal } = folder();
  const seen = [];
  for await (const item of streamBatch([inside], { journal })) {
    seen.push(item.input);
    if (seen.length === 2) break;
  }
  assert.strictEqual(Object.keys(states(journal)).length, 1);
  const rest = (await collect(streamBatch([inside], { journal, resume: true }))).map(({ input }) => input);
  assert.strictEqual(rest.length, 3);
  assert(rest.includes(seen[1]) && !rest.includes(seen[0]));
});

test('the same content once', async () => {
  const { inside, journal } = folder();
  const items = await collect(streamBatch([inside], { journal, sameContent: 'once' }));
  const [same, ...others] = items.filter(({ sameAs }) => sameAs);
  assert.deepStrictEqual([others.length, same.result, same.error], [0, undefined, undefined]);
  assert.deepStrictEqual([same.input, same.sameAs].map((name) => path.basename(name)).sort(), ['again.txt', 'one.txt']);
});
