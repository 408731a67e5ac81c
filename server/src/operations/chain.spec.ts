import { describe, expect, test } from 'vitest';
import { type EarlierEffect, fateOf, type WantedEffect } from './chain.js';

const done: EarlierEffect = {
  runId: 'first',
  state: 'done',
  undone: false,
  generation: 0,
  inputHash: 'a',
  operation: 'opal.revoke',
  connectionId: 'opal-1',
};
const wanted: WantedEffect = {
  runId: 'second',
  inputHash: 'a',
  operation: 'opal.revoke',
  connectionId: 'opal-1',
  idempotency: 'none',
  again: false,
};

describe('a write of a retry', () => {
  test('is sent when the chain has not come to it', () => {
    expect(fateOf(null, wanted)).toEqual({ fate: 'send', generation: 0 });
  });

  test('that was done and taken back is sent with a new key', () => {
    expect(fateOf({ ...done, undone: true }, wanted)).toEqual({ fate: 'send', generation: 1 });
  });

  test('that is done with an equal input is kept', () => {
    expect(fateOf(done, wanted)).toEqual({ fate: 'keep', generation: 0 });
  });

  test.each([
    ['its input differs', { inputHash: 'b' }],
    ['its operation is another', { operation: 'opal.grant' }],
    ['it goes to another connection', { connectionId: 'opal-2' }],
    ['a person wants it again', { again: true }],
  ])('that is done is sent as a new one when %s', (_, differs) => {
    expect(fateOf({ ...done, generation: 2 }, { ...wanted, ...differs })).toEqual({ fate: 'send', generation: 3 });
  });

  test('that was refused is sent as a new one', () => {
    expect(fateOf({ ...done, state: 'refused' }, wanted)).toEqual({ fate: 'send', generation: 1 });
  });

  test.each(['unknown', 'sending'] as const)('whose outcome is not known (%s): as it may be repeated', (state) => {
    const lost = { ...done, state };
    expect(fateOf(lost, { ...wanted, idempotency: 'natural' })).toEqual({ fate: 'send', generation: 0 });
    expect(fateOf(lost, { ...wanted, idempotency: 'key' })).toEqual({ fate: 'send', generation: 0 });
    expect(fateOf(lost, { ...wanted, idempotency: 'lookup' })).toEqual({ fate: 'ask', generation: 0 });
    expect(fateOf(lost, wanted)).toEqual({ fate: 'leave', generation: 0 });
  });

  test('whose outcome is not known, and whose input differs: another write, but never past a person', () => {
    const lost: EarlierEffect = { ...done, state: 'unknown' };
    const other = { ...wanted, inputHash: 'b' };
    expect(fateOf(lost, { ...other, idempotency: 'natural' })).toEqual({ fate: 'send', generation: 1 });
    expect(fateOf(lost, { ...other, idempotency: 'key' })).toEqual({ fate: 'send', generation: 1 });
    expect(fateOf(lost, { ...other, idempotency: 'lookup' })).toEqual({ fate: 'ask', generation: 1 });
    expect(fateOf(lost, other)).toEqual({ fate: 'leave', generation: 0 });
  });
});

describe('another attempt within one run', () => {
  const own = { ...wanted, runId: 'first' };

  test('keeps what is done and sends what was refused under the same key', () => {
    expect(fateOf(done, own)).toEqual({ fate: 'keep', generation: 0 });
    expect(fateOf({ ...done, state: 'refused', generation: 1 }, own)).toEqual({ fate: 'send', generation: 1 });
  });

  test('asks or leaves to a person what may have happened', () => {
    const lost: EarlierEffect = { ...done, state: 'sending' };
    expect(fateOf(lost, { ...own, idempotency: 'lookup' })).toEqual({ fate: 'ask', generation: 0 });
    expect(fateOf(lost, own)).toEqual({ fate: 'leave', generation: 0 });
  });
});
