import type { DirectoryMembershipRow } from '@castellan/api';
import { Text } from '@mantine/core';
import { type Column, DataTable } from '../../ui/data-table.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { nameOf, roleWords } from './record-words.js';

interface Props {
  memberships: DirectoryMembershipRow[];
  /** They are of several integrations. */
  across?: boolean;
}

/** The groups of somebody, those that were left included. */
export function MembershipTable({ memberships, across = false }: Props) {
  const columns: Column<DirectoryMembershipRow>[] = [
    {
      key: 'group',
      title: 'Group',
      cell: ({ group }) => (
        <>
          {nameOf(group)}
          {group.email && (
            <Text size="xs" c="dimmed" className="break-anywhere">
              {group.email}
            </Text>
          )}
        </>
      ),
    },
    ...(across
      ? [{ key: 'in', title: 'Integration', cell: (row: DirectoryMembershipRow) => row.integration.name }]
      : []),
    { key: 'role', title: 'Role', width: 120, cell: ({ role }) => roleWords[role] },
    { key: 'since', title: 'Seen since', width: 150, cell: ({ addedAt }) => <RelativeTime at={addedAt} /> },
    { key: 'left', title: 'Left', width: 150, cell: ({ removedAt }) => <RelativeTime at={removedAt} /> },
  ];
  return (
    <DataTable
      label="Groups"
      columns={columns}
      rows={memberships}
      rowKey={({ id }) => id}
      empty={
        <Text size="sm" c="dimmed" p="md">
          In no group that is read here.
        </Text>
      }
    />
  );
}
