import type { StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { type AfterNames, afterLines, leftDone } from './after-words.js';

let seq = 0;
const state = (stepId: string, over: Partial<StepState> = {}): StepState => ({
  ...{ stepId, iteration: '', kind: 'action', status: 'succeeded', port: 'out', attempts: 1 },
  ...{ startedAt: null, endedAt: null, nextAttemptAt: null, error: null, count: null, childRunId: null },
  ...{ keptFrom: null, waitsFor: null, seq: ++seq },
  ...over,
});
const names: AfterNames = {
  step: (id) => ({ grant: 'Grant access', mail: 'Make a mailbox' })[id] ?? id,
  system: (id) => (id === 'failure:notify' ? 'Slack' : 'Opal'),
};
const sentences = (...states: StepState[]): string[] => afterLines(states, names).map(({ sentence }) => sentence);
const refused = { code: 'E_HTTP', message: 'Opal refused (409): on hold', retryable: false };

describe('what followed the end', () => {
  it('says of each step whether it was taken back, and what to do where it was not', () => {
    expect(
      sentences(
        state('grant'),
        state('undo:mail', { status: 'failed', error: refused }),
        state('undo:lost', { status: 'unknown' }),
        state('undo:grant'),
      ),
    ).toEqual([
      '“Make a mailbox” could not be taken back: Opal refused (409): on hold. Take it back in Opal yourself.',
      'Nobody knows whether “lost” was taken back: the answer never came. Look in Opal.',
      '“Grant access” was taken back.',
    ]);
  });

  it('counts items of which the same is to be said', () => {
    const items = ['0', '1', '2'].map((iteration) => state('undo:grant', { iteration }));
    const hard = state('undo:grant', { iteration: '3', status: 'failed', error: refused });
    expect(sentences(...items, hard)).toEqual([
      '“Grant access” for 3 items was taken back.',
      '“Grant access” for item 4 could not be taken back: Opal refused (409): on hold. Take it back in Opal yourself.',
    ]);
  });

  it('says who was told and what was started', () => {
    expect(sentences(state('failure:notify'), state('failure:flow'))).toEqual([
      'The failure was told through Slack.',
      'The flow for failures was started.',
    ]);
    expect(sentences(state('failure:notify', { status: 'failed', error: refused }))).toEqual([
      'The failure could not be told through Slack: Opal refused (409): on hold.',
    ]);
  });

  it('names writes that no undo takes back, once something was taken back', () => {
    const step = (undo?: unknown) => ({ kind: 'action', ...(undo === undefined ? {} : { undo }) });
    const draft = { steps: { grant: step('auto'), mail: step(), read: step() } } as unknown as Draft;
    const writes = (id: string): boolean => id !== 'read';
    const done = [state('grant'), state('mail'), state('read')];
    expect(leftDone(draft, [...done, state('undo:grant')], writes)).toEqual(['mail']);
    expect(leftDone(draft, done, writes)).toEqual([]);
  });
});
