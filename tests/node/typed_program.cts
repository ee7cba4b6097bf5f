// SPDX-License-Identifier: AGPL-3.0-or-later
// Checked by tsc --strict, and run: CommonJS.
import libextract = require('libextract');

const { content, status }: libextract.Result = libextract.extractFileSync(process.argv[2] ?? '');
const error: libextract.ExtractError = new libextract.ExtractError('x', { kind: 'busy' });
console.log(content.length > 0, status, error.kind);
