import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

/** Below this the headers outweigh what is saved. */
const leastCharacters = 1_024;

/** Brotli at the level that takes no longer than gzip; its default level takes seconds for a catalogue. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const brotli = promisify(brotliCompress);

/** How an answer is made smaller, the better one first. Each works in a thread of its own. */
const encodings: Record<string, (text: string) => Promise<Buffer>> = {
  br: (text) => brotli(text, quality),
  gzip: promisify<string, Buffer>(gzip),
};
const names = Object.keys(encodings);

/**
 * Compresses what the API answers to a reader, where the client takes it. Not compressed: what answers a change, since
 * only there a secret is shown (once), and the length of a compressed answer tells whether a guess stands in it; event
 * streams and downloads, which go out as they come; webhooks, which do no more than they did.
 */
export function compressAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (isReading(route)) route.onSend = [route.onSend ?? [], compressed].flat();
  });
}

const isReading = ({ method, url }: RouteOptions) => url.startsWith('/api/') && [method].flat().includes('GET');

async function compressed(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (typeof payload !== 'string' || payload.length < leastCharacters) return payload;
  reply.header('vary', 'accept-encoding');
  const encoding = negotiate(request.headers['accept-encoding'] ?? '', names);
  const encode = encoding === null ? undefined : encodings[encoding];
  if (!encode) return payload;
  const smaller = await encode(payload);
  reply.header('content-encoding', encoding).header('content-length', smaller.length);
  return smaller;
}
