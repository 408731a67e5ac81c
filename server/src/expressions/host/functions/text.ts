import { createHash } from 'node:crypto';
import type { HostFunction } from './host-function.js';

export const textFunctions = {
  mask: {
    signature: '<s-:s>',
    run: (text: string | undefined) => (text === undefined ? undefined : mask(text)),
  },
  sha256: {
    signature: '<s-:s>',
    run: (text: string | undefined) =>
      text === undefined ? undefined : createHash('sha256').update(text, 'utf8').digest('hex'),
  },
  parseEmail: {
    signature: '<s-:o>',
    run: (text: string | undefined) => (text === undefined ? undefined : parseEmail(text)),
  },
} satisfies Record<string, HostFunction>;

/** Keeps enough to recognise and too little to use; short text is hidden whole. The number of stars tells no length. */
function mask(text: string): string {
  const email = parseEmail(text);
  if (email) return `${[...email.local][0]}***@${email.domain}`;
  return text.length >= 12 ? `***${text.slice(-4)}` : '***';
}

/** The parts of an e-mail address. */
export interface Email {
  name?: string;
  address: string;
  local: string;
  domain: string;
}

/** One address of at most 320 characters. Lists, comments and quoted local parts are none. */
function parseEmail(text: string): Email | undefined {
  if (text.length > 500) return undefined;
  const bracketed = /^([^<>]*)<([^<>]*)>$/.exec(text.trim());
  const address = (bracketed?.[2] ?? text).trim();
  const name = bracketed?.[1]?.trim().replace(/^"(.*)"$/, '$1');
  const [, local, domain] = /^([^\s@<>()[\],;:"\\]{1,64})@([^\s@<>()[\],;:"\\]{1,255})$/.exec(address) ?? [];
  if (local === undefined || domain === undefined) return undefined;
  if (!domain.split('.').every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u.test(label)))
    return undefined;
  const lower = domain.toLowerCase();
  return { ...(name && { name }), address: `${local}@${lower}`, local, domain: lower };
}
