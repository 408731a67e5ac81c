import { isObject, type JsonValue } from '@castellan/sdk';
import { fieldWords } from '../field-words.js';

/** A text in which mrkdwn reads no link and no mention: https://docs.slack.dev/messaging/formatting-message-text */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** At most so many characters, with an ellipsis where there were more. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Any value for people: `displayName` is “Display name”, a list is a line for each item. In mrkdwn. */
export function valueLines(value: JsonValue): string[] {
  if (value === null || value === '') return [];
  if (Array.isArray(value)) return value.map((item) => `• ${inline(item)}`);
  if (!isObject(value)) return [escaped(String(value))];
  return Object.entries(value).flatMap(([name, part]) => {
    if (part === null || part === '') return [];
    if (Array.isArray(part)) return [`*${escaped(fieldWords(name))}*`, ...valueLines(part)];
    return [`*${escaped(fieldWords(name))}:* ${inline(part)}`];
  });
}

function inline(value: JsonValue): string {
  if (Array.isArray(value)) return value.map(inline).join(', ');
  if (!isObject(value)) return escaped(String(value));
  const named = value.title ?? value.email ?? value.name ?? value.id;
  if (typeof named === 'string' && value.action === undefined) return escaped(named);
  return Object.entries(value)
    .filter(([, part]) => part !== null)
    .map(([name, part]) => `${escaped(fieldWords(name).toLowerCase())} ${inline(part)}`)
    .join(', ');
}
