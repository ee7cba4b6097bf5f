// SPDX-License-Identifier: AGPL-3.0-or-later
// What bench/node.py measures: node.mjs PAIRS FILE... prints [[name, value, unit], ...]; what is measured is
// said on the way.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BINDING = path.join(ROOT, 'build/bench/node');
const require = createRequire(import.meta.url);
const { Runtime, extractBytes } = require(BINDING);
const { callOf } = require(path.join(BINDING, 'lib/options.js'));
const { Result } = require(path.join(BINDING, 'lib/results.js'));
const { describe } = require(path.join(BINDING, 'lib/sources.js'));

const [pairs, ...files] = [Number(process.argv[2]), ...process.argv.slice(3)];
const ONE = Buffer.from('1');
const say = (message) => process.stderr.write(message + '\n');
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
const quantile = (numbers, q) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length * q)];

// Nobody pays for what others have left to collect.
async function clean() {
  gc();
  for (let i = 0; i < 3; i++) await turn();
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

// The median of theirs / ours, alternating.
async function compare(name, ours, theirs, jobs) {
  const ratios = [], mine = [];
  for (let i = 0; i < WARM; i++) await ours(), await theirs(); // until both are compiled
  for (let i = 0; i < pairs; i++) {
    await clean();
    mine.push(await timed(ours));
    await clean();
    ratios.push((await timed(theirs)) / mine.at(-1));
  }
  const ratio = median(ratios);
  say(`${name}: ${((median(mine) / jobs) * 1000).toFixed(2)} us a job, ${ratio.toFixed(2)}x`);
  return ratio;
}

const WARM = 8;
const FEW = 1000, MANY = 10000;
const extractEmpty = () => extractBytes(ONE, 'mock:empty');
const peerEmpty = () => extractByWork(ONE, 'mock:empty');

// The same as ours around one napi_create_async_work a call.
const waiting = [], free = [];
const submitWork = require(path.join(BINDING, 'peer.node'))((id, handle) => {
  const { resolve } = waiting[id];
  free.push(id);
  resolve(new Result(handle, 0));
});

function extractByWork(data, mimeType) {
  return new Promise((resolve, reject) => {
    const document = describe(data, callOf(mimeType), 'data');
    const id = free.pop() ?? waiting.length;
    waiting[id] = { resolve, reject, path: undefined };
    submitWork(id, document[1], mimeType);
  });
}
const oneByOne = (call) => async () => {
  for (let i = 0; i < FEW; i++) await call();
};
const allAtOnce = (call) => () => Promise.all(Array.from({ length: MANY }, call));

// The worst time of a small fs.readFile while the threads are full of sleeping documents; ms.
async function worstRead(runtime) {
  let working = true, worst = 0;
  const jobs = Array.from({ length: 16 }, () => runtime.extractBytes(Buffer.from('200'), 'mock:sleep'));
  Promise.all(jobs).then(() => (working = false));
  await sleep(5);
  while (working) worst = Math.max(worst, await timed(() => fs.promises.readFile('/etc/hostname')));
  await runtime.close();
  return worst;
}

async function fsStall() {
  const ratios = [];
  for (let i = 0; i < 5; i++) {
    const own = await worstRead(new Runtime({ threads: 4 }));
    const uv = await worstRead(new Runtime({ threads: 4, executor: 'uv' }));
    say(`fs.readFile: ${own.toFixed(1)} ms at worst beside own threads, ${uv.toFixed(1)} ms on libuv's`);
    ratios.push(own / uv);
  }
  return median(ratios);
}

// The longest time between two turns of the event loop until `work` is done; ms.
async function longestBlock(work) {
  let working = true, longest = 0, last = performance.now();
  work.then(() => (working = false));
  while (working) {
    await turn();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}

async function drainBlock() {
  const ascii = Buffer.alloc(1 << 20, 'plain text '), cjk = Buffer.alloc(1 << 20, '文書の本文 ');
  const extract = (i) => extractBytes(i % 2 ? ascii : cjk, 'text/plain', { charset: 'utf-8' });
  const ratios = [];
  for (let i = 0; i < 5; i++) {
    const block = await longestBlock(Promise.all(Array.from({ length: 200 }, async (_, i) => (await extract(i)).content.length)));
    const results = await Promise.all(Array.from({ length: 200 }, (_, i) => extract(i)));
    const whole = await timed(() => results.forEach((result) => result.content.length));
    say(`200 results of 1 MB: blocked ${block.toFixed(1)} ms at most, ${whole.toFixed(0)} ms when all are read at once`);
    ratios.push(block / whole);
  }
  return median(ratios);
}

// Of a running job: until its promise has settled, and until its thread has another; ms, the worst of many.
async function abort() {
  const runtime = new Runtime({ threads: 1 });
  let settled = 0, free = 0;
  for (let i = 0; i < 50; i++) {
    const controller = new AbortController();
    const job = runtime.extractBytes(Buffer.from('60000'), 'mock:spin', { signal: controller.signal });
    await sleep(20);
    const start = performance.now();
    controller.abort();
    await job.catch(() => {});
    settled = Math.max(settled, performance.now() - start);
    await runtime.extractBytes(ONE, 'mock:empty');
    free = Math.max(free, performance.now() - start);
  }
  await runtime.close();
  say(`abort: settled after ${settled.toFixed(2)} ms, thread free after ${free.toFixed(1)} ms`);
  return [settled, free];
}

// Worker threads that are terminated with 50 jobs at work: how much memory each leaves behind; KB.
async function terminate() {
  const program = `const { extractBytes } = require(${JSON.stringify(BINDING)});
    for (let i = 0; i < 50; i++) extractBytes(Buffer.from(String(i % 2 ? 60000 : 2)), 'mock:sleep');
    require('node:worker_threads').parentPort.postMessage(0);`;
  const some = async (count) => {
    for (let i = 0; i < count; i++) {
      const worker = new Worker(program, { eval: true });
      await once(worker, 'message');
      await worker.terminate();
    }
    return process.memoryUsage.rss() / 1024;
  };
  const before = await some(50);
  return ((await some(100)) - before) / 100;
}

// Health ---------------------------------------------------------------------------------------

async function service() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'libextract-'));
  fs.copyFileSync(path.join(ROOT, 'examples/node/service.js'), path.join(folder, 'service.mjs'));
  fs.mkdirSync(path.join(folder, 'node_modules'));
  fs.symlinkSync(BINDING, path.join(folder, 'node_modules/libextract'));
  fs.symlinkSync(path.join(ROOT, 'tests/node/node_modules/fastify'), path.join(folder, 'node_modules/fastify'));
  const server = spawn(process.execPath, ['service.mjs'], { cwd: folder, env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout, 'data');
  return { server, port: Number(/:(\d+)\s*$/.exec(line)[1]) };
}

