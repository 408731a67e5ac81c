import type { Draft } from '@castellan/flow';
import { describe, expect, it } from 'vitest';
import { consequences, followingWords } from './consequences.js';

const flow: Draft = {
  steps: {
    ask: { kind: 'approval' },
    revoke: { kind: 'action', title: 'Revoke access' },
    tell: { kind: 'action' },
    each: {
      kind: 'loop',
      steps: { ask_owner: { kind: 'approval' }, keep: { kind: 'stop', title: 'Keep it' } },
      wires: [{ from: 'ask_owner', port: 'rejected', to: 'keep' }],
    },
  },
  wires: [
    { from: 'ask', port: 'approved', to: 'revoke' },
    { from: 'ask', port: 'approved', to: 'tell' },
    { from: 'ask', port: 'timeout', to: 'tell' },
  ],
};

describe('what follows a decision', () => {
  it('is what the ports lead to, by title or else by id', () => {
    expect(consequences(flow, 'ask')).toEqual({
      approved: [{ title: 'Revoke access' }, { title: 'tell' }],
      rejected: [],
      timeout: [{ title: 'tell' }],
    });
  });

  it('is found in the body of a loop too', () => {
    expect(consequences(flow, 'ask_owner')?.rejected).toEqual([{ title: 'Keep it', ends: 'succeeded' }]);
  });

  it('is said in words, the end of the run as an end', () => {
    expect(followingWords([])).toBe('the run does nothing further here');
    expect(followingWords([{ title: 'Revoke access' }, { title: 'Tell' }])).toBe(
      'goes on with “Revoke access” and “Tell”',
    );
    expect(followingWords([{ title: 'Rejected', ends: 'failed' }])).toBe('the run ends there, as failed (“Rejected”)');
  });

  it('is not known for a step that is not there', () => {
    expect(consequences(flow, 'gone')).toBeNull();
  });
});
