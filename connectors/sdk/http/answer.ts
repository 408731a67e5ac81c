import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { normalizeJson, normalizeText } from '../normalize.js';
import type { HttpResponse, JsonValue } from '../types.js';
import type { WireResponse } from './exchange.js';

/** An answer that cannot be read: it does not say what the vendor did. */
export class UnreadableAnswer extends Error {
  constructor(
    message: string,
    readonly tooLarge: boolean,
  ) {
    super(message);
    this.name = 'UnreadableAnswer';
  }
}

const decoders: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Encodings that we ask for and can read. */
export const acceptedEncodings = 'gzip, deflate, br';

/**
 * Decodes and parses an answer. `maxBytes` counts decoded bytes, so a small answer cannot unfold into a large one.
 * Rejects with UnreadableAnswer; `text` leaves JSON as it came, `base64` an answer of 2xx byte by byte; an error's body
 * (4xx, 5xx) that is no JSON is taken as text.
 */
export async function readAnswer(wire: WireResponse, maxBytes: number, as?: 'text' | 'base64'): Promise<HttpResponse> {
  const { status, headers } = wire;
  const bytes = await decode(wire, maxBytes);
  if (bytes.length === 0) return { status, headers, body: null };
  if (as === 'base64' && status >= 200 && status < 300) return { status, headers, body: bytes.toString('base64') };
  const content = normalizeText(new TextDecoder(charsetOf(headers['content-type'])).decode(bytes));
  return { status, headers, body: as !== 'text' && isJson(headers['content-type']) ? parse(content, status) : content };
}

async function decode({ headers, bytes }: WireResponse, maxBytes: number): Promise<Buffer> {
  const names = (headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const encodings = names.filter((name) => name !== '' && name !== 'identity').reverse();
  if (bytes.length === 0 || encodings.length === 0) return bytes;
  if (encodings.length > 2) throw new UnreadableAnswer('The answer is encoded more than twice.', false);
  let decoded = bytes;
  for (const name of encodings) {
    const decoder = decoders[name];
    if (!decoder)
      throw new UnreadableAnswer(`The answer's encoding “${name.slice(0, 40)}” is not one that was asked for.`, false);
    decoded = await decoder(decoded, { maxOutputLength: maxBytes }).catch((error: NodeJS.ErrnoException) => {
      const tooLarge = error.code === 'ERR_BUFFER_TOO_LARGE';
      throw new UnreadableAnswer(
        tooLarge ? `The answer is larger than ${maxBytes} bytes.` : `The answer's ${name} encoding is broken.`,
        tooLarge,
      );
    });
  }
  return decoded;
}

function parse(content: string, status: number): JsonValue {
  if (content.trim() === '') return null;
  try {
    return normalizeJson(JSON.parse(content));
  } catch (error) {
    if (status >= 400) return content;
    throw new UnreadableAnswer(`The answer's JSON cannot be used: ${(error as Error).message}`, false);
  }
}

function isJson(contentType: string | undefined): boolean {
  return /^[a-z]+\/(?:[\w.+-]*\+)?json\b/i.test(contentType ?? '');
}

/** The declared character set if it is one that the platform knows, else UTF-8. */
function charsetOf(contentType: string | undefined): string {
  const named = /charset="?([\w-]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(named).encoding;
  } catch {
    return 'utf-8';
  }
}
