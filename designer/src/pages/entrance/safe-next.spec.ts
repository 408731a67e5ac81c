import { describe, expect, it } from 'vitest';
import { safeNext } from './safe-next.js';

describe('where to go after signing in', () => {
  it('is the page that was asked for', () => {
    expect(safeNext('/w/1/runs?status=failed')).toBe('/w/1/runs?status=failed');
  });

  it.each([undefined, 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'is the start for %s',
    (next) => {
      expect(safeNext(next)).toBe('/');
    },
  );

  it('is not the sign-in page again', () => {
    expect(safeNext('/sign-in?next=%2Fsign-in')).toBe('/');
  });
});
