import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type DoneCall, isAsLeft } from './as-left.js';
import { defineConnector, operation, type Undo } from './define.js';
import type { Change, JsonObject, JsonValue } from './types.js';

const nothing = z.object({});
const changes = (): Change[] => [{ action: 'update' }];
const shared = {
  ...{ docs: 'https://vendor.example/docs', summary: 'Does it.', output: nothing },
  ...{ effect: 'write' as const, idempotency: 'natural' as const, changes },
  request: () => ({ method: 'POST' as const, url: '/' }),
};
const was = (before: JsonValue) => before as JsonObject;

/** Access for some minutes, fields of an account, and fields as a list. */
const vendor = defineConnector({
  ...{ id: 'vendor', title: 'Vendor', docs: 'https://vendor.example/docs', judgedBy: 'own', auth: [] },
  operations: {
    grant: operation({
      ...shared,
      title: 'Grant',
      input: z.strictObject({ user: z.string(), minutes: z.int() }),
      passing: ['left'],
      undo: ({ user, minutes }, _, before): Undo | null => {
        const { granted, left } = was(before);
        if (!granted) return { operation: 'revoke', input: { user } };
        return left === minutes ? null : { operation: 'grant', input: { user, minutes: left as number } };
      },
      sample: { input: { user: 'jane', minutes: 60 }, output: {} },
    }),
    revoke: operation({
      ...shared,
      title: 'Revoke',
      input: z.strictObject({ user: z.string() }),
      passing: ['left'],
      undo: ({ user }, _, before) => {
        const { granted, left } = was(before);
        return granted ? { operation: 'grant', input: { user, minutes: left as number } } : null;
      },
      sample: { input: { user: 'jane' }, output: {} },
    }),
    update: operation({
      ...shared,
      title: 'Update',
      input: z.strictObject({ user: z.string(), title: z.string() }),
      undo: (_, __, before) => ({
        operation: 'setFields',
        input: { id: was(before).id as string, fields: [{ field: 'title', value: was(before).title as string }] },
      }),
      sample: { input: { user: 'jane', title: 'Lead' }, output: {} },
    }),
    setFields: operation({
      ...shared,
      title: 'Set fields',
      input: z.strictObject({ id: z.string(), fields: z.array(z.object({ field: z.string(), value: z.string() })) }),
      sample: { input: { id: '7', fields: [] }, output: {} },
    }),
  },
});

const done = (operationId: string, input: JsonObject, before: JsonValue): DoneCall => ({
  ...{ operation: operationId, input, output: {}, before },
});

describe('what a write left is still so', () => {
  test('where it would change nothing', () => {
    const revoke = done('revoke', { user: 'jane' }, { granted: true, left: 0 });
    expect(isAsLeft(vendor, revoke, { granted: false, left: 0 })).toBe(true);
    expect(isAsLeft(vendor, revoke, { granted: true, left: 30 })).toBe(false);
  });

  test('where only time has passed', () => {
    const grant = done('grant', { user: 'jane', minutes: 60 }, { granted: false, left: 0 });
    expect(isAsLeft(vendor, grant, { granted: true, left: 60 })).toBe(true);
    expect(isAsLeft(vendor, grant, { granted: true, left: 41 })).toBe(true);
  });

  test('where what differs from before is what was sent, whatever the field is called by', () => {
    const update = done('update', { user: 'jane', title: 'Lead' }, { id: '7', title: 'Engineer' });
    expect(isAsLeft(vendor, update, { id: '7', title: 'Lead' })).toBe(true);
    expect(isAsLeft(vendor, update, { id: '7', title: 'Director' })).toBe(false);
  });
});
