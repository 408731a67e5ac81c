import { describe, expect, it } from 'vitest';
import { stepStatus } from './statuses.js';

describe('a step that is to be tried', () => {
  it('again after it failed says so', () => {
    expect(stepStatus({ status: 'retrying', waitsFor: null }).word).toBe('Retrying');
    expect(stepStatus({ status: 'retrying' }).word).toBe('Retrying');
  });

  it('when its connection has a slot for it has not failed, and says what it waits for', () => {
    const shown = stepStatus({ status: 'retrying', waitsFor: 'a free slot of connection “Slack” (1 call at once)' });
    expect(shown).toMatchObject({ word: 'Waiting for a slot', look: 'waiting' });
  });
});
