import { describe, expect, it } from 'vitest';
import { differences, mostDifferences } from './differences.js';

describe('the differences of two values', () => {
  it('are the places that changed, came or went', () => {
    const before = { name: 'Leaver', enabled: false, steps: { tell: { title: 'Tell' } } };
    const after = { name: 'Leaver', enabled: true, steps: { tell: { title: 'Tell all' }, stop: { kind: 'stop' } } };
    expect(differences(before, after)).toEqual([
      { path: 'enabled', before: false, after: true },
      { path: 'steps.tell.title', before: 'Tell', after: 'Tell all' },
      { path: 'steps.stop.kind', before: undefined, after: 'stop' },
    ]);
  });

  it('of something made or removed list its fields', () => {
    expect(differences(null, { role: 'viewer' })).toEqual([{ path: 'role', before: undefined, after: 'viewer' }]);
    expect(differences({ role: 'viewer' }, null)).toEqual([{ path: 'role', before: 'viewer', after: undefined }]);
  });

  it('tell a list that became an object', () => {
    expect(differences({ a: [1] }, { a: { 0: 1 } })).toEqual([{ path: 'a', before: [1], after: { 0: 1 } }]);
  });

  it('are none between equals', () => {
    expect(differences({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
    expect(differences(null, undefined)).toEqual([]);
  });

  it('are cut where nobody would read on', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]));
    expect(differences({}, many)).toHaveLength(mostDifferences);
  });
});
