import type { TextTarget } from '../evaluation.js';

/** How a value is written into a template, by what the text is for. The template's own text is left as it is. */
export const escapers: Record<TextTarget, (text: string) => string> = {
  plain: (text) => text,
  html: (text) => text.replace(/[&<>"'`=]/g, (character) => `&#${character.charCodeAt(0)};`),
  /** Slack reads &, < and > only: without them no mention, channel call or disguised link can arise. */
  mrkdwn: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  url: (text) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')),
  /** No control character, so no second header and no body. */
  header: (text) => text.replace(/\p{Cc}+/gu, ' '),
  csv: (text) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  },
  /** Within the quotes of a JSON text. */
  json: (text) => JSON.stringify(text).slice(1, -1),
};

/** Targets in which a value may be put in unescaped by `{{{ }}}`, because the text stays one piece of text. */
export const rawTargets: ReadonlySet<TextTarget> = new Set(['plain', 'html', 'mrkdwn']);
