import { isFormula } from '@castellan/sdk/csv';
import { toText } from '../template-helpers.js';
import type { TargetText } from './target-text.js';

/**
 * CSV whose cells are those of the template: separators, quotes and line ends in values are text. A cell that begins
 * with a value which a spreadsheet would take for a formula gets an apostrophe before it; plain numbers do not.
 */
export function csvText(): TargetText {
  let cell = newCell();
  let separator: string | undefined;

  function finished(): string {
    const { text, authorQuoted, needsQuotes } = cell;
    cell = newCell();
    const done = text.join('');
    return needsQuotes && !authorQuoted ? `"${done.replaceAll('"', '""')}"` : done;
  }

  function ownCharacter(character: string): string {
    if (cell.text.length === 0 && character === '"') cell.authorQuoted = true;
    if (cell.authorQuoted && character === '"') cell.inQuotes = !cell.inQuotes;
    const isSeparator = separator === undefined ? [',', ';', '\t'].includes(character) : character === separator;
    if (cell.inQuotes || !(isSeparator || character === '\n' || character === '\r')) {
      cell.text.push(character);
      return '';
    }
    if (isSeparator) separator = character;
    return finished() + character;
  }

  return {
    own: (text) => [...text].map(ownCharacter).join(''),
    value: (value) => {
      const plain = toText(value);
      const isFirst = cell.text.every((part) => part === '"' || part === '');
      const text = isFirst && isFormula(plain) ? `'${plain}` : plain;
      cell.text.push(cell.authorQuoted ? text.replaceAll('"', '""') : text);
      cell.needsQuotes ||= /[",;\t\r\n]/.test(text);
      return '';
    },
    end: finished,
  };
}

const newCell = () => ({ text: [] as string[], authorQuoted: false, inQuotes: false, needsQuotes: false });
