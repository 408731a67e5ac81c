import type { SourceOperation } from '@castellan/api';
import type { DirectorySource } from '@castellan/sdk';
import { settingsSchema } from './integration-rows.js';

/**
 * What an integration of a source does. The check goes by the settings of the sync, as it reads what a sync would read
 * first; a push takes in nothing: what it has done is told by the run's ledger.
 */
export function operationsOf({ settings, groups, push }: DirectorySource): SourceOperation[] {
  const config = settingsSchema(settings);
  const operations: SourceOperation[] = [
    { name: 'health_check', policy: 'inline', config, ingests: [] },
    {
      ...{ name: 'directory_sync', policy: 'reconcile', config },
      ingests: groups ? ['DirectoryAccount', 'DirectoryGroup', 'DirectoryMembership'] : ['DirectoryAccount'],
    },
  ];
  if (push) {
    operations.push({ name: 'team_push', policy: 'reconcile', config: settingsSchema(push.settings), ingests: [] });
  }
  return operations;
}
