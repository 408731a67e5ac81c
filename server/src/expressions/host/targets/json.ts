import { toText } from '../template-helpers.js';
import type { TargetText } from './target-text.js';

/** Between quotes a value is a part of that text, elsewhere it is a JSON value of its own. */
export function jsonText(): TargetText {
  let inText = false;
  let escaped = false;
  return {
    own: (text) => {
      for (const character of text) {
        if (escaped) escaped = false;
        else if (inText && character === '\\') escaped = true;
        else if (character === '"') inText = !inText;
      }
      return text;
    },
    value: (value) => (inText ? withinQuotes(toText(value)) : JSON.stringify(value ?? null)),
    json: (text) => (inText ? withinQuotes(text) : text),
  };
}

const withinQuotes = (text: string): string => JSON.stringify(text).slice(1, -1);
