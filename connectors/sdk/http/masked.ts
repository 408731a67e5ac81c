import { FatalError } from '../errors.js';
import type { HttpResponse, JsonValue } from '../types.js';

/** A refusal that an operation reads itself: what it makes of it must not say a secret that the vendor repeats. */
export function withoutSecrets(response: HttpResponse, secrets: string[]): HttpResponse {
  const clean = JSON.stringify(response.body, (_, value: unknown) =>
    typeof value === 'string' ? withoutEach(value, secrets) : value,
  );
  return { ...response, body: JSON.parse(clean) as JsonValue };
}

/** Where a text says a secret it is masked; in an answer in base64 it could not be found any more, so that is not taken. */
export function refuseSecrets({ body }: HttpResponse, { title, secrets }: { title: string; secrets: string[] }): void {
  const bytes = Buffer.from(String(body ?? ''), 'base64');
  if (!secrets.some((secret) => bytes.includes(secret))) return;
  throw new FatalError(`${title}: the file holds a secret of the connection.`, { code: 'E_RESPONSE' });
}

/** A vendor's words without our secrets, in one line of at most 500 characters. */
export function masked(words: string | undefined, secrets: string[]): string | undefined {
  const clean = withoutEach(words ?? '', secrets);
  return clean.replace(/\s+/g, ' ').trim().slice(0, 500) || undefined;
}

function withoutEach(words: string, secrets: string[]): string {
  return secrets.reduce((text, value) => text.replaceAll(value, '•••'), words);
}
