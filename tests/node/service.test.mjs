// SPDX-License-Identifier: AGPL-3.0-or-later
// The web service of examples/node under load.
import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { BINDING, FIXTURES, PDF, ROOT, scratch } from './helpers.mjs';

const data = fs.readFileSync(PDF);
let server, url;

before(async () => {
  const folder = scratch();
  fs.copyFileSync(path.join(ROOT, 'examples/node/service.js'), path.join(folder, 'service.mjs'));
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.symlinkSync(BINDING, path.join(folder, 'node_modules/libextract'));
  fs.symlinkSync(path.join(ROOT, 'tests/node/node_modules/fastify'), path.join(folder, 'node_modules/fastify'));
  server = spawn(process.execPath, ['service.mjs'], { cwd: folder, env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout, 'data');
  url = /listening at (\S+)/.exec(line)[1];
});

after(async () => {
  server.kill('SIGTERM');
  const [code] = await once(server, 'exit');
  assert.strictEqual(code, 0);
});

const post = (body, query = '') => fetch(`${url}/extract${query}`, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } });

test('documents and errors', async () => {
  const good = await post(data, '?format=markdown');
  assert.strictEqual(good.status, 200);
  assert.strictEqual((await good.json()).mimeType, 'application/pdf');
  const locked = await post(fs.readFileSync(path.join(FIXTURES, 'pdf/aes-256.pdf')));
  assert.deepStrictEqual([locked.status, (await locked.json()).error], [422, 'ERR_XTR_PASSWORD_REQUIRED']);
  assert.strictEqual((await post(data, '?format=xml')).status, 400);
  assert.strictEqual((await post(Buffer.from([0, 1, 2]))).status, 415);
  assert.strictEqual((await post(Buffer.alloc(0))).status, 400);
  for (const type of ['text/plain', 'application/json'])
    assert.strictEqual((await fetch(`${url}/extract`, { method: 'POST', body: '{"a": 1}', headers: { 'content-type': type } })).status, 200);
});

test('under load', async () => {
  const load = autocannon({ url: `${url}/extract`, method: 'POST', body: data, headers: { 'content-type': 'application/pdf' }, connections: 16, duration: 3 });
  let healthy = 0;
  for (let i = 0; i < 20; i++, await sleep(100)) healthy += (await (await fetch(`${url}/health`)).text()) === 'ok';
  const result = await load;
  assert.strictEqual(healthy, 20);
  assert(result['2xx'] > 50, `${result['2xx']} answers`);
  assert.deepStrictEqual([result.errors, result.timeouts, result['4xx'], result['5xx']], [0, 0, 0, 0]);
});

test('clients that hang up', async () => {
  const { hostname, port } = new URL(url);
  for (let i = 0; i < 20; i++) {
    const client = net.connect(Number(port), hostname);
    client.on('error', () => {});
    client.write(`POST /extract HTTP/1.1\r\nHost: x\r\nContent-Type: application/pdf\r\nContent-Length: ${data.length}\r\n\r\n`);
    client.write(data, () => client.destroy());
  }
  await sleep(200);
  assert.strictEqual(await (await fetch(`${url}/health`)).text(), 'ok');
});
