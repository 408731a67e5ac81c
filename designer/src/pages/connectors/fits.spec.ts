import { describe, expect, it } from 'vitest';
import { fits } from './fits.js';

describe('A search', () => {
  it('finds what has all of its words, wherever they stand', () => {
    expect(fits('slack list', ['Slack', 'List channels'])).toBe(true);
    expect(fits('slack delete', ['Slack', 'List channels'])).toBe(false);
    expect(fits('', ['Slack'])).toBe(true);
  });
});
