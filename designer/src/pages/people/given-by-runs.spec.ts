import { describe, expect, it } from 'vitest';
import { givenByRuns, type RunEffect } from './given-by-runs.js';

const effect = (change: Partial<RunEffect>): RunEffect => ({
  ...{ runId: 'run', flow: { id: 'flow', name: 'Joiner' }, stepId: 'grant', connection: 'Opal', operation: 'grant' },
  ...{ action: 'grant', object: { type: 'resource', id: 'aws' }, state: 'done', at: '2026-01-01T00:00:00Z' },
  ...change,
});

describe('What runs gave a person and have not taken back', () => {
  it('is what was given last', () => {
    const github = effect({ object: { type: 'resource', id: 'github' } });
    expect(givenByRuns([effect({}), github])).toEqual([effect({}), github]);
  });

  it('is not what was taken away later, but what was given again after that', () => {
    const given = effect({});
    const taken = effect({ action: 'revoke' });
    expect(givenByRuns([taken, given])).toEqual([]);
    expect(givenByRuns([given, taken, given])).toEqual([given]);
  });

  it('is the same thing in another system apart', () => {
    expect(givenByRuns([effect({ action: 'revoke', connection: 'Staging' }), effect({})])).toEqual([effect({})]);
  });

  it('is nothing that was refused, nor a message or an account', () => {
    const others = [effect({ state: 'refused' }), effect({ action: 'notify' }), effect({ object: null })];
    expect(givenByRuns(others)).toEqual([]);
  });
});
