/** Escapes of `$'…'`, which browsers write where a text holds quotes or line ends. */
const ansi: Record<string, string> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

/**
 * The words of a command as a POSIX shell reads them: quotes, backslashes and lines that go on. Variables and other
 * commands inside it are not carried out.
 * @throws where a quote is not closed.
 */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  const text = command.replaceAll('\r\n', '\n');

  const until = (end: string, escapes: (next: string) => string | null): string => {
    let quoted = '';
    for (; at < text.length; at += 1) {
      const letter = text[at] as string;
      if (letter === end) return quoted;
      const escaped = letter === '\\' ? escapes(text.slice(at + 1)) : null;
      if (escaped === null) quoted += letter;
      else {
        quoted += escaped;
        at += consumed;
      }
    }
    throw new Error(`A quote (${end}) is not closed.`);
  };
  /** How many letters the last escape took beside its backslash. */
  let consumed = 1;
  const inDouble = (next: string): string | null => {
    consumed = 1;
    if (next.startsWith('\n')) return '';
    return /^["\\$`]/.test(next) ? (next[0] as string) : null;
  };
  const inAnsi = (next: string): string => {
    const code = /^(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{1,2}))/.exec(next);
    consumed = code?.[0].length ?? 1;
    if (code) return String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? '', 16));
    return ansi[next[0] ?? ''] ?? `\\${next[0] ?? ''}`;
  };

  for (; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (/\s/.test(letter)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (letter === "'") {
      at += 1;
      word = (word ?? '') + until("'", () => null);
    } else if (letter === '"') {
      at += 1;
      word = (word ?? '') + until('"', inDouble);
    } else if (letter === '$' && text[at + 1] === "'") {
      at += 2;
      word = (word ?? '') + until("'", inAnsi);
    } else if (letter === '\\') {
      at += 1;
      if (text[at] !== '\n') word = (word ?? '') + (text[at] ?? '');
    } else {
      word = (word ?? '') + letter;
    }
  }
  if (word !== null) words.push(word);
  return words;
}
