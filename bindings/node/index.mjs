// SPDX-License-Identifier: AGPL-3.0-or-later
import library from './index.js';

export const {
  extractFile,
  extractBytes,
  extractFileSync,
  extractBytesSync,
  batchExtractFiles,
  batchExtractBytes,
  batchExtractFilesSync,
  batchExtractBytesSync,
  streamBatch,
  streamPages,
  detectMimeType,
  detectMimeTypeFromPath,
  getExtensionsForMime,
  listSupportedFormats,
  validateMimeType,
  doctor,
  version,
  Runtime,
  Result,
  Table,
  Item,
  Stream,
  ExtractError,
  AbortError,
} = library;
