// SPDX-License-Identifier: AGPL-3.0-or-later
// Template: packaging/node_types.d.ts
/// <reference lib="esnext.disposable" />

/**
 * Text, Markdown, tables and metadata from any document.
 *
 * @packageDocumentation
 */

/** The bytes of a document, in memory. */
export type Data = ArrayBufferView | ArrayBufferLike;

/** A document that has to be read first: a Blob or File, a stream of Node.js or of the web. */
export type Readable = Blob | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** A path or a `file:` URL. */
export type Path = string | URL;

/**
 * Options of an extraction. Durations are milliseconds, or a text with a unit: `'15s'`. Kreuzberg's
 * nested names are understood too: `{ pdfOptions: { passwords: ['secret'] } }`.
 */
export interface ExtractOptions {
  // generated: options
  /** Kreuzberg's names, where they mean the same. */
  outputFormat?: 'plain' | 'text' | 'markdown' | 'json' | 'html' | null;
  forceOcr?: boolean | null;
  extractionTimeoutSecs?: number | null;
  pdfOptions?: { passwords?: string | readonly string[] | null } | null;
}

/** Options of one call beside those of the extraction. */
export interface CallOptions extends ExtractOptions {
  /** Stops the extraction: it fails with an {@link AbortError}. */
  signal?: AbortSignal | null;
  /**
   * Takes the memory of `data` over instead of copying it: its ArrayBuffer is detached, also when a
   * runtime that is full refuses the call. Memory that is part of a larger ArrayBuffer, or shared, is
   * copied all the same.
   */
  transfer?: boolean;
}

export interface ProgressOptions extends CallOptions {
  /**
   * Called when the progress has changed, every 50 ms at most. What it throws stops the extraction,
   * which then fails with it.
   */
  onProgress?: ((progress: Progress) => void) | null;
}

export interface BatchOptions extends CallOptions {
  /** Whether items come in the order of the inputs, not of completion. */
  inOrder?: boolean;
}

