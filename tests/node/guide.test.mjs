// SPDX-License-Identifier: AGPL-3.0-or-later
// docs/guide/node.md: each block of js prints the block of text below it.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { BINDING, FIXTURES, ROOT, scratch } from './helpers.mjs';

const guide = fs.readFileSync(path.join(ROOT, 'docs/guide/node.md'), 'utf8');
const folder = scratch();
fs.symlinkSync(FIXTURES, path.join(folder, 'fixtures'));
fs.mkdirSync(path.join(folder, 'node_modules'));
fs.symlinkSync(BINDING, path.join(folder, 'node_modules', 'libextract'));

const examples = [...guide.matchAll(/^```js\n(.*?)^```\n```text\n(.*?)^```/gms)];
test('all examples say what they print', () => assert.strictEqual(examples.length, guide.match(/^```js$/gm).length));

for (const { 1: program, 2: expected, index } of examples) {
  const heading = guide.slice(0, index).match(/^## .*/gm).at(-1);
  test(`${heading}: line ${guide.slice(0, index).split('\n').length}`, () => {
    fs.writeFileSync(path.join(folder, 'example.mjs'), program);
    const done = spawnSync(process.execPath, ['example.mjs'], { cwd: folder, encoding: 'utf8' });
    assert.strictEqual(done.stdout, expected, done.stderr);
  });
}
