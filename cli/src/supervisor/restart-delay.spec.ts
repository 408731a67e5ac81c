import { describe, expect, it } from 'vitest';
import { restartDelaySeconds } from './restart-delay.js';

describe('the pause before a service is started again', () => {
  it('doubles with each failure and stops growing at 30 seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 40].map(restartDelaySeconds)).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  });
});
