import { isObject } from '../../editor/is-object.js';

/** Where a call gives the secret of a signature's scheme. */
export interface SecretPlace {
  headers: string[];
  query: string[];
}

/** What stands for the secret, which is not shown. */
const secret = 'SECRET';

/** A call of a webhook with its sample, to be pasted into a shell; a secret is to be put in the place of `SECRET`. */
export function curlOf(address: string, sample: unknown, secretIn: SecretPlace = { headers: [], query: [] }): string {
  const { parameter, header } = placeOf(secretIn);
  const url = parameter === undefined ? address : `${address}?${parameter}=${secret}`;
  const { body = {}, headers } = isObject(sample) ? sample : {};
  const given = isObject(headers) ? Object.entries(headers) : [];
  const lines = [
    `curl -X POST ${quote(url)}`,
    "-H 'content-type: application/json'",
    ...(header !== undefined ? [`-H ${quote(`${header}: ${secret}`)}`] : []),
    ...given
      .filter(([name]) => name.toLowerCase() !== 'content-type')
      .map(([name, value]) => `-H ${quote(`${name}: ${String(value)}`)}`),
    `-d ${quote(typeof body === 'string' ? body : JSON.stringify(body))}`,
  ];
  return lines.join(' \\\n  ');
}

/** Whether the call has a place where the secret alone is put. */
export function hasSecretPlace(secretIn: SecretPlace): boolean {
  const { parameter, header } = placeOf(secretIn);
  return parameter !== undefined || header !== undefined;
}

/** The address comes first; `authorization` holds more than the secret, so it is left to the words of the scheme. */
function placeOf({ headers, query: [parameter] }: SecretPlace): { parameter?: string; header?: string } {
  if (parameter !== undefined) return { parameter };
  const header = headers.find((name) => name !== 'authorization');
  return header === undefined ? {} : { header };
}

/** In single quotes, as POSIX shells read them. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
