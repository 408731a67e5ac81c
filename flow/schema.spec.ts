import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readExpression } from './expression.js';
import { utf8Length } from './limits.js';
import { draftSchema, flowJsonSchema, flowSchema } from './schema.js';
import { lockdown } from './testing/lockdown.js';

describe('the flow format', () => {
  test('takes a complete flow as it is', () => {
    expect(flowSchema.parse(lockdown())).toEqual(lockdown());
  });

  test('refuses fields that it does not know', () => {
    expect(flowSchema.safeParse({ ...lockdown(), extra: 1 }).success).toBe(false);
  });

  test('is a JSON Schema too, which judges the same', () => {
    const schema = flowJsonSchema();
    expect(schema).toMatchObject({ type: 'object', required: expect.arrayContaining(['schema', 'name', 'steps']) });
    const read = z.fromJSONSchema(schema);
    expect(read.safeParse(lockdown()).success).toBe(true);
    expect(read.safeParse({ ...lockdown(), wires: [{ from: 'a' }] }).success).toBe(false);
    expect(read.safeParse({ ...lockdown(), steps: { a: { kind: 'nothing' } } }).success).toBe(false);
  });
});

describe('a draft', () => {
  test('may lack anything, and keeps what is not known', () => {
    expect(draftSchema.parse({})).toEqual({});
    const draft = { future: 1, steps: { a: { kind: 'dance', tempo: 3 }, b: {} }, wires: [{ from: 'a', note: 'x' }] };
    expect(draftSchema.parse(draft)).toEqual(draft);
  });

  test('takes every flow', () => {
    expect(draftSchema.parse(lockdown())).toEqual(lockdown());
  });

  test.each([
    null,
    [],
    { steps: [] },
    { steps: { a: [] } },
    { wires: [5] },
    { triggers: 'x' },
    { connections: { a: 1 } },
  ])('%j is none', (value) => {
    expect(draftSchema.safeParse(value).success).toBe(false);
  });
});

describe('an expression', () => {
  test.each([
    [{ jsonata: 'a' }, { language: 'jsonata', source: 'a' }],
    [{ handlebars: '' }, { language: 'handlebars', source: '' }],
    [{ var: 'x' }, { language: 'var', name: 'x' }],
    [{ literal: { var: 'x' } }, { language: 'literal', value: { var: 'x' } }],
  ])('%j is one', (value, expected) => {
    expect(readExpression(value)).toEqual(expected);
  });

  test.each([null, 'jsonata', ['jsonata'], {}, { jsonata: 5 }, { jsonata: 'a', b: 1 }, { cel: 'a' }])(
    '%j is data',
    (value) => {
      expect(readExpression(value)).toBeUndefined();
    },
  );
});

test('the length of a text is counted as it is stored', () => {
  const encoder = new TextEncoder();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(utf8Length(text)).toBe(encoder.encode(text).length);
    }),
  );
});
