import { createHash } from 'node:crypto';
import { Failure } from '../failure.js';
import { parseEmail } from './emails.js';
import type { HostFunction } from './host-function.js';

const algorithms = ['sha256', 'sha384', 'sha512', 'sha1', 'md5'];
const encodings = ['hex', 'base64'] as const;

export const textFunctions = {
  mask: {
    signature: '<s-:s>',
    run: (text: string | undefined) => (text === undefined ? undefined : mask(text)),
  },
  sha256: {
    signature: '<s-:s>',
    run: (text: string | undefined) => (text === undefined ? undefined : hash(text, 'sha256', 'hex')),
  },
  hash: {
    signature: '<sss?:s>',
    run: (text: string | undefined, algorithm: string, encoding?: string) =>
      text === undefined ? undefined : hash(text, algorithm, encoding ?? 'hex'),
  },
} satisfies Record<string, HostFunction>;

/** Keeps enough to recognise and too little to use; short text is hidden whole. The number of stars tells no length. */
function mask(text: string): string {
  const email = parseEmail(text);
  if (email) return `${[...email.local][0]}***@${email.domain}`;
  return text.length >= 12 ? `***${text.slice(-4)}` : '***';
}

function hash(text: string, algorithm: string, encoding: string): string {
  if (!algorithms.includes(algorithm)) throw notAmong(algorithm, 'an algorithm', algorithms);
  const known = encodings.find((one) => one === encoding);
  if (!known) throw notAmong(encoding, 'an encoding', encodings);
  return createHash(algorithm).update(text, 'utf8').digest(known);
}

function notAmong(given: string, what: string, known: readonly string[]): Failure {
  return new Failure('E_EXPR', `“${given.slice(0, 30)}” is not ${what}; use ${known.join(', ')}.`);
}
