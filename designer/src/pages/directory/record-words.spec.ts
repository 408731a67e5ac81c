import { describe, expect, it } from 'vitest';
import { nameOf, valueWord } from './record-words.js';

describe('A record of the directory in words', () => {
  it('says values as the pages do, and others as they are', () => {
    expect(valueWord('status', 'SUSPENDED')).toBe('Suspended');
    expect(valueWord('mfaState', 'ENFORCED')).toBe('Enforced');
    expect(valueWord('jobTitle', 'Architect')).toBe('Architect');
    expect(valueWord('managerEmail', null)).toBe('–');
    expect(valueWord('emailAliases', ['ada@example.com'])).toBe('["ada@example.com"]');
  });

  it('is called by the best name that is known', () => {
    expect(nameOf({ displayName: 'Jane', email: 'jane@example.com', externalId: '1' })).toBe('Jane');
    expect(nameOf({ displayName: null, email: 'jane@example.com', externalId: '1' })).toBe('jane@example.com');
    expect(nameOf({ displayName: null, email: null, externalId: '1' })).toBe('1');
  });
});
