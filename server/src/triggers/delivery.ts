import { normalizeJson, normalizeText } from '@castellan/sdk';

/** Something that arrived from outside, verified; what is stored and what flows see. */
export interface Arrival {
  method: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  query: Record<string, string>;
  rawBody: Buffer;
  /** The network address that it came from, behind the proxies that are trusted. */
  source?: string | null;
}

/** Never shown, stored or handed to a flow, whatever the scheme. */
const credentialHeaders = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key'];

/** The arrival without what proves its sender. */
export function withoutCredentials(
  arrival: Arrival,
  carries: { headers?: string[]; query?: string[] } = {},
): Pick<Arrival, 'headers' | 'query'> {
  const hidden = new Set([...credentialHeaders, ...(carries.headers ?? [])]);
  const hiddenQuery = new Set(carries.query ?? []);
  return {
    headers: textsWithout(hidden, arrival.headers),
    query: textsWithout(hiddenQuery, arrival.query),
  };
}

/** Texts that Postgres can hold. */
function textsWithout(hidden: Set<string>, given: Record<string, string>): Record<string, string> {
  const kept = Object.entries(given).filter(([name]) => !hidden.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [normalizeText(name), normalizeText(value)]));
}

/** A body by its content type: JSON, a form, else text. One that does not parse is text, not an error. */
export function parseBody(rawBody: Buffer, contentType = ''): unknown {
  if (rawBody.length === 0) return null;
  const text = normalizeText(rawBody.toString('utf8'));
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') return formOf(new URLSearchParams(text));
  if (type !== '' && type !== 'text/plain' && !/[/+]json$/.test(type)) return text;
  try {
    return normalizeJson(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Whether the body comes in parts (multipart), which are not read. */
export const isInParts = ({ headers }: Pick<Arrival, 'headers'>): boolean =>
  /^\s*multipart\//i.test(headers['content-type'] ?? '');

/** The fields of a form; one that comes several times is a list. */
function formOf(form: URLSearchParams): unknown {
  const names = [...new Set(form.keys())];
  const fields = names.map((name) => {
    const values = form.getAll(name);
    return [name, values.length === 1 ? values[0] : values] as const;
  });
  return normalizeJson(Object.fromEntries(fields));
}
