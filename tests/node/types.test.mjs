// SPDX-License-Identifier: AGPL-3.0-or-later
// Types: programs pass tsc --strict and run; the declarations name all there is, with examples.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { BINDING, PDF, ROOT, library, scratch } from './helpers.mjs';

const HERE = path.join(ROOT, 'tests', 'node');
const TSC = path.join(HERE, 'node_modules', 'typescript', 'bin', 'tsc');
const STRICT = ['--strict', '--target', 'es2022', '--module', 'nodenext', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noUnusedLocals', 'false'];
const declarations = fs.readFileSync(path.join(BINDING, 'index.d.ts'), 'utf8');
const folder = scratch();

fs.mkdirSync(path.join(folder, 'node_modules'));
fs.symlinkSync(BINDING, path.join(folder, 'node_modules', 'libextract'));
fs.symlinkSync(path.join(HERE, 'node_modules', '@types'), path.join(folder, 'node_modules', '@types'));
for (const name of ['typed_program.mts', 'typed_program.cts']) fs.copyFileSync(path.join(HERE, name), path.join(folder, name));

const run = (...given) => spawnSync(process.execPath, given, { cwd: folder, encoding: 'utf8' });

test('programs are checked, and do what they say', () => {
  const done = run(TSC, ...STRICT, '--lib', 'es2022,esnext.disposable', 'typed_program.mts', 'typed_program.cts');
  assert.strictEqual(done.status, 0, done.stdout);
  assert.strictEqual(run('typed_program.cjs', PDF).stdout, 'true complete busy\n');
  const said = run('typed_program.mjs', PDF);
  assert.strictEqual(said.stdout, `${library.version} 10\n`, said.stderr);
});

test('the types need no others than those of the web', () => {
  fs.writeFileSync(path.join(folder, 'web.mts'), `import { extractBytes } from 'libextract';\nextractBytes(new Blob(['x'])).then(({ content }) => content.length);\n`);
  const done = run(TSC, ...STRICT, '--lib', 'es2022,dom', '--typeRoots', scratch(), '--noEmit', 'web.mts');
  assert.strictEqual(done.status, 0, done.stdout);
});

test('all there is has a declaration', () => {
  for (const name of Object.keys(library).filter((name) => name !== 'default'))
    assert.match(declarations, new RegExp(`^export (function|class|const) ${name}\\b`, 'm'));
  for (const name of [...Object.getOwnPropertyNames(library.Runtime.prototype), ...Object.getOwnPropertyNames(library.Stream.prototype)])
    if (!['constructor', 'all'].includes(name)) assert.match(declarations, new RegExp(`^  (readonly )?${name}\\b`, 'm'), name);
});

test('each function has an example', () => {
  for (const name of ['extractFile', 'extractBytes', 'batchExtractFiles', 'batchExtractBytes', 'streamBatch', 'streamPages', 'Runtime', 'ExtractError', 'detectMimeType'])
    assert.match(declarations, new RegExp(`@example[^/]*\\*/\\nexport (function|class) ${name}\\b`.replace('[^/]*', '(?:(?!\\*/)[^])*')), name);
});
