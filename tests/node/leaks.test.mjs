// SPDX-License-Identifier: AGPL-3.0-or-later
// A hundred thousand calls, and those that fail, are stopped or dropped, leave no memory behind.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { node, scratch } from './helpers.mjs';

const file = path.join(scratch(), 'three');
fs.writeFileSync(file, '3');

const CASES = {
  awaited: [100000, 'await Promise.all(Array.from({ length: 100 }, async () => (await extractBytes(ONE, "mock:empty")).content))'],
  sync: [50000, 'for (let i = 0; i < 100; i++) extractBytesSync(ONE, "mock:empty").pages'],
  failing: [20000, 'await Promise.allSettled(Array.from({ length: 100 }, () => extractFile("/no/such")))'],
  'with a signal': [20000, `await Promise.all(Array.from({ length: 100 }, () => extractBytes(ONE, 'mock:empty', { signal })))`],
  stopped: [10000, `const one = new AbortController();
    const jobs = Array.from({ length: 100 }, () => extractBytes(Buffer.from('60000'), 'mock:sleep', { signal: one.signal }));
    one.abort();
    await Promise.allSettled(jobs);
    await new Promise(setImmediate)`],
  'taken over': [5000, 'await Promise.all(Array.from({ length: 100 }, () => extractBytes(new Uint8Array(10000).fill(49), "mock:empty", { transfer: true })))'],
  large: [3000, 'await Promise.all(Array.from({ length: 100 }, async () => (await extractBytes(BIG, "text/plain")).content.length))'],
  streamed: [3000, `await Promise.all(Array.from({ length: 100 }, async () => {
    for await (const page of streamPages(${JSON.stringify(file)}, { mimeType: 'mock:pages' })) break;
  }))`],
  batches: [3000, `for await (const item of streamBatch(Array(100).fill(ONE), { mimeType: 'mock:empty' })) item.get().content`],
};

for (const [name, [count, work]] of Object.entries(CASES)) {
  test(name, () => {
    const done = node(
      `const { extractBytes, extractBytesSync, extractFile, streamBatch, streamPages } = libextract;
      const ONE = Buffer.from('1'), BIG = Buffer.alloc(100000, 'text '), { signal } = new AbortController();
      async function resident() {
        await extractBytes(ONE, 'mock:empty'); // behind all others
        for (let i = 0; i < 5; i++) { gc(); await new Promise(setImmediate); }
        return Number(require('node:fs').readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4;
      }
      async function repeat(times) {
        for (let i = 0; i < times; i++) { ${work}; }
      }
      (async () => {
        // What leaks grows each time; the allocator's own share may take a few rounds to settle.
        const grown = [];
        for (let before = 0, i = 0; i < 5 || (i < 10 && Math.min(...grown) >= 500); i++) {
          await repeat(${count / 500});
          const now = await resident();
          grown.push(now - before);
          before = now;
        }
        console.log(Math.min(...grown));
      })();`,
      { args: ['--expose-gc', '--max-semi-space-size=1'] },
    );
    assert.strictEqual(done.status, 0, done.stderr);
    assert(Number(done.stdout) < 500, `${done.stdout.trim()} KB`);
  });
}
