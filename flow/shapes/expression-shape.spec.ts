import { expect, test } from 'vitest';
import { shapeOfExpression } from './expression-shape.js';
import { shapeOfSchema } from './schema-shape.js';
import type { Shape } from './shape.js';

const person = {
  ...{ type: 'object', required: ['id', 'tags', 'manager'] },
  properties: {
    id: { type: 'string' },
    age: { type: 'number' },
    tags: { type: 'array', items: { type: 'string' } },
    manager: { type: 'object', properties: { mail: { type: 'string' } }, required: ['mail'] },
  },
};
const scope = shapeOfSchema({
  ...{ type: 'object', required: ['person', 'people'] },
  properties: { person, people: { type: 'array', items: person } },
});

/** A shape in short: types, and in braces its members. */
function short({ types, properties, items }: Shape): string {
  const members = Object.entries(properties ?? {}).map(([name, one]) => `${name}: ${short(one)}`);
  const inside = types.includes('object') && properties ? `{ ${members.join(', ')} }` : '';
  return `${types.join('|') || '?'}${inside}${items ? ` of ${short(items)}` : ''}`;
}

test.each([
  ['person.manager.mail', 'string'],
  ['people[0].tags', 'array of string'],
  ['people[0].manager', 'object{ mail: string }'],
  ['people[age > 3].id', 'string'],
  ['$$.person.id', 'string'],
  ['"a" & person.id', 'string'],
  ['person.age + 1', 'number'],
  ['person.age > 1 and true', 'boolean'],
  ['[1..3]', 'array of number'],
  ['[person.id, "x"]', 'array of string'],
  ['{ "id": person.id, "old": person.age > 60 }', 'object{ id: string, old: boolean }'],
  [
    'people.{ "id": id, "boss": manager.mail }',
    'array|object{ id: string, boss: string } of object{ id: string, boss: string }',
  ],
  ['person.age > 1 ? "yes" : 0', 'string|number'],
  ['($x := 1; { "a": person.age })', 'object{ a: number }'],
  ['$lowercase(person.id)', 'string'],
  ['person.id ~> $length', 'number'],
  ['$parseEmail(person.id)', 'object{ name: string, address: string, local: string, domain: string }'],
  ['$parseEmail(person.id).domain', 'string'],
  ['$lookupBy(people, "id", 1).manager', 'object{ mail: string }'],
  ['$unique(people).manager', 'object{ mail: string }'],
  ['$groupBy(people, "id")', 'object'],
  ['people{ id: age }', 'object'],
  ['people@$p.manager', '?'],
  ['person.nothing', '?'],
  ['$own(1)', '?'],
  ['not JSONata (', '?'],
])('%s gives %s', (source, shape) => {
  expect(short(shapeOfExpression(source, scope))).toBe(shape);
});
