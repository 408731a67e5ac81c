import { isObject } from '../../editor/is-object.js';

/** A call of a webhook with its sample, to be pasted into a shell. */
export function curlOf(url: string, sample: unknown): string {
  const { body = {}, headers } = isObject(sample) ? sample : {};
  const given = isObject(headers) ? Object.entries(headers) : [];
  const lines = [
    `curl -X POST ${quote(url)}`,
    "-H 'content-type: application/json'",
    ...given
      .filter(([name]) => name.toLowerCase() !== 'content-type')
      .map(([name, value]) => `-H ${quote(`${name}: ${String(value)}`)}`),
    `-d ${quote(typeof body === 'string' ? body : JSON.stringify(body))}`,
  ];
  return lines.join(' \\\n  ');
}

/** In single quotes, as POSIX shells read them. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
