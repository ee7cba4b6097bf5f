// SPDX-License-Identifier: AGPL-3.0-or-later
// Another program's Markdown of PDFs: structure.mjs PACKAGE FILE... prints the processor time of all files,
// read one after the other in this process, without that of starting it; and how many failed.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [name, ...files] = process.argv.slice(2);
const require = createRequire(path.join(fileURLToPath(new URL('..', import.meta.url)), 'build/bench/peers/x.js'));

const readers = {
  '@llamaindex/liteparse': ({ LiteParse }) => {
    const parser = new LiteParse({ outputFormat: 'markdown', ocrEnabled: false, quiet: true });
    return async (file) => (await parser.parse(file)).text;
  },
  '@firecrawl/pdf-inspector': ({ processPdf }) => async (file) => processPdf(fs.readFileSync(file)).markdown,
};

const read = readers[name](require(name));
let failed = 0, size = 0;
const start = process.cpuUsage();
for (const file of files) {
  try {
    size += (await read(file))?.length ?? 0;
  } catch {
    failed++;
  }
}
const { user, system } = process.cpuUsage(start);
console.log(JSON.stringify({ seconds: (user + system) / 1e6, failed, size }));
