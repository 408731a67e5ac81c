import addresses from 'email-addresses';
import type { HostFunction } from './host-function.js';

/** The parts of an e-mail address. */
export interface Email {
  name?: string;
  address: string;
  local: string;
  domain: string;
}

export const emailFunctions = {
  parseEmail: {
    signature: '<s-:o>',
    run: (text: string | undefined) => (text === undefined ? undefined : parseEmail(text)),
  },
  parseEmails: {
    signature: '<s-:a>',
    run: (text: string | undefined) => (text === undefined ? undefined : parseEmails(text)),
  },
} satisfies Record<string, HostFunction>;

/** Longer is no address; the parser takes the square of the length. */
const longest = 500;

/** One address. Quoted local parts, groups and addresses of hosts by number are none. */
export function parseEmail(text: string): Email | undefined {
  if (text.length > longest) return undefined;
  const found = addresses.parseOneAddress({ input: text.trim(), rfc6532: true });
  if (found?.type !== 'mailbox') return undefined;
  const { name, local } = found;
  const domain = found.domain.toLowerCase();
  if (!/^[^\s@<>()[\],;:"\\]{1,64}$/.test(local) || !isDomain(domain)) return undefined;
  return { ...(name ? { name } : {}), address: `${local}@${domain}`, local, domain };
}

function isDomain(text: string): boolean {
  const label = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u;
  return text.length <= 255 && text.split('.').every((part) => label.test(part));
}

function parseEmails(text: string): Email[] {
  return splitAddresses(text).flatMap((part) => parseEmail(part) ?? []);
}

/** The parts between commas, semicolons and line ends that stand in no quotes, brackets or comment. */
function splitAddresses(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"?|<[^>]*>?|\([^)]*\)?|[^"<(,;\r\n])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
