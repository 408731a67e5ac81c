import { expect, test } from 'vitest';
import { countsOf, type HashedWrite, planHash, rowsOf } from './plan-rows.js';

const write = (over: Partial<HashedWrite> = {}): HashedWrite => ({
  runId: 'r1',
  step: 'grant',
  iteration: '',
  connectionId: 'c1',
  operation: 'opal.grantGroup',
  inputHash: 'h1',
  open: [],
  changes: [
    { action: 'grant', subject: { type: 'user', id: 'u1', email: 'b@x.org' }, object: { type: 'g', id: 'g1' } },
  ],
  beforeHash: 'b1',
  ...over,
});
const of = (email: string, id = email) => [
  { action: 'revoke' as const, subject: { type: 'user', id, email }, object: { type: 'g', id: 'g1' } },
];

test('rows come by person, whoever planned them first, and those about nobody last', () => {
  const rows = rowsOf([
    write({ changes: [{ action: 'notify', object: { type: 'channel', id: 'it' } }] }),
    write({ changes: of('Zoe@x.org') }),
    write({ changes: of('ann@x.org') }),
  ]);
  expect(rows.map(({ subject }) => subject?.email ?? null)).toEqual(['ann@x.org', 'Zoe@x.org', null]);
});

test('iterations come in their order', () => {
  const rows = rowsOf(['10', '9', '0'].map((iteration) => write({ iteration })));
  expect(rows.map(({ iteration }) => iteration)).toEqual(['0', '9', '10']);
});

test('the hash is the same for the same plan, made in another order and by another run', () => {
  const writes = [write(), write({ step: 'more', changes: of('ann@x.org') })];
  const again = [...writes].reverse().map((one) => ({ ...one, runId: 'r2' }));
  expect(planHash(rowsOf(again))).toBe(planHash(rowsOf(writes)));
});

test.each<[string, Partial<HashedWrite>]>([
  ['another input', { inputHash: 'h2' }],
  ['another state before', { beforeHash: 'b2' }],
  ['another connection', { connectionId: 'c2' }],
  ['another operation', { operation: 'opal.revokeGroup' }],
  ['another person', { changes: of('ann@x.org') }],
  ['another step', { step: 'other' }],
  ['something left open', { open: ['/text'] }],
])('the hash is another one with %s', (_, over) => {
  expect(planHash(rowsOf([write(over)]))).not.toBe(planHash(rowsOf([write()])));
});

test('a write planned twice is not the same as one planned once', () => {
  const twice = [write({ iteration: '0' }), write({ iteration: '1' })];
  expect(planHash(rowsOf(twice))).not.toBe(planHash(rowsOf([write({ iteration: '0' })])));
  expect(countsOf(rowsOf(twice))).toEqual({ grant: 2 });
});
