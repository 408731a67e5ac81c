import type { TextTarget } from '../../evaluation.js';
import { Failure } from '../failure.js';
import { toText } from '../template-helpers.js';
import { csvText } from './csv.js';
import { jsonText } from './json.js';
import type { TargetText } from './target-text.js';
import { urlText } from './url.js';

export type { TargetText } from './target-text.js';

/** Begins a text for each target. */
export const targetTexts: Record<TextTarget, () => TargetText> = {
  plain: () => each((text) => text),
  html: () => each((text) => text.replace(/[&<>"'`=]/g, (character) => `&#${character.charCodeAt(0)};`)),
  /** Slack reads &, < and > only: without them no mention, channel call or disguised link can arise. */
  mrkdwn: () => each((text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')),
  /** No control character, so no second header and no body. */
  header: () => each((text) => text.replace(/\p{Cc}+/gu, ' ')),
  url: urlText,
  json: jsonText,
  csv: csvText,
  /** There is no way to write a value into a statement that is right everywhere, so none is. */
  sql: () => each(refused),
};

/** Targets in which a value may be put in unescaped by `{{{ }}}`, because the text stays one piece of text. */
export const rawTargets: ReadonlySet<TextTarget> = new Set(['plain', 'html', 'mrkdwn']);

function refused(): never {
  throw new Failure(
    'E_EXPR',
    'No value is put into a statement: write ? in its place, and give the value as a parameter.',
  );
}

/** A target that escapes a value in the same way wherever it stands. */
function each(escaped: (text: string) => string): TargetText {
  return { own: (text) => text, value: (value) => escaped(toText(value)) };
}
