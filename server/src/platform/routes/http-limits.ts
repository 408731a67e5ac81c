import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Bytes of a request's body, refused before they are parsed. A flow of 1 MiB fits as JSON with its escapes. */
const bodyLimits = { api: 4 * 1024 * 1024, hooks: 1024 * 1024, tables: 17 * 1024 * 1024 };

/** How long a client may take to send: slow ones are cut, others do not notice. */
export const requestTimes = {
  requestTimeout: 30_000,
  http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000 },
  keepAliveTimeout: 72_000,
};

/**
 * One parser for every content type: it only collects bytes. Webhooks verify them as they came, and the API parses
 * them in one guarded place (`parseJson`).
 */
export function takeBodiesAsBytes(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = bodyLimits[kindOf(route.url)];
  });
  fastify.addHook('onSend', readRefusedBody);
}

/**
 * A body that is too large is refused before it is read, and Fastify would close the connection after the answer. Bytes
 * that arrive at a closed socket reset the connection, and with it goes the answer: a browser would tell of a network
 * error instead of the size. So the rest is read and dropped, for as long as any request may take to send.
 */
function readRefusedBody(request: FastifyRequest, reply: FastifyReply, _payload: unknown, done: () => void): void {
  if (reply.statusCode === 413) {
    reply.removeHeader('connection');
    request.raw.resume();
  }
  done();
}

/** A table comes in as one file. */
function kindOf(url: string): keyof typeof bodyLimits {
  if (url.startsWith('/hooks')) return 'hooks';
  return url.endsWith('/tables/:id/import') ? 'tables' : 'api';
}
