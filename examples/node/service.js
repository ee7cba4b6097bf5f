// SPDX-License-Identifier: AGPL-3.0-or-later
// A web service that extracts what is sent to it.
//
//   npm install && npm start
//   curl --data-binary @report.pdf 'http://localhost:3000/extract?format=markdown'
//
// The event loop stays free while documents are read. Strangers' documents are read in a sandbox; a client
// that hangs up stops its extraction, a document gets ten seconds, and when many wait already a request is
// refused instead of waiting too.
import Fastify from 'fastify';
import { Runtime } from 'libextract';

const STATUS = { busy: 503, limit: 413, unsupported: 415, timeout: 504, password: 422, corrupt: 422, argument: 400 };

const runtime = new Runtime({ queue: 200, whenFull: 'refuse' });
const app = Fastify({ bodyLimit: 100 << 20 });

app.removeAllContentTypeParsers(); // whatever its type, a body is a document
app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => done(null, body));

app.post('/extract', async (request, reply) => {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const { format, pages } = request.query;
  const options = { format, pages, signal: gone.signal, timeout: 10_000, isolation: 'process' };
  if (!request.body?.length) return reply.code(400).send({ error: 'ERR_EMPTY', message: 'send a document' });
  try {
    const { mimeType, status, metadata, content } = await runtime.extractBytes(request.body, options);
    return { mimeType, status, metadata, content };
  } catch (error) {
    if (error.name === 'AbortError') return reply.hijack();
    reply.code(STATUS[error.kind] ?? 500);
    return { error: error.code, message: error.message };
  }
});

app.get('/health', async () => 'ok');

app.addHook('onClose', () => runtime.close());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close());

const address = await app.listen({ port: Number(process.env.PORT ?? 3000) });
console.log(`listening at ${address}`);
