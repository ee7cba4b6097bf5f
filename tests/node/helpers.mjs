// SPDX-License-Identifier: AGPL-3.0-or-later
// What the tests of the Node.js package share: the package in $BINDING, documents for the mock extractors.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const BINDING = path.resolve(process.env.BINDING);
export const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
export const FIXTURES = path.join(ROOT, 'fixtures');
export const PDF = path.join(FIXTURES, 'pdf', 'simple.pdf');
export const library = await import(pathToFileURL(path.join(BINDING, 'index.mjs')));

// A mock document: library.extractBytes(...mock('sleep', 300)).
export const mock = (kind, amount = 1, options = {}) => [Buffer.from(String(amount)), `mock:${kind}`, options];

export const scratch = () => fs.mkdtempSync(path.join(os.tmpdir(), 'libextract-'));

// Runs a program that has the package as `libextract`, and gives what it did.
export function node(program, { args = [], ...options } = {}) {
  const source = `const libextract = require(${JSON.stringify(BINDING)});\n${program}`;
  const done = spawnSync(process.execPath, [...args, '-e', source], { encoding: 'utf8', timeout: 60000, ...options });
  if (done.signal) throw new Error(`ended by ${done.signal}: ${done.stderr}`);
  return done;
}

export async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}
