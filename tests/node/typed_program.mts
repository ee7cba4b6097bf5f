// SPDX-License-Identifier: AGPL-3.0-or-later
// Checked by tsc --strict, and run: what programs write.
import {
  AbortError, ExtractError, Item, Result, Runtime, Stream, Table, batchExtractBytes, batchExtractFiles,
  detectMimeType, detectMimeTypeFromPath, extractBytes, extractBytesSync, extractFile, extractFileSync,
  streamBatch, streamPages, version,
} from 'libextract';
import type { ErrorKind, ExtractOptions, Page, Progress, ResultFields } from 'libextract';
import { createReadStream } from 'node:fs';

const file: string = process.argv[2] ?? '';
const options: ExtractOptions = { format: 'markdown', maxPages: 10, timeout: '20s', password: ['a', 'b'] };

const result: Result = await extractFile(file, { ...options, signal: AbortSignal.timeout(10000) });
const text: string = result.content;
const pages: Page[] = result.pages;
const width: number | undefined = pages[0]?.width;
const box: [number, number, number, number] | undefined = result.elements[0]?.boundingBox;
const tables: Table[] = result.tables;
const rows: string[][] | undefined = tables[0]?.toRows();
const plain: ResultFields = structuredClone(result.toObject());
const title: string | undefined = result.metadata['title'];

await extractFile(new URL(`file://${file}`), 'application/pdf');
await extractFile(createReadStream(file), { onProgress: ({ pagesDone }: Progress) => void pagesDone });
await extractBytes(new Uint8Array([65]), 'text/plain', { transfer: true });
await extractBytes(new Blob(['text']), null);
extractBytesSync(new TextEncoder().encode('text').buffer, { pdfOptions: { passwords: ['x'] } });
extractFileSync(file).toMarkdown().toUpperCase();
extractFileSync(file).toHTML().toUpperCase();

const all: (Result | Error)[] = await batchExtractFiles([file]);
await batchExtractBytes([Buffer.from('a')], ['text/plain']);
const stream: Stream<Item<string>> = streamBatch([file], { inOrder: true });
for await (const { input, result, error } of stream) input.length + (result?.pages.length ?? Number(error));
for await (const page of streamPages(file)) page.pages[0]?.number.toFixed();

try {
  await extractFile('missing');
} catch (error) {
  if (error instanceof ExtractError) {
    const kind: ErrorKind = error.kind;
    if (kind === 'password' || error.code === 'ERR_XTR_PASSWORD_WRONG') throw error;
  } else if (error instanceof AbortError) error.cause;
}

await using runtime = new Runtime({ threads: 2, queue: 10, executor: 'own' });
const kept: string = (await runtime.extractFile(file)).mimeType;
const type: string | null = detectMimeTypeFromPath('a.pdf', false);
const sure: string = detectMimeType(Buffer.from('x'));

export function wrong(): void {
  // @ts-expect-error an unknown option
  extractFileSync(file, { maxPagez: 1 });
  // @ts-expect-error a word that is no choice
  extractFileSync(file, { format: 'xml' });
  // @ts-expect-error a stream cannot be read synchronously
  extractBytesSync(createReadStream(file));
  // @ts-expect-error data is no path
  extractFileSync(Buffer.from('x'));
  // @ts-expect-error a string is no data
  extractBytes('text');
  // @ts-expect-error results are not made by programs
  new Result();
}

console.log(version, [text, width, box, rows, plain, title, all, kept, type, sure].length);
