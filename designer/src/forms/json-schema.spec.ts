import { describe, expect, it } from 'vitest';
import { fieldShape, type JsonSchema, labelOf, resolveSchema, variantOf } from './json-schema.js';
import { blankValue, exampleValue } from './schema-values.js';

const shapeOf = (schema: Parameters<typeof fieldShape>[0]) => fieldShape(schema, schema);

describe('the control that a schema asks for', () => {
  it('knows the flat types', () => {
    expect(shapeOf({ type: 'string' })).toMatchObject({ type: 'text', multiline: false });
    expect(shapeOf({ type: 'string', multiline: true })).toMatchObject({ type: 'text', multiline: true });
    expect(shapeOf({ type: 'integer', minimum: 1 })).toMatchObject({ type: 'number', integer: true, minimum: 1 });
    expect(shapeOf({ type: 'boolean' })).toEqual({ type: 'boolean' });
    expect(shapeOf({})).toEqual({ type: 'any' });
  });

  it('offers choices for an enum, and for several constants', () => {
    expect(shapeOf({ enum: ['low', 'high'] })).toMatchObject({
      type: 'choice',
      options: [{ value: 'low' }, { value: 'high' }],
    });
    expect(shapeOf({ anyOf: [{ const: 1, title: 'One' }, { const: 2 }] })).toMatchObject({
      type: 'choice',
      options: [
        { value: 1, label: 'One' },
        { value: 2, label: '2' },
      ],
    });
    expect(shapeOf({ type: 'array', items: { enum: ['a'] } })).toMatchObject({ type: 'choices' });
    expect(shapeOf({ enum: ['low', 'high'], default: 'low' })).toMatchObject({ placeholder: 'low' });
  });

  it('tells lists, objects and records apart', () => {
    expect(shapeOf({ type: 'array', items: { type: 'string' } })).toMatchObject({ type: 'list' });
    expect(shapeOf({ type: 'object', properties: { id: { type: 'string' } }, required: ['id'] })).toMatchObject({
      type: 'object',
      properties: [{ name: 'id', required: true }],
    });
    expect(shapeOf({ type: 'object', additionalProperties: { type: 'number' } })).toEqual({
      type: 'record',
      value: { type: 'number' },
    });
  });

  it('reads "or null" as the other type', () => {
    expect(shapeOf({ anyOf: [{ type: 'integer' }, { type: 'null' }] })).toMatchObject({ type: 'number' });
    expect(shapeOf({ type: ['string', 'null'] })).toMatchObject({ type: 'text' });
  });

  it('follows references and merges allOf', () => {
    const root = {
      $defs: { id: { type: 'string', title: 'Id' } },
      allOf: [{ properties: { a: { $ref: '#/$defs/id' } } }],
    };
    expect(fieldShape(root, root)).toMatchObject({ type: 'object', properties: [{ name: 'a' }] });
    expect(resolveSchema({ $ref: '#/$defs/id', description: 'whose' }, root)).toEqual({
      type: 'string',
      title: 'Id',
      description: 'whose',
    });
  });

  it('ends on a circle of references', () => {
    const root = { $defs: { a: { $ref: '#/$defs/a' } } };
    expect(fieldShape({ $ref: '#/$defs/a' }, root)).toEqual({ type: 'any' });
    const tree = { type: 'object', properties: { child: { $ref: '#' } } };
    expect(() => exampleValue(tree)).not.toThrow();
  });

  it('finds the variant that a value was made for', () => {
    const root: JsonSchema = {
      oneOf: [
        { type: 'object', properties: { kind: { const: 'mail' }, to: { type: 'string' } }, required: ['kind'] },
        { type: 'object', properties: { kind: { const: 'page' } }, required: ['kind'] },
      ],
    };
    const shape = fieldShape(root, root);
    if (shape.type !== 'variants') throw new Error('expected variants');
    expect(shape.variants.map((variant) => variant.title)).toEqual(['Mail', 'Page']);
    expect(variantOf({ kind: 'page' }, shape.variants, root)).toBe(1);
    expect(blankValue(shape.variants[1]!.schema, root)).toEqual({ kind: 'page' });
  });
});

describe('what a schema gives to begin with', () => {
  it('fills required fields only', () => {
    const schema = {
      type: 'object',
      properties: { id: { type: 'string' }, level: { enum: ['low', 'high'] }, note: { type: 'string' } },
      required: ['id', 'level'],
    };
    expect(blankValue(schema, schema)).toEqual({ id: '', level: 'low' });
  });

  it('makes examples from formats', () => {
    const schema = {
      type: 'object',
      properties: { email: { type: 'string', format: 'email' }, tags: { type: 'array', items: { type: 'string' } } },
    };
    expect(exampleValue(schema)).toEqual({ email: 'jane.doe@example.com', tags: ['text'] });
  });

  it('turns names into labels', () => {
    expect(labelOf('accessLevelId', {})).toBe('Access level id');
    expect(labelOf('any', { title: 'Given' })).toBe('Given');
  });
});
