import type { TestExpectation } from '@castellan/flow';
import { describe, expect, test } from 'vitest';
import { post, versionOf } from '../../test/rehearsal-kit.js';
import type { Rehearsal, RehearsedStep } from '../rehearsal/rehearsal.js';
import { acceptResult } from './accept-result.js';
import { failuresOf } from './expectations.js';

const version = versionOf({
  steps: {
    tell: post({ text: 'x' }, { title: 'Tell' }),
    each: post({}, { title: 'Each' }),
    late: { kind: 'wait', seconds: 1 },
  },
  wires: [],
});

const row = (step: string, over: Partial<RehearsedStep> = {}): RehearsedStep => ({
  ...{ step, iteration: '', kind: 'action', status: 'succeeded', port: 'out', attempts: 1 },
  ...over,
});
const called = (step: string, input: unknown, over: Partial<RehearsedStep> = {}): RehearsedStep => {
  const call = { connector: 'http', operation: 'request', effect: 'write' as const, changes: [], item: null };
  return row(step, { input, call, ...over });
};
const rehearsal = (over: Partial<Rehearsal> = {}): Rehearsal => ({
  ...{ status: 'succeeded', error: null, outcome: null, response: null, steps: [], seconds: 0 },
  items: new Map(),
  ...over,
});

/** What is accepted, which the same rehearsal then meets. */
const accept = (expected: TestExpectation, happened: Rehearsal): TestExpectation => {
  const accepted = acceptResult(expected, happened, version);
  expect(failuresOf(accepted, happened, version)).toEqual([]);
  return accepted;
};

describe('accepting what happened', () => {
  test('leaves what was met as it is, be it asked loosely', () => {
    const expected: TestExpectation = { steps: { tell: { port: 'out' } }, calls: [{ connector: 'http' }] };
    expect(accept(expected, rehearsal({ steps: [called('tell', { a: 1 })] }))).toEqual(expected);
  });

  test('changes the way to what it was, in the form in which it was asked', () => {
    const expected: TestExpectation = {
      status: 'succeeded',
      steps: { tell: 'skipped', late: { status: 'succeeded', port: 'out' }, each: { times: 2 }, gone: 'succeeded' },
    };
    const steps = [
      called('tell', {}, { status: 'failed', port: 'error' }),
      row('late', { port: 'timeout' }),
      ...['0', '1', '2'].map((iteration) => called('each', {}, { iteration })),
    ];
    const error = { code: 'E_HTTP', message: 'no', retryable: false, stepId: 'tell' };
    expect(accept(expected, rehearsal({ status: 'failed', error, steps }))).toEqual({
      status: 'failed',
      error: { code: 'E_HTTP' },
      steps: { tell: 'failed', late: { status: 'succeeded', port: 'timeout' }, each: { times: 3 } },
    });
  });

  test('of an input it changes those parts that were asked for', () => {
    const expected: TestExpectation = {
      calls: [
        { step: 'tell', input: { json: { text: 'old', gone: 1 } }, times: 1 },
        { step: 'each', input: { a: 1 } },
        { step: 'removed', times: 1 },
      ],
    };
    const steps = [called('tell', { url: 'u', json: { text: 'new', at: 'now' } })];
    expect(accept(expected, rehearsal({ steps }))).toEqual({
      calls: [
        { step: 'tell', input: { json: { text: 'new' } }, times: 1 },
        { step: 'each', times: 0 },
      ],
    });
  });

  test('of the answer to the caller, and of an outcome, likewise', () => {
    const expected: TestExpectation = { outcome: 'old', response: { status: 200, body: { id: 1 } } };
    const response = { status: 201, headers: {}, body: { id: 2, more: true } };
    expect(accept(expected, rehearsal({ outcome: 'new', response }))).toEqual({
      outcome: 'new',
      response: { status: 201, body: { id: 2 } },
    });
  });
});
