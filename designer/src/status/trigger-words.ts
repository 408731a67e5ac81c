import { words } from '../ui/format.js';

const wordOf: Record<string, string> = { call: 'another flow', connector: 'event' };

/** What started a run, as a word in a sentence: `webhook`, `event`. */
export function triggerWord(kind: string): string {
  return wordOf[kind] ?? kind;
}

/** What starts a flow, in words: `Webhook`, `Schedule and manual`. */
export function triggerWords(triggers: { kind: string }[]): string {
  const kinds = [...new Set(triggers.map(({ kind }) => triggerWord(kind)))];
  return kinds.length === 0 ? '–' : words(kinds.join(' and '));
}
