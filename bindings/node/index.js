// SPDX-License-Identifier: AGPL-3.0-or-later
// Text, Markdown, tables and metadata from any document. The types say more: index.d.ts.
'use strict';
const detection = require('./lib/detection.js');
const { AbortError, ExtractError } = require('./lib/errors.js');
const { native } = require('./lib/loop.js');
const { Result, Table } = require('./lib/results.js');
const { Runtime, SHARED } = require('./lib/runtime.js');
const { Item, Stream } = require('./lib/streams.js');

module.exports = {
  extractFile: SHARED.extractFile.bind(SHARED),
  extractBytes: SHARED.extractBytes.bind(SHARED),
  extractFileSync: SHARED.extractFileSync.bind(SHARED),
  extractBytesSync: SHARED.extractBytesSync.bind(SHARED),
  batchExtractFiles: SHARED.batchExtractFiles.bind(SHARED),
  batchExtractBytes: SHARED.batchExtractBytes.bind(SHARED),
  batchExtractFilesSync: SHARED.batchExtractFilesSync.bind(SHARED),
  batchExtractBytesSync: SHARED.batchExtractBytesSync.bind(SHARED),
  streamBatch: SHARED.streamBatch.bind(SHARED),
  streamPages: SHARED.streamPages.bind(SHARED),
  ...detection,
  doctor: () => native.doctor(),
  version: native.version,
  Runtime,
  Result,
  Table,
  Item,
  Stream,
  ExtractError,
  AbortError,
};
