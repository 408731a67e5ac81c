import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schemaFields } from './schema-fields.js';

const fieldsOf = (shape: z.ZodType) => schemaFields(z.toJSONSchema(shape) as Record<string, unknown>);
const typesOf = (shape: z.ZodType) => Object.fromEntries(fieldsOf(shape).map(({ path, type }) => [path, type]));

describe('Fields of a schema', () => {
  it('say in plain words what they take', () => {
    const shape = z.object({
      name: z.string(),
      mail: z.email(),
      count: z.int().nullish(),
      kind: z.enum(['a', 'b', 'c']),
      either: z.union([z.string(), z.boolean()]),
      labels: z.record(z.string(), z.string()),
      any: z.unknown(),
      json: z.json(),
    });
    expect(typesOf(shape)).toEqual({
      name: 'text',
      mail: 'e-mail address',
      count: 'whole number',
      kind: '“a”, “b” or “c”',
      either: 'text or true or false',
      labels: 'object with values: text',
      any: 'anything',
      json: 'anything',
    });
  });

  it('say whether they are needed, what they are else, and that they are secret', () => {
    const shape = z.object({
      token: z.string().meta({ title: 'Token', secret: true }),
      size: z.number().default(5).describe('Of a page.'),
      note: z.string().optional(),
    });
    expect(fieldsOf(shape)).toEqual([
      { path: 'token', title: 'Token', type: 'text', required: true, secret: true },
      { path: 'size', type: 'number', required: false, secret: false, default: 5, description: 'Of a page.' },
      { path: 'note', type: 'text', required: false, secret: false },
    ]);
  });

  it('go into objects and lists, and end where a schema holds itself', () => {
    const person = z.object({
      id: z.string(),
      get reports() {
        return z.array(person);
      },
    });
    expect(fieldsOf(z.object({ owner: person })).map(({ path }) => path)).toEqual([
      'owner',
      'owner.id',
      'owner.reports',
      'owner.reports[].id',
      'owner.reports[].reports',
    ]);
  });
});
