/** The first sentence or line of a text, without the marks of Markdown, at most `most` characters. */
export function firstSentence(text: string, most: number): string {
  const plain = text
    .replace(/<[^>]{0,200}>/g, ' ')
    .replace(/!?\[([^\]]{0,200})\]\([^)]{0,500}\)/g, '$1')
    // The head of a note, as GitHub writes them; what the note says follows.
    .replace(/^\s*>?\s*\[!\w+\]\s*$/gm, '')
    .replace(/^\s*>\s?/gm, '')
    .replace(/[*`#]/g, '')
    .trim();
  const [line = ''] = plain.split(/\r?\n/, 1);
  const [, sentence = line] = /^(.*?[.!?])\s/.exec(line) ?? [];
  return cut(sentence.replace(/\s+/g, ' ').trim(), most);
}

export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** `repos/list-for-org` as `reposListForOrg`. */
export function camelCase(text: string): string {
  const parts = text.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  const joined = parts.map((part, index) => (index === 0 ? lowerFirst(part) : upperFirst(part))).join('');
  return cut(/^[0-9]/.test(joined) ? `call${joined}` : joined, 80).replace('…', '');
}

/** `listUsersForOrg` as “List users for org”. */
export function sentenceOf(name: string): string {
  const words = name
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .trim()
    .toLowerCase();
  return upperFirst(words);
}

/** The address if it is one of the web, else ''. What a document calls a link may be anything. */
export function webAddress(value: unknown): string {
  if (typeof value !== 'string' || !URL.canParse(value)) return '';
  return /^https?:$/.test(new URL(value).protocol) ? value : '';
}

const upperFirst = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
/** An abbreviation at the beginning is no capital letter: `APIKeys` as `apiKeys`, `GET` as `get`. */
const lowerFirst = (word: string) => word.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
