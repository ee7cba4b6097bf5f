// SPDX-License-Identifier: AGPL-3.0-or-later
// Types of documents.
'use strict';
const { native } = require('./loop.js');
const { ExtractError, errorOf, typeError } = require('./errors.js');
const { describe, pathOf } = require('./sources.js');

function detect(input, expected) {
  const document = describe(input, { transfer: false }, expected);
  if (!document) throw typeError('a Blob or a stream cannot be read synchronously');
  const found = native.detect(...document);
  if (Array.isArray(found)) throw errorOf(found, pathOf(document));
  return found;
}

function detectMimeType(data) {
  return detect(data, 'data');
}

function detectMimeTypeFromPath(path, checkExists = true) {
  if (checkExists) return detect(path, 'path');
  return native.mimeOfName(describe(path, { transfer: false }, 'path')[1]) ?? null;
}

function listSupportedFormats() {
  return native.formats().map(([name, title, mimeTypes, yields]) => ({ name, title, mimeTypes, yields }));
}

function validateMimeType(mimeType) {
  const plain = mimeType.split(';')[0].trim().toLowerCase();
  if (listSupportedFormats().some(({ mimeTypes }) => mimeTypes.includes(plain))) return plain;
  throw new ExtractError(`no extractor for ${mimeType}`, { code: 'ERR_XTR_UNSUPPORTED', kind: 'unsupported', number: 7 });
}

function getExtensionsForMime(mimeType) {
  return native.extensionsOfMime(mimeType);
}

module.exports = { detectMimeType, detectMimeTypeFromPath, getExtensionsForMime, listSupportedFormats, validateMimeType };
