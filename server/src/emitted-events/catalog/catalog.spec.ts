import { describe, expect, it } from 'vitest';
import { schemaOf } from '../body.js';
import { eventKinds } from './index.js';

it('no two events have one type', () => {
  expect(new Set(eventKinds.map(({ type }) => type)).size).toBe(eventKinds.length);
});

describe.each(eventKinds.map((kind) => [kind.type, kind] as const))('%s', (_, kind) => {
  it('has a sample that fits its own schema, field by field', () => {
    expect(kind.data.strict().safeParse(kind.sample).error).toBeUndefined();
  });

  it('says what it tells in JSON Schema, with no field left out', () => {
    const { properties, required } = schemaOf(kind) as {
      properties: { data: { properties: object; required: string[] } };
      required: string[];
    };
    expect(required.sort()).toEqual(['data', 'id', 'test', 'timestamp', 'type', 'url', 'workspaceId']);
    expect(Object.keys(properties.data.properties).sort()).toEqual(Object.keys(kind.sample).sort());
  });

  it('leads to a page', () => {
    expect(kind.page(kind.sample)).toMatch(
      /^(?:runs|approvals|connections|integrations|directory\/accounts)\/[0-9a-f-]{36}$/,
    );
  });
});
