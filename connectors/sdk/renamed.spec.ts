import { expect, test } from 'vitest';
import { z } from 'zod';
import { apiToken } from './auth.js';
import { findOperation, getOperation } from './call.js';
import { defineConnector, operation } from './define.js';
import { describeConnector } from './describe.js';

const docs = 'https://vendor.example/docs';
const read = (formerly?: string[]) =>
  operation({
    ...{ title: 'Read', docs, summary: 'Reads.', effect: 'read', sample: { input: {}, output: {} } },
    ...{ input: z.strictObject({}), output: z.object({}) },
    ...(formerly ? { formerly } : {}),
  });
const define = (operations: Record<string, ReturnType<typeof read>>) =>
  defineConnector({
    ...{ id: 'vendor', title: 'Vendor', docs, judgedBy: 'docs', operations },
    auth: [apiToken({ fields: {} })],
    sampleConnection: { kind: 'apiToken', fields: { token: 'sample' } },
  });

test('an operation is found by its id and by those that it had before', () => {
  const connector = define({ findPerson: read(['findUser', 'getUser']), other: read() });
  expect(getOperation(connector, 'getUser')).toBe(connector.operations.findPerson);
  expect(findOperation(connector, 'findPerson')).toBe(connector.operations.findPerson);
  expect(findOperation(connector, 'nobody')).toBeUndefined();
  expect(describeConnector(connector).operations.map(({ formerly }) => formerly)).toEqual([
    ['findUser', 'getUser'],
    undefined,
  ]);
});

test('an id belongs to one operation for good', () => {
  expect(() => define({ one: read(['two']), two: read() })).toThrow('vendor.one');
  expect(() => define({ one: read(['old']), two: read(['old']) })).toThrow('vendor.two');
});
