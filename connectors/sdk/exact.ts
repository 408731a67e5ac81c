import type { JsonValue } from './types.js';

/** Significant digits that a JSON number always keeps. */
const keptDigits = 15;

/** A decimal number as JSON has it, if it is the same one as a JSON number; else its text. */
export function exactNumber(text: string): number | string {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) return text;
  const [mantissa = ''] = text.split(/e/i);
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  return digits.length <= keptDigits || plainDecimal(text) === String(number) ? number : text;
}

/** Without zeros that say nothing. */
function plainDecimal(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A text's JSON, in which numbers that JSON's numbers would change become texts; what is no JSON stays text. */
export function exactJson(text: string): JsonValue {
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(exactNumber(token)),
  );
  try {
    return JSON.parse(exact) as JsonValue;
  } catch {
    return text;
  }
}
