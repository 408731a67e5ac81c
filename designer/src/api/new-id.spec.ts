import { describe, expect, it } from 'vitest';
import { newId } from './new-id.js';

describe('an id made here', () => {
  it('is a UUID of version 7 that sorts by the time at which it was made', () => {
    const early = newId(Date.parse('2026-03-02T12:00:00Z'));
    const late = newId(Date.parse('2026-03-02T12:00:00.001Z'));
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early < late).toBe(true);
    expect(Number.parseInt(early.slice(0, 13).replace('-', ''), 16)).toBe(Date.parse('2026-03-02T12:00:00Z'));
  });
});
