import type { BulkAction } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { actionTitle, cannotWords, progressWords, retryWords, wishWords } from './bulk-words.js';

const action: BulkAction = {
  ...{ id: 'a', action: 'retry', by: 'ada', place: { at: 'failed' }, version: 'same', filter: null },
  ...{ compensate: null, beforeVersion: null },
  ...{ total: 12, done: 5, refused: 0, createdAt: '2026-03-02T12:00:00.000Z', endedAt: null, stoppedBy: null },
};

describe('an action on many runs in words', () => {
  it('says what is done to how many, and of a retry from where', () => {
    expect(actionTitle(action)).toBe('Retry of 12 runs');
    expect(actionTitle({ action: 'cancel', total: 1 })).toBe('Cancelling of 1 run');
    expect(retryWords({ place: { at: 'start' }, version: 'published' })).toBe(
      'from the start, on the published version',
    );
  });

  it('says of a cancel whether what was done is taken back, and at which publish it was chosen', () => {
    const cancel: BulkAction = { ...action, action: 'cancel' };
    expect(wishWords(cancel)).toBe('');
    expect(wishWords({ ...cancel, compensate: true })).toBe('what they did is taken back');
    expect(wishWords({ ...cancel, compensate: false, beforeVersion: 4 })).toBe(
      'of versions before 4, chosen when that was published; what they did stays done',
    );
    expect(wishWords(action)).toBe('from what failed, on the version of each run');
  });

  it('says how far it is, what was refused, and who stopped it', () => {
    const ended = { ...action, endedAt: '2026-03-02T12:01:00.000Z' };
    expect(progressWords(action)).toBe('5 of 12 done');
    expect(progressWords({ ...ended, done: 10, refused: 2 })).toBe('10 done, 2 refused');
    expect(progressWords({ ...ended, stoppedBy: 'ben' })).toBe('5 done, stopped by ben with 7 left as they were');
    expect(progressWords({ ...ended, total: 0, done: 0 })).toBe('There was nothing to do');
  });

  it('says why runs are left out', () => {
    const cannot = [
      { why: 'ended' as const, count: 2 },
      { why: 'retried' as const, count: 1 },
    ];
    expect(cannotWords(cannot)).toBe('2 have ended, 1 was retried since');
  });
});
