import type { DirectorySourceInfo, SourceOperation } from '@castellan/api';

export const operationOf = ({ operations }: Pick<DirectorySourceInfo, 'operations'>, name: SourceOperation['name']) =>
  operations.find((operation) => operation.name === name);

export const takesInGroups = (source: Pick<DirectorySourceInfo, 'operations'>): boolean =>
  operationOf(source, 'directory_sync')?.ingests.includes('DirectoryGroup') ?? false;

/** What a system offers to an integration: `Accounts and groups, may be primary, teams can be pushed`. */
export const offered = (source: Pick<DirectorySourceInfo, 'operations' | 'mayBePrimary'>): string =>
  [
    takesInGroups(source) ? 'Accounts and groups' : 'Accounts',
    ...(source.mayBePrimary ? ['may be primary'] : []),
    ...(operationOf(source, 'team_push') ? ['teams can be pushed'] : []),
  ].join(', ');
