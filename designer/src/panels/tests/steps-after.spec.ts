import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { goneFrom, stepsAfter } from './steps-after.js';

const draft: Draft = {
  steps: {
    grant: { kind: 'action', title: 'Grant', undo: 'auto' },
    read: { kind: 'action' },
    each: { kind: 'loop', steps: { inner: { kind: 'action', undo: { operation: 'remove' } } } },
  },
  settings: { onFailure: { notify: { connection: 'chat', operation: 'post' }, flow: 'mender' } },
};

describe('what may follow a failure, as a test case names it', () => {
  it('is what takes steps back, who is told, and the flow that is started', () => {
    expect(stepsAfter(draft)).toEqual([
      { id: 'undo:grant', title: 'Undo: Grant', calls: true, isRepeated: false },
      { id: 'undo:inner', title: 'Undo: inner', calls: true, isRepeated: true },
      { id: 'failure:notify', title: 'Tell that the run failed', calls: true, isRepeated: false },
      { id: 'failure:flow', title: 'Start the flow for failures', calls: false, isRepeated: false },
    ]);
    expect(stepsAfter({ steps: { read: { kind: 'action' } } })).toEqual([]);
  });

  it('is not gone while the flow has it', () => {
    const steps = { 'undo:grant': 'succeeded', 'undo:read': 'succeeded', was: 'skipped', grant: 'succeeded' } as const;
    expect(goneFrom(draft, steps)).toEqual(['undo:read', 'was']);
  });
});
