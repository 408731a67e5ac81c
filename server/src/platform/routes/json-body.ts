import { normalizeText } from '@castellan/sdk';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.js';

const limits = { depth: 64, keys: 50_000, string: 1_200_000 };

/**
 * The body of an API call: JSON only, as a form from another site cannot send. All bodies arrive as bytes, and this is
 * the one place where those of the API are parsed.
 */
export function parseJson(request: FastifyRequest): unknown {
  const bytes = request.body;
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) return {};
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new ApiError('invalid_input', 'Send JSON with Content-Type: application/json.');
  return guard(parse(bytes));
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ApiError('invalid_input', `The body is no JSON: ${(error as Error).message}`);
  }
}

/**
 * Refuses what would hurt further in: depth, number of keys, keys that reach prototypes. Characters that Postgres
 * cannot store (NUL, lone surrogates) become U+FFFD. Walks without recursion, since JSON.parse takes any depth.
 */
function guard(root: unknown): unknown {
  const holder: { root: unknown } = { root };
  const open: { container: Record<string, unknown> | unknown[]; depth: number }[] = [{ container: holder, depth: 0 }];
  let keys = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { container, depth } = next;
    if (depth > limits.depth)
      throw new ApiError('invalid_input', `The body is nested deeper than ${limits.depth} levels.`);
    for (const [key, value] of Object.entries(container)) {
      keys += 1;
      if (keys > limits.keys) throw new ApiError('too_large', `The body has more than ${limits.keys} values.`);
      if (key === '__proto__') throw new ApiError('invalid_input', 'The body has a key “__proto__”.');
      if (typeof value === 'string') (container as Record<string, unknown>)[key] = storable(value);
      else if (typeof value === 'object' && value !== null) {
        open.push({ container: value as Record<string, unknown>, depth: depth + 1 });
      }
    }
  }
  return holder.root;
}

function storable(text: string): string {
  if (text.length > limits.string)
    throw new ApiError('too_large', `A text is longer than ${limits.string} characters.`);
  return normalizeText(text);
}
