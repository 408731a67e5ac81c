import type { SourceOperation } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { offered } from './source-words.js';

const sync = (...ingests: SourceOperation['ingests']): SourceOperation => ({
  ...{ name: 'directory_sync', policy: 'reconcile', config: {}, ingests },
});
const push: SourceOperation = { name: 'team_push', policy: 'reconcile', config: {}, ingests: [] };

describe('A system that an integration may read', () => {
  it('says what is taken in, and what else it is good for', () => {
    const groups = sync('DirectoryAccount', 'DirectoryGroup', 'DirectoryMembership');
    expect(offered({ mayBePrimary: true, operations: [groups, push] })).toBe(
      'Accounts and groups, may be primary, teams can be pushed',
    );
    expect(offered({ mayBePrimary: false, operations: [sync('DirectoryAccount')] })).toBe('Accounts');
  });
});