function ask(agent, port, method, route, body) {
  return new Promise((resolve, reject) => {
    const headers = body ? { 'content-type': 'application/pdf', 'content-length': body.length } : {};
    const request = http.request({ agent, port, host: '127.0.0.1', method, path: route, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject).end(body);
  });
}

// p99 of the health route for some seconds; ms.
async function healthTimes(port, seconds) {
  const agent = new http.Agent({ keepAlive: true }), times = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(5))
    times.push(await timed(() => ask(agent, port, 'GET', '/health')));
  agent.destroy();
  return quantile(times, 0.99);
}

async function health() {
  const { server, port } = await service();
  const documents = files.map((file) => fs.readFileSync(file));
  const agent = new http.Agent({ keepAlive: true });
  const seconds = 4, ratios = [];
  for (let i = 0; i < 5; i++) {
    let loaded = true, answers = 0;
    const load = Array.from({ length: 4 }, async (_, client) => {
      for (let n = client; loaded; n += 4, answers++) await ask(agent, port, 'POST', '/extract?format=markdown', documents[n % documents.length]);
    });
    await sleep(200);
    const ours = await healthTimes(port, seconds);
    loaded = false;
    await Promise.all(load);
    const busy = Array.from({ length: 2 }, () => spawn(process.execPath, ['-e', 'for (;;);']));
    await sleep(200);
    const theirs = await healthTimes(port, seconds);
    busy.forEach((process) => process.kill('SIGKILL'));
    say(`health p99: ${ours.toFixed(2)} ms while ${(answers / seconds).toFixed(0)} PDFs a second are read, ${theirs.toFixed(2)} ms beside busy processes`);
    ratios.push(ours / theirs);
  }
  agent.destroy();
  server.kill();
  return median(ratios);
}

const figures = [
  ['await_vs_async_work', await compare('await', oneByOne(extractEmpty), oneByOne(peerEmpty), FEW), 'ratio'],
  ['all_vs_async_work', await compare('Promise.all', allAtOnce(extractEmpty), allAtOnce(peerEmpty), MANY), 'ratio'],
  ['fs_stall', await fsStall(), 'ratio'],
  ['drain_block', await drainBlock(), 'ratio'],
];
const [settled, freed] = await abort();
figures.push(['abort_ms', settled, 'ms'], ['abort_free_ms', freed, 'ms'], ['terminate_kb', await terminate(), 'KB'], ['health_p99', await health(), 'ratio']);
console.log(JSON.stringify(figures));
process.exit(0);
