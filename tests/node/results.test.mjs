// SPDX-License-Identifier: AGPL-3.0-or-later
// Results: objects whose fields are made when they are looked at.
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { inspect } from 'node:util';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { FIXTURES, PDF, library, mock } from './helpers.mjs';

const { Result, Table, extractBytes, extractBytesSync, extractFile, extractFileSync } = library;
const FIELDS = ['content', 'mimeType', 'status', 'metadata', 'pages', 'elements', 'tables', 'outline', 'links', 'annotations', 'formFields', 'attachments', 'images', 'warnings', 'children'];
const fresh = () => extractFileSync(PDF);

test('fields', async () => {
  const result = await extractFile(PDF);
  assert(result instanceof Result);
  assert.strictEqual(result.mimeType, 'application/pdf');
  assert.strictEqual(result.pages[0].width, 595);
  assert.strictEqual(result.pages, result.pages); // made once
  assert.strictEqual(result.nothing, undefined);
  assert.deepStrictEqual(Object.keys(fresh()), FIELDS);
  assert('pages' in fresh() && 'toObject' in fresh() && !('nothing' in fresh()));
  assert(Object.hasOwn(fresh(), 'pages') && !Object.hasOwn(fresh(), 'toObject'));
  const { content, metadata } = fresh();
  assert.match(content, /quick brown/);
  assert.strictEqual(metadata.title, 'A simple document');
});

test('pictures', () => {
  const pictures = extractFileSync(path.join(FIXTURES, 'pdf/pictures.pdf'), { images: { extractImages: true } });
  const [jpeg] = pictures.images;
  assert(Buffer.isBuffer(jpeg.data));
  assert.strictEqual(jpeg.data.readUInt16BE(), 0xffd8);
  assert.deepStrictEqual(pictures.images.filter(({ name }) => name === jpeg.name).map(({ data }) => data?.length), [jpeg.data.length, undefined]);
  assert.strictEqual(JSON.parse(JSON.stringify(pictures)).images[0].data, jpeg.data.toString('base64'));
  assert.deepStrictEqual(Buffer.from(structuredClone(pictures.toObject()).images[0].data), jpeg.data);
});

test('documents inside of documents', () => {
  const multipart = (subject, ...parts) =>
    [`Subject: ${subject}`, `Content-Type: multipart/mixed; boundary=${subject}`, '', ...parts.map((part) => `--${subject}\n${part}`), `--${subject}--`, ''].join('\n');
  const pdf = fs.readFileSync(path.join(FIXTURES, 'pdf/pictures.pdf'), 'base64');
  const inner = multipart('Inner', '\nText.', `Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n${pdf}`);
  const outer = Buffer.from(multipart('Outer', 'Content-Type: text/csv; name=b.csv\n\na,b\n1,2\n', `Content-Type: message/rfc822\n\n${inner}`));
  const result = extractBytesSync(outer, { attachments: 'extract', images: 'extract' });
  const [table, message] = result.children;
  assert.deepStrictEqual([table.name, table.error, table.tables[0].cells.map(({ text }) => text)], ['b.csv', undefined, ['a', 'b', '1', '2']]);
  assert.strictEqual(message.name, 'Inner.eml');
  assert.strictEqual(message.content, 'Subject: Inner\nAttachments: a.pdf\n\nText.\n');
  const [document] = message.children;
  const [jpeg] = document.images;
  assert.strictEqual(document.mimeType, 'application/pdf');
  assert.strictEqual(jpeg.data.readUInt16BE(), 0xffd8);
  assert.strictEqual(JSON.parse(JSON.stringify(result)).children[1].children[0].images[0].data, jpeg.data.toString('base64'));
  const plain = result.toObject();
  assert.deepStrictEqual(plain.children, result.children);
  const clone = structuredClone(plain).children[1].children[0];
  assert.strictEqual(clone.content, document.content);
  assert.deepStrictEqual(Buffer.from(clone.images[0].data), jpeg.data);
  assert.deepStrictEqual(extractBytesSync(outer).children, []);
});

