import { expect, it } from 'vitest';
import { approverWords } from './approver-words.js';

it('names roles as people say them, and leaves people as they are', () => {
  expect(approverWords('role:approver, role:admin, r.cole@example.org')).toBe(
    'any approver, any admin, r.cole@example.org',
  );
});
