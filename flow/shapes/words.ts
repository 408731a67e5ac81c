import { jsonTypeOf } from './shape.js';

/** Members that are named. */
const mostNames = 5;

/** What a value looks like, in a few words: `list of 3 objects with id, name`. */
export function shapeInWords(value: unknown): string {
  switch (jsonTypeOf(value)) {
    case 'string':
      return `text of ${counted((value as string).length, 'character')}`;
    case 'number':
      return 'number';
    case 'boolean':
      return 'yes or no';
    case 'object':
      return `object${membersOf([value])}`;
    case 'array':
      return listInWords(value as unknown[]);
    default:
      return 'nothing';
  }
}

const plurals = {
  string: 'text',
  number: 'number',
  boolean: 'yes or no',
  object: 'object',
  array: 'list',
  null: 'null',
} as const;

function listInWords(items: unknown[]): string {
  if (items.length === 0) return 'empty list';
  const types = new Set(items.map(jsonTypeOf));
  const [type] = types;
  if (type === undefined || types.size > 1) return `list of ${items.length} of several types`;
  if (type === 'boolean' || type === 'null') return `list of ${items.length} × ${plurals[type]}`;
  return `list of ${counted(items.length, plurals[type])}${type === 'object' ? membersOf(items) : ''}`;
}

/** The names of what any of the objects has. */
function membersOf(objects: unknown[]): string {
  const names = [...new Set(objects.flatMap((one) => Object.keys(one as object)))];
  if (names.length === 0) return ' without members';
  const more = names.length - mostNames;
  return ` with ${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
