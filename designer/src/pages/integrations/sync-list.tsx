import type { Integration, SyncRun } from '@castellan/api';
import { Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useSyncs } from '../../api/integrations.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { detailsColumn } from '../../ui/details-column.js';
import { Duration } from '../../ui/duration.js';
import { Failure } from '../../ui/failure.js';
import { exactTime, number } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { SyncDetails } from './sync-details.js';
import { outcomeOf, reasonOf, syncStates, total } from './sync-words.js';

const route = getRouteApi('/w/$ws/integrations/$integrationId');

/** The syncs of an integration, newest first; one opens to its counts and what was not taken. */
export function SyncList({ integration }: { integration: Integration }) {
  const { sync: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useSyncs(integration);
  const toggle = (id: string) =>
    void navigate({ search: (now) => ({ ...now, sync: opened === id ? undefined : id }), replace: true });
  const columns: Column<SyncRun>[] = [
    detailsColumn({
      title: 'Details',
      label: ({ createdAt }) => `Details of the sync of ${exactTime(createdAt)}`,
      isOpen: ({ id }) => id === opened,
      onToggle: ({ id }) => toggle(id),
    }),
    { key: 'status', title: 'Status', width: 170, cell: ({ status }) => <StatusBadge plain {...syncStates[status]} /> },
    { key: 'when', title: 'When', width: 150, cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
    {
      key: 'took',
      title: 'Took',
      width: 100,
      align: 'right',
      cell: ({ startedAt, endedAt }) => <Duration from={startedAt} to={endedAt} />,
    },
    { key: 'read', title: 'Read', width: 100, align: 'right', cell: (row) => number(total(row, 'read')) },
    {
      key: 'outcome',
      title: 'Outcome',
      cell: (row) => (
        <Text size="sm" lineClamp={2}>
          {row.error?.message ?? outcomeOf(row)}
        </Text>
      ),
    },
    { key: 'why', title: 'Why', cell: reasonOf, wideOnly: true },
  ];
  return (
    <section aria-label="Syncs">
      <Title order={2} mb="xs">
        Syncs
      </Title>
      {list.isLoadingError ? (
        <Failure what="The syncs cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Syncs"
          columns={columns}
          rows={list.data}
          rowKey={({ id }) => id}
          onOpen={({ id }) => toggle(id)}
          below={(row) => row.id === opened && <SyncDetails sync={row} />}
          more={moreOf(list)}
          empty={
            <Text size="sm" c="dimmed" p="md">
              Nothing has been synced yet.
            </Text>
          }
        />
      )}
    </section>
  );
}
