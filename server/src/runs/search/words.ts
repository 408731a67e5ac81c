/** At most so many words of one run are searched by, and so much of each. */
const mostWords = 60;
const longestWord = 60;
/** Of a longer text, such as a log or a mail, only the beginning is searched by. */
const longestText = 200;
/** Values of what started a run that are looked at. */
const mostValues = 200;

/** Letters and digits, with what joins them to an address, a host name, a number or an id. */
const compound = /[\p{L}\p{N}]+(?:[._:@/+'-]+[\p{L}\p{N}]+)*/gu;
const part = /[\p{L}\p{N}]+/gu;
/** Kept whole: IP addresses, dates and numbers by their digits, and ids, whose parts mean nothing. */
const whole = /^[\d.:/-]+$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Not searched by: lists have a filter for times. */
const instant = /^\d{4}-\d\d-\d\dt[\d:.z+-]+$/;

/** The words of a text, each group once: an e-mail address is one group of its parts, an IP address stays whole. */
export function wordGroups(text: string): string[][] {
  const groups = text.normalize('NFKC').toLowerCase().match(compound) ?? [];
  return groups
    .filter((group) => !instant.test(group))
    .map((group) => (whole.test(group) ? [group] : (group.match(part) ?? [])).map(cut));
}

const cut = (word: string): string => [...word].slice(0, longestWord).join('');

/** The words that a run is found by, the earlier texts first when there are too many. */
export function searchWords(texts: Iterable<string>): string[] {
  const words = new Set<string>();
  for (const text of texts) {
    for (const group of wordGroups(text.slice(0, longestText))) {
      for (const word of group) words.add(word);
      if (words.size >= mostWords) return [...words].slice(0, mostWords);
    }
  }
  return [...words];
}

/** What starts a run as search reads it: the texts and numbers of its body or input, those that stand higher first. */
export function* triggerTexts(triggerData: unknown): Generator<string> {
  const { body, input, query } = (triggerData ?? {}) as Record<string, unknown>;
  let left = mostValues;
  const values: unknown[] = [body, input, query];
  for (const value of values) {
    if (left-- <= 0) return;
    if (typeof value === 'string' || typeof value === 'number') yield String(value);
    else if (Array.isArray(value)) values.push(...value.slice(0, left));
    else if (typeof value === 'object' && value !== null) values.push(...Object.values(value).slice(0, left));
  }
}

/** Terms that stand beside words and that no text has, for each begins with a sign. */
export const placeTerm = (workspaceId: string, mode: string): string => `=${workspaceId}:${mode}`;
export const flowTerm = (flowId: string): string => `=${flowId}`;

/** From so many letters on a word finds all that begin with it; one letter would find nearly everything. */
const shortestBeginning = 2;
/** A word that more flows than this have in their names is looked for in the runs alone. */
const mostFlows = 100;

/** A question for the index of words, as tsqueries. */
export interface SearchQuery {
  all: string;
  /** What of it names whole words, which the index finds at once; null when there are beginnings only. */
  whole: string | null;
}

/**
 * Asks for runs that have every word of the text, in what they are about or in the name of their flow. The last word
 * of each group is a beginning. Null when the text has no word.
 */
export function searchQuery(text: string, flows: { id: string; name: string }[]): SearchQuery | null {
  const names = flows.map(({ id, name }) => ({ id, words: wordGroups(name).flat() }));
  const groups = wordGroups(text).map((group) => ({ group, named: flowsNamed(group, names) }));
  if (groups.length === 0) return null;
  const all = groups.map(({ group, named }) => either(termsOf(group), named));
  const whole = groups.flatMap(({ group, named }) => {
    const terms = termsOf(group).filter((_, at) => !isBeginning(group, at));
    return terms.length > 0 ? [either(terms, named)] : [];
  });
  return { all: all.join(' & '), whole: whole.length > 0 ? whole.join(' & ') : null };
}

const termsOf = (group: string[]): string[] =>
  group.map((word, at) => quoted(word) + (isBeginning(group, at) ? ':*' : ''));

const either = (terms: string[], others: string[]): string => `(${[`(${terms.join(' & ')})`, ...others].join(' | ')})`;

function flowsNamed(group: string[], names: { id: string; words: string[] }[]): string[] {
  const has = (words: string[], at: number): boolean =>
    words.some((word) => (isBeginning(group, at) ? word.startsWith(group[at] ?? '') : word === group[at]));
  const named = names.filter(({ words }) => group.every((_, at) => has(words, at)));
  return named.length > mostFlows ? [] : named.map(({ id }) => quoted(flowTerm(id)));
}

const isBeginning = (group: string[], at: number): boolean =>
  at === group.length - 1 && (group[at]?.length ?? 0) >= shortestBeginning;

/** No term holds a quote or a backslash: they join no group of letters. */
export const quoted = (term: string): string => `'${term}'`;
