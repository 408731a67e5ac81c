import { describe, expect, it } from 'vitest';
import { fieldsOfSchema, type InputField, schemaOfFields } from './input-schema.js';

describe('the form of a trigger that a person starts', () => {
  const fields: InputField[] = [
    { name: 'who', title: 'Who', type: 'email', required: true, choices: [] },
    { name: 'urgency', title: '', type: 'choice', required: false, choices: ['low', 'high'] },
    { name: 'tags', title: 'Tags', type: 'list', required: false, choices: [] },
    { name: 'days', title: 'Days', type: 'number', required: false, choices: [], default: 3 },
  ];

  it('is a JSON Schema, and the fields are read back from it', () => {
    expect(schemaOfFields(fields)).toEqual({
      type: 'object',
      properties: {
        who: { title: 'Who', type: 'string', format: 'email' },
        urgency: { enum: ['low', 'high'] },
        tags: { title: 'Tags', type: 'array', items: { type: 'string' } },
        days: { title: 'Days', type: 'number', default: 3 },
      },
      required: ['who'],
    });
    expect(fieldsOfSchema(schemaOfFields(fields))).toEqual(fields);
  });

  it('has no fields where there is no schema yet', () => {
    expect(fieldsOfSchema(undefined)).toEqual([]);
  });

  it('leaves a schema that says more than fields can to be edited as JSON', () => {
    expect(fieldsOfSchema({ type: 'object', properties: { a: { type: 'string', minLength: 3 } } })).toBeUndefined();
    expect(fieldsOfSchema({ type: 'object', properties: {}, minProperties: 1 })).toBeUndefined();
    expect(fieldsOfSchema({ type: 'array' })).toBeUndefined();
  });
});
