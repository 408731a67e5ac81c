import { domainToASCII } from 'node:url';

/**
 * One form for all spellings of an address: in lower case, without a name around it, quotes, invisible characters, what
 * follows a plus, and the dots that Gmail does not look at. Null for what is no address.
 */
export function mailboxOf(text: string): string | null {
  const plain = plainly(text);
  const bare = (/<([^<>]+)>\s*$/.exec(plain)?.[1] ?? plain).replace(/^mailto:/, '').trim();
  const at = bare.lastIndexOf('@');
  if (at < 1 || /\s/.test(bare)) return null;
  const local =
    (bare
      .slice(0, at)
      .replace(/^"(.*)"$/, '$1')
      .split('+')[0] ??
      '') ||
    bare.slice(0, at);
  const domain = domainOf(bare.slice(at + 1));
  if (domain === '') return null;
  return `${domain === 'gmail.com' ? local.replaceAll('.', '') : local}@${domain}`;
}

function domainOf(text: string): string {
  const domain = domainToASCII(text.replace(/\.+$/, ''));
  return domain === 'googlemail.com' ? 'gmail.com' : domain;
}

/** In lower case, without characters that only look different or are not seen. */
const plainly = (text: string): string =>
  decoded(text)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim()
    .toLowerCase();

/** A text out of an address of the web may be written with percent signs. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether an address is of a group such as `svc-*@example.com` or `*@board.example.com`. */
export function fitsPattern(mailbox: string, pattern: string): boolean {
  const parts = pattern.normalize('NFKC').trim().toLowerCase().split('*');
  const source = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^@]*');
  return new RegExp(`^${source}$`).test(mailbox);
}

const address = /[^\s"'<>()[\]{},;:/?&=#|\\]+@[^\s"'<>()[\]{},;:/?&=#|\\]+/g;
const separators = /[\s"'<>()[\]{},;/?&=#|\\]+/;

/** All addresses in a text, as `mailboxOf` writes them. */
export function mailboxesIn(text: string): string[] {
  return (plainly(text).match(address) ?? []).flatMap((found) => mailboxOf(found) ?? []);
}

/** The parts of a text that may be ids, in lower case: the whole, and what stands between separators. */
export function wordsIn(text: string): string[] {
  const plain = plainly(text);
  return [plain, ...plain.split(separators)].filter((word) => word !== '');
}
