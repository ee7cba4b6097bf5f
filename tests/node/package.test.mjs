// SPDX-License-Identifier: AGPL-3.0-or-later
// The packages: tarballs installed into an empty folder, and what the loader says when something is missing.
// XTR_TEST_LONG builds them anew; else they carry the binaries of the tests.
import assert from 'node:assert';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { before } from 'node:test';
import { BINDING, PDF, ROOT, library, scratch } from './helpers.mjs';

const SOURCE = path.join(ROOT, 'bindings', 'node');
const PLATFORM = path.join(SOURCE, 'npm', 'linux-x64-gnu');
const folder = scratch();

function npm(...given) {
  const env = { ...process.env, npm_config_cache: path.join(folder, 'cache'), npm_config_update_notifier: 'false' };
  if (!process.env.XTR_TEST_LONG) env.XTR_BUILD = path.dirname(BINDING);
  return execFileSync('npm', given, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function run(program, { name = 'program.cjs', env = {}, cwd = folder } = {}) {
  fs.writeFileSync(path.join(cwd, name), program);
  return spawnSync(process.execPath, [name, PDF], { cwd, encoding: 'utf8', env: { ...process.env, ...env } });
}

const EXTRACT = `
  const { status } = extractFileSync(process.argv[2]);
  extractFile(process.argv[2], { isolation: 'process' }).then((result) => console.log(status, result.status));`;
const CJS = `const { extractFile, extractFileSync } = require('libextract');${EXTRACT}`;
const ESM = `import { extractFile, extractFileSync } from 'libextract';${EXTRACT}`;

before(() => {
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
  const tarballs = [SOURCE, PLATFORM].map((source) => JSON.parse(npm('pack', '--json', source))[0]);
  assert.deepStrictEqual(tarballs[1].files.map((file) => file.path).sort(), ['LICENSE', 'extract-worker', 'libextract-ocr.so', 'libextract.node', 'libextract.so.0', 'package.json']);
  const names = tarballs[0].files.map((file) => file.path);
  assert(['index.js', 'index.mjs', 'index.d.ts', 'index.d.mts', 'LICENSE', 'README.md'].every((name) => names.includes(name)));
  assert(names.every((name) => /^(index|lib\/|LICENSE|README|package\.json)/.test(name)), names.join());
  npm('install', '--offline', '--no-audit', '--no-fund', ...tarballs.map(({ filename }) => `./${filename}`));
});

test('installed into an empty folder: CommonJS and ESM', () => {
  for (const [name, program] of [['program.cjs', CJS], ['program.mjs', ESM]]) {
    const done = run(program, { name });
    assert.strictEqual(done.stdout, 'complete complete\n', done.stderr);
  }
});

test('a scan is read by the module of the package', () => {
  const scan = path.join(ROOT, 'fixtures', 'scan', 'kind-gray.png');
  const program = `const { extractFileSync } = require('libextract');
    for (const isolation of ['process', 'thread']) console.log(extractFileSync(${JSON.stringify(scan)}, { isolation }).content.split('.')[0]);
    console.log(require('node:fs').readFileSync('/proc/self/maps', 'utf8').match(/\\S*libextract-ocr[.]so/)[0]);`;
  const text = 'Please return this form before Friday';
  const module = path.join(fs.realpathSync(folder), 'node_modules/@libextract/linux-x64-gnu/libextract-ocr.so');
  const done = run(program, { name: 'scan.cjs' });
  assert.strictEqual(done.stdout, `${text}\n${text}\n${module}\n`, done.stderr);
});

test('both ways give the same package', () => {
  const program = `import { createRequire } from 'node:module';
    import * as esm from 'libextract';
    const cjs = createRequire(import.meta.url)('libextract');
    const { default: whole, ...named } = esm;
    console.log(Object.keys(cjs).sort().join() === Object.keys(named).sort().join(), cjs.Result === named.Result);`;
  assert.strictEqual(run(program, { name: 'both.mjs' }).stdout, 'true true\n');
});

test('what the package names is what there is', () => {
  const main = JSON.parse(fs.readFileSync(path.join(SOURCE, 'package.json')));
  const platform = JSON.parse(fs.readFileSync(path.join(PLATFORM, 'package.json')));
  assert.deepStrictEqual([main.version, platform.version], [library.version, library.version]);
  assert.deepStrictEqual(main.optionalDependencies, { [platform.name]: platform.version });
  assert.deepStrictEqual(Object.keys(main.scripts), ['prepack']); // nothing runs at installation
});

test('the loader: an environment variable, and what it says when nothing is found', () => {
  const bare = scratch();
  fs.cpSync(path.join(folder, 'node_modules', 'libextract'), path.join(bare, 'node_modules', 'libextract'), { recursive: true });
  const lost = run(CJS, { cwd: bare });
  assert.strictEqual(lost.status, 1);
  assert.match(lost.stderr, /npm install @libextract\/linux-x64-gnu/);
  assert.match(lost.stderr, /code: 'ERR_XTR_ADDON'/);
  const addon = path.join(folder, 'node_modules/@libextract/linux-x64-gnu/libextract.node');
  assert.strictEqual(run(CJS, { cwd: bare, env: { LIBEXTRACT_ADDON: addon } }).stdout, 'complete complete\n');
  const wrong = run(CJS, { cwd: bare, env: { LIBEXTRACT_ADDON: '/no/such.node' } });
  assert.match(wrong.stderr, /no\/such\.node/);
  const bun = run(`Object.defineProperty(process, 'versions', { value: { ...process.versions, bun: '1' } });${CJS}`);
  assert.match(bun.stderr, /Bun lacks functions of libuv/);
  // A binary whose library is missing says so.
  fs.copyFileSync(addon, path.join(bare, 'node_modules', 'libextract', 'libextract.node'));
  assert.match(run(CJS, { cwd: bare }).stderr, /libextract\.so\.0: cannot open shared object file/);
});
