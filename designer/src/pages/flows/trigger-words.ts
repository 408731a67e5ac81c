import { words } from '../../ui/format.js';

/** What starts a flow, in words: `Webhook`, `Schedule and manual`. */
export function triggerWords(triggers: { kind: string }[]): string {
  const kinds = [...new Set(triggers.map(({ kind }) => (kind === 'call' ? 'another flow' : kind)))];
  return kinds.length === 0 ? '–' : words(kinds.join(' and '));
}
