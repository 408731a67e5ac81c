import { isObject } from '../levels.js';
import { below } from '../pointer.js';

/** What credentials of well-known makers look like. */
const shapes: [what: string, shape: RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a token of Slack', /\bxox[abeprs]-[A-Za-z0-9-]{10,}/],
  ['a token of GitHub', /\b(gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/],
  ['a token of GitLab', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['an access key of AWS', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a key of Google', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['a secret key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{16,}/],
  ['a signed token', /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}/],
  ['a bearer token', /^\s*(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{16,}\s*$/i],
  ['an address with a password', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@{}]+:[^\s/@{}]{6,}@/i],
];

/** Texts in a value that look like credentials, each with what it looks like and its place. */
export function credentialsIn(value: unknown, pointer: string): { pointer: string; what: string }[] {
  if (typeof value === 'string') {
    const found = shapes.find(([, shape]) => shape.test(value));
    return found ? [{ pointer, what: found[0] }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => credentialsIn(item, below(pointer, index)));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => credentialsIn(inner, below(pointer, key)));
}
