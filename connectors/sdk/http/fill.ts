import { FatalError } from '../errors.js';
import type { HttpRequest, JsonObject, JsonValue } from '../types.js';
import type { Target } from './target.js';

/**
 * A request with the connection's fields in the places that its `fill` names. Rejects with E_AUTH a field that the
 * connection lacks, and with E_EGRESS a host that is none of the connection's.
 */
export function filledIn(target: Target, url: URL, { fill = {}, ...request }: HttpRequest): HttpRequest {
  if (!target.origins.has(url.origin)) {
    throw new FatalError(`Fields of this connection are not sent to ${url.origin}.`, { code: 'E_EGRESS' });
  }
  const body = structuredClone(request.body ?? null);
  for (const [pointer, name] of Object.entries(fill)) put(body, pointer, fieldOf(target, name));
  return { ...request, body };
}

function fieldOf(target: Target, name: string): string {
  const value = target.field?.(name);
  if (typeof value === 'string' && value !== '') return value;
  throw new FatalError(`The connection of ${target.title} has no “${name}”. Enter it on the Connections page.`, {
    code: 'E_AUTH',
  });
}

/** Puts a text into an object that is there; objects on the way are made. */
function put(body: JsonValue, pointer: string, text: string): void {
  const names = pointer.slice(1).split('/');
  const last = names.pop() as string;
  let at = body as JsonObject;
  for (const name of names) {
    at[name] ??= {};
    at = at[name] as JsonObject;
  }
  at[last] = text;
}
