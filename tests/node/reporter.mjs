// SPDX-License-Identifier: AGPL-3.0-or-later
// What node:test has found: failures with their reasons, then "N passed, N failed".
import { inspect } from 'node:util';

export default async function* reporter(events) {
  let passed = 0, failed = 0;
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const isFile = data.name.endsWith('.test.mjs');
    if (type === 'test:pass' && !isFile && data.skip === undefined) passed++;
    if (data.skip) yield `skipped: ${data.name}: ${data.skip}\n`;
    if (type === 'test:fail' && !(isFile && data.details.error.failureType === 'subtestsFailed')) {
      failed++;
      yield `failed: ${data.name}\n${inspect(data.details.error.cause ?? data.details.error)}\n`;
    }
  }
  yield `${passed} passed, ${failed} failed\n`;
}
