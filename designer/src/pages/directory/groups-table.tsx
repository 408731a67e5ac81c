import type { DirectoryGroupRow } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useGroups } from '../../api/directory.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { detailsColumn } from '../../ui/details-column.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { SearchField } from '../../ui/search-field.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { GroupDetails } from './group-details.js';
import { GoneFilter, IntegrationFilter } from './record-filters.js';
import { groupWords, nameOf, removedState } from './record-words.js';
import { groupFilter, type RecordsProps } from './records-view.js';

interface Props extends RecordsProps {
  /** Shows the accounts that are in a group. */
  onMembers(group: string): void;
}

/** Groups, filtered as the address says; one opens to what the system gave of it. */
export function GroupsTable({ view, onChange, onMembers, within = false }: Props) {
  const filter = groupFilter(view);
  const list = useGroups(filter);
  const isFiltered = Object.keys(filter).some((name) => name !== 'integration' || !within);
  const toggle = (id: string) => onChange({ open: view.open === id ? undefined : id });
  const columns: Column<DirectoryGroupRow>[] = [
    detailsColumn({
      title: 'Details',
      label: (row) => `Details of ${nameOf(row)}`,
      isOpen: ({ id }) => view.open === id,
      onToggle: ({ id }) => toggle(id),
    }),
    {
      key: 'name',
      title: 'Group',
      cell: (row) => (
        <div>
          {nameOf(row)}
          <Text size="xs" c="dimmed" className="break-anywhere">
            {row.email ?? row.description}
          </Text>
        </div>
      ),
    },
    { key: 'kind', title: 'Kind', width: 130, cell: ({ classification }) => groupWords[classification] },
    ...(within ? [] : [{ key: 'in', title: 'Integration', cell: (row: DirectoryGroupRow) => row.integration.name }]),
    {
      key: 'members',
      title: 'Members',
      width: 150,
      align: 'right',
      cell: (row) =>
        row.removedAt === null ? (
          <Button size="compact-sm" variant="subtle" onClick={() => onMembers(row.id)}>
            {count(row.members, 'account')}
          </Button>
        ) : (
          <StatusBadge plain {...removedState} />
        ),
    },
  ];
  return (
    <Stack>
      <Group gap="sm" role="search" aria-label="Filter groups">
        <SearchField
          label="Search groups"
          hint="Part of a name, an address or an id"
          value={view.q ?? ''}
          onChange={(q) => onChange({ q: q || undefined })}
        />
        {!within && <IntegrationFilter view={view} onChange={onChange} />}
        <GoneFilter view={view} onChange={onChange} />
      </Group>
      {list.isLoadingError ? (
        <Failure what="The groups cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Groups"
          columns={columns}
          rows={list.data}
          rowKey={({ id }) => id}
          onOpen={({ id }) => toggle(id)}
          below={({ id }) => id === view.open && <GroupDetails id={id} />}
          more={moreOf(list)}
          empty={
            <EmptyState drawing={<ListDrawing />}>
              {isFiltered ? 'No group fits these filters.' : 'There are no groups.'}
            </EmptyState>
          }
        />
      )}
    </Stack>
  );
}