/** How far a job is. `pagesTotal` is 0 while it is unknown; bytes are those of the input. */
export interface Progress {
  readonly pagesDone: number;
  readonly pagesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

// generated: objects

/** A table, with its cells as rows of texts. */
export class Table implements TableFields {
  private constructor();
  // generated: fields of table
  /**
   * The texts of the cells as rows. A cell that spans several stands in the first, the others are
   * empty.
   */
  toRows(): string[][];
}

/**
 * What an extraction found. It looks like an object of its fields (spread, `Object.keys`,
 * `JSON.stringify` and `console.log` see them), each of which is made when it is first looked at.
 * `structuredClone` and `postMessage` take `result.toObject()`.
 */
export class Result implements ResultFields {
  private constructor();
  // generated: fields of result
  /** Everything, as a plain object. */
  toObject(): ResultFields;
  /** The same for `JSON.stringify`, with bytes as base64. */
  toJSON(): object;
  /** The text as Markdown, whatever format was asked for. */
  toMarkdown(): string;
  /** The text as an HTML document, whatever format was asked for. */
  toHTML(): string;
}

/** The kinds of errors: what a caller handles alike. */
export type ErrorKind =
  // generated: kinds

/** The codes of errors that are not those of a failed system call (`ENOENT`, `EACCES`, ...). */
export type ErrorCode =
  // generated: codes

/**
 * Why a document could not be extracted.
 *
 * @example
 * ```js
 * try {
 *   await extractFile('secret.pdf');
 * } catch (error) {
 *   if (error.kind === 'password') console.log(error.code, error.message);
 * }
 * ```
 */
export class ExtractError extends Error {
  constructor(
    message: string,
    details?: { code?: string; kind?: ErrorKind; number?: number; cause?: unknown },
  );
  /** `'TimeoutError'` of kind `timeout`, else `'ExtractError'`. */
  readonly name: string;
  /** `'ERR_XTR_PASSWORD_REQUIRED'`, or `'ENOENT'` and the like when a file could not be read. */
  readonly code: ErrorCode | (string & {});
  readonly kind: ErrorKind;
  /** The number of the error in C and the exit status of the command line. */
  readonly number: number;
  /** That of the system, negative as everywhere in Node.js. */
  readonly errno?: number;
  /** The file, when it was given as a path or a URL. */
  readonly path?: string;
  readonly cause?: unknown;
}

/** An extraction was stopped by its signal; `cause` is the signal's reason. */
export class AbortError extends Error {
  constructor(signal: AbortSignal);
  readonly name: 'AbortError';
  readonly code: 'ABORT_ERR';
  readonly cause: unknown;
}

/** One document of a batch: its result, or the error it failed with. */
export class Item<Input = unknown> {
  private constructor();
  /** Its place among the inputs. */
  readonly index: number;
  /** What was given; of a folder that was, the path of a file in it. */
  readonly input: Input;
  readonly result: Result | undefined;
  readonly error: Error | undefined;
  /** With `sameContent: 'once'`: the path of a file with the same content; there is no result. */
  readonly sameAs: string | undefined;
  /** The result, or the error thrown. */
  get(): Result;
}

/** Of what was taken from a stream so far. */
export interface Statistics {
  documents: number;
  pages: number;
  /** Of text. */
  bytes: number;
  complete: number;
  partial: number;
  failed: number;
  /** Not of the types asked for. */
  skipped: number;
  /** As another one. */
  same: number;
  /** Passed over, for the journal has them. */
  unchanged: number;
  /** Passed over for `maxSize`. */
  tooLarge: number;
  seconds: number;
}

/**
 * Results one after the other. Who takes them slowly holds the extraction back. Leaving a
 * `for await` early, {@link Stream.close} and `await using` stop what is still at work. Pages that nobody
 * takes occupy a thread of their runtime: take them, or close the stream.
 */
export class Stream<Value> implements AsyncIterableIterator<Value> {
  private constructor();
  readonly statistics: Statistics;
  next(): Promise<IteratorResult<Value, undefined>>;
  return(value?: unknown): Promise<IteratorResult<Value, undefined>>;
  throw(error?: unknown): Promise<IteratorResult<Value, undefined>>;
  /** Stops what is still at work. */
  close(): void;
  [Symbol.asyncIterator](): this;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RuntimeConfig {
  /** Jobs at once; 0 is one a processor. */
  threads?: number;
  /** How many jobs may wait before `whenFull` applies; 0 means no limit, here and below. */
  queue?: number;
  /** How many bytes of input may wait or be at work before `whenFull` applies. */
  maxBytes?: number;
  /**
   * What happens to a call for one document that finds `queue` or `maxBytes` reached: it waits for its
   * turn like the others, or fails with kind `busy`.
   */
  whenFull?: 'wait' | 'refuse';
  /** How many jobs may start in a second. */
  jobsPerSecond?: number;
  /**
   * `'own'`: threads of its own. `'uv'`: libuv's threadpool, which `node:fs` and `node:crypto` use as
   * well; it has neither synchronous functions nor batches.
   */
  executor?: 'own' | 'uv';
}

/**
 * Threads of your own for extractions, apart from the shared ones, with the functions of the package
 * as methods.
 *
 * @example
 * ```js
 * const runtime = new Runtime({ threads: 2 });
 * const { content } = await runtime.extractFile('report.pdf');
 * await runtime.close();
 * ```
 */
export class Runtime {
  constructor(config?: RuntimeConfig);
  /**
   * Waits for the jobs and for the consumers of page streams, or cancels them, and ends the threads.
   * Later calls fail with kind `closed`. What a first call waits for, a second one may cancel.
   */
  close(options?: { cancel?: boolean }): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  // generated: methods
}

// generated: functions

/**
 * The MIME type of data in memory.
 *
 * @example
 * ```js
 * detectMimeType(Buffer.from('%PDF-1.7')); // 'application/pdf'
 * ```
 */
export function detectMimeType(data: Data): string;

/**
 * The MIME type of a file, by its content and name. With `checkExists` false by its name alone; null
 * when that says nothing.
 */
export function detectMimeTypeFromPath(path: Path, checkExists?: true): string;
export function detectMimeTypeFromPath(path: Path, checkExists: boolean): string | null;

/** The MIME type, when this build can extract it; else an {@link ExtractError} is thrown. */
export function validateMimeType(mimeType: string): string;

/** The extensions of a MIME type without dots, the usual one first; empty when it is unknown. */
export function getExtensionsForMime(mimeType: string): string[];

export interface Format {
  name: string;
  title: string;
  mimeTypes: string[];
  /** What may come out: 'text', 'structure', 'tables', 'metadata', 'pages', 'images', 'children', 'ocr', 'wrapped'. */
  yields: string[];
}

/** What this build can extract. */
export function listSupportedFormats(): Format[];

/** Versions of libraries, recognition languages, level of the sandbox. */
export function doctor(): Record<string, unknown>;

/** The version of libextract. */
export const version: string;
