// SPDX-License-Identifier: AGPL-3.0-or-later
// cases_node.mjs FIXTURES OUT: the cases through the Node.js binding, $BINDING/index.mjs.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { batchExtractFiles, extractFile, extractFileSync, ExtractError } = await import(
  pathToFileURL(path.resolve(process.env.BINDING, 'index.mjs'))
);
const codes = new Map(
  [...fs.readFileSync(process.env.ERRORS, 'utf8').matchAll(/^XTR_ERROR\((\w+), (\d+)/gm)].map(([, name, number]) => [Number(number), name]),
);

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const snake = (name) => name.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase());

// As other languages name the fields; keys of metadata are the document's.
function inSnakeCase(value) {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [snake(key), key === 'metadata' ? item : inSnakeCase(item)]));
}

function matches(want, have) {
  if (Array.isArray(want)) return Array.isArray(have) && want.length === have.length && want.every((item, i) => matches(item, have[i]));
  if (want === null) return have === null || have === undefined;
  if (typeof want !== 'object') return want === have;
  if (have === null || have === undefined) return false;
  return Object.entries(want).every(([key, value]) => (key.startsWith('$') ? holds(key, value, have) : matches(value, have[key])));
}

function holds(operation, want, have) {
  if (operation === '$contains') {
    if (typeof have === 'string') return have.includes(want);
    return Array.isArray(have) && have.some((item) => matches(want, item));
  }
  if (operation === '$matches') return typeof have === 'string' && new RegExp(want, 'u').test(have);
  if (operation === '$length') return (typeof have === 'string' ? [...have].length : have.length) === want;
  return false;
}

async function run(file, given) {
  const options = Object.fromEntries(Object.entries(given).map(([name, value]) => [camel(name), value]));
  try {
    const result = extractFileSync(file, options);
    assert.deepStrictEqual(result, await extractFile(file, options));
    assert.deepStrictEqual([result], await batchExtractFiles([file], options));
    return inSnakeCase(result.toObject());
  } catch (error) {
    if (!(error instanceof ExtractError || error instanceof TypeError)) throw error;
    const message = error.message.replace(/(option|did you mean) '(\w+)'/g, (_, before, name) => `${before} '${snake(name)}'`);
    return { error: { code: codes.get(error.number) ?? 'ARGUMENT', message } };
  }
}

function check({ error, expect }, got) {
  if (got.error) {
    const said = error && got.error.message.includes(error.message_contains ?? '');
    return said && got.error.code === error.code ? null : `failed with ${got.error.code}: ${got.error.message}`;
  }
  if (error) return 'there was no error';
  const key = Object.keys(expect).find((name) => !matches(expect[name], got[name]));
  return key ? `${key} differs: ${JSON.stringify(got[key])?.slice(0, 900)}` : null;
}

const [fixtures, out] = process.argv.slice(2, 4).map((name) => path.resolve(name));
process.chdir(fixtures);
const outcomes = {};
let failed = 0;
for (const name of fs.readdirSync('cases').filter((file) => file.endsWith('.json')).sort()) {
  const test = JSON.parse(fs.readFileSync(`cases/${name}`, 'utf8'));
  const got = (outcomes[`cases/${name}`] = await run(test.file, test.options ?? {}));
  const said = check(test, got);
  if (said) {
    failed++;
    console.error(`cases/${name}: ${said}`);
  }
}
fs.writeFileSync(out, JSON.stringify(outcomes));
console.log(`${Object.keys(outcomes).length - failed} passed, ${failed} failed`);
process.exitCode = failed || !Object.keys(outcomes).length ? 1 : 0;
