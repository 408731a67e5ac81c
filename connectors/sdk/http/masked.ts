import type { HttpResponse, JsonValue } from '../types.js';

/** A refusal that an operation reads itself: what it makes of it must not say a secret that the vendor repeats. */
export function withoutSecrets(response: HttpResponse, secrets: string[]): HttpResponse {
  const clean = JSON.stringify(response.body, (_, value: unknown) =>
    typeof value === 'string' ? withoutEach(value, secrets) : value,
  );
  return { ...response, body: JSON.parse(clean) as JsonValue };
}

/** A vendor's words without our secrets, in one line of at most 500 characters. */
export function masked(words: string | undefined, secrets: string[]): string | undefined {
  const clean = withoutEach(words ?? '', secrets);
  return clean.replace(/\s+/g, ' ').trim().slice(0, 500) || undefined;
}

function withoutEach(words: string, secrets: string[]): string {
  return secrets.reduce((text, value) => text.replaceAll(value, '•••'), words);
}