test('spread, JSON, entries, comparison', () => {
  const plain = fresh().toObject();
  assert.deepStrictEqual(Object.keys(plain), FIELDS);
  assert.deepStrictEqual({ ...fresh() }, plain);
  assert.deepStrictEqual(Object.assign({}, fresh()), plain);
  assert.deepStrictEqual(Object.fromEntries(Object.entries(fresh())), plain);
  assert.deepStrictEqual(JSON.parse(JSON.stringify(fresh())), plain);
  assert.deepStrictEqual(JSON.parse(JSON.stringify({ nested: [fresh()] })).nested[0], plain);
  assert.deepStrictEqual(fresh(), fresh());
  assert.notDeepStrictEqual(fresh(), extractBytesSync(Buffer.from('other'), 'text/plain'));
  const { pages, ...rest } = fresh();
  assert.strictEqual(pages.length, 1);
  assert.deepStrictEqual(Object.keys(rest), FIELDS.filter((name) => name !== 'pages'));
});

test('clones and messages', () => {
  const plain = fresh().toObject();
  assert.deepStrictEqual(structuredClone(plain), plain);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(plain);
  assert.deepStrictEqual(receiveMessageOnPort(port2).message, plain);
  port1.close();
});

test('the console shows what matters', () => {
  const shown = inspect(fresh());
  assert.match(shown, /^Result \{/);
  assert.match(shown, /mimeType: 'application\/pdf'/);
  assert.match(shown, /pages: \[1\]/);
  assert(shown.length < 2000);
  assert.match(inspect({ a: { b: { c: { d: fresh() } } } }, { depth: 10 }), /Result/);
});

test('a result can be written to, copied and frozen', () => {
  const result = fresh();
  result.note = 'mine';
  assert.deepStrictEqual(Object.keys(result), [...FIELDS, 'note']);
  assert.strictEqual({ ...result }.note, 'mine');
  const frozen = Object.freeze(fresh());
  assert(Object.isFrozen(frozen));
  assert.deepStrictEqual({ ...frozen }, fresh().toObject());
  assert.throws(() => (frozen.content = ''), TypeError);
  assert.match(Object.create(fresh()).content, /quick brown/);
});

test('what an object does', () => {
  const result = fresh();
  Object.create(result).note = 'of another';
  assert.strictEqual(result.note, undefined);
  Object.defineProperty(result, 'content', { enumerable: false });
  assert.match(result.content, /quick brown/);
  result.note = 1;
  delete result.note;
  assert.deepStrictEqual(Object.keys(result), FIELDS.filter((name) => name !== 'content'));
  assert.throws(() => new Result(), TypeError);
});

test('HTML from any result', () => {
  assert.strictEqual(fresh().toHTML(), extractFileSync(PDF, { format: 'html' }).content);
});

test('Markdown from any result', () => {
  assert.strictEqual(fresh().toMarkdown(), extractFileSync(PDF, { format: 'markdown' }).content);
});

test('tables', () => {
  const [table] = extractFileSync(path.join(FIXTURES, 'cases', 'files', 'ports.template')).tables;
  assert(table instanceof Table);
  const rows = table.toRows();
  assert.strictEqual(rows.length, 3);
  assert.deepStrictEqual(rows[2], ['Marseille', '7']);
  assert.deepStrictEqual(JSON.parse(JSON.stringify(table)).cells.length, table.cells.length);
});

test('results of many calls that wait are freed, and the same', async () => {
  const [data, mimeType] = mock('huge');
  const lengths = new Set();
  const before = process.memoryUsage.rss();
  let last;
  for (let i = 0; i < 300; i++) {
    last = extractBytesSync(data, mimeType);
    lengths.add(last.content.length);
  }
  assert(process.memoryUsage.rss() - before < 150e6);
  assert.strictEqual(lengths.size, 1);
  const plain = (await extractBytes(data, mimeType)).toObject();
  assert.deepStrictEqual(last.toObject(), plain);
  assert.deepStrictEqual({ ...last }, plain);
  assert.strictEqual(last.toMarkdown(), (await extractBytes(data, mimeType)).toMarkdown());
  assert.strictEqual(last.toHTML(), (await extractBytes(data, mimeType)).toHTML());
});
