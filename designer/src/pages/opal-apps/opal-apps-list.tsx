import type { OpalApp } from '@castellan/api';
import { Button, Group, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useOpalApps } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge } from '../../ui/status-badge.js';

/** The custom apps of Opal that this server answers for, below the connections. */
export function OpalAppsList() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const list = useOpalApps();
  const columns: Column<OpalApp>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: (row) => (
        <div>
          <Link to="/w/$ws/opal-apps/$appId" params={{ ws, appId: row.id }}>
            {row.name}
          </Link>
          <Text size="xs" c="dimmed">
            {row.appId}
          </Text>
        </div>
      ),
    },
    {
      key: 'status',
      title: 'Status',
      cell: ({ enabled }) => (
        <StatusBadge look={enabled ? 'succeeded' : 'neutral'} word={enabled ? 'Answers' : 'Switched off'} />
      ),
    },
    { key: 'called', title: 'Last call', cell: (row) => <RelativeTime at={row.lastCallAt} /> },
  ];
  return (
    <section aria-label="Opal custom apps">
      <Group justify="space-between" mt="xl" mb="sm" align="flex-end">
        <div>
          <Title order={2}>Opal custom apps</Title>
          <Text size="sm" c="dimmed">
            Systems that Opal reaches through Castellan: it answers Opal as their own API would.
          </Text>
        </div>
        {can('connection:write') && (
          <Button
            variant="default"
            leftSection={<Plus size={16} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/w/$ws/opal-apps/new" params={{ ws }} />}
          >
            New custom app
          </Button>
        )}
      </Group>
      {list.isLoadingError ? (
        <Failure what="The custom apps cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Opal custom apps"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.id}
          onOpen={({ id }) => void navigate({ to: '/w/$ws/opal-apps/$appId', params: { ws, appId: id } })}
          more={moreOf(list)}
          empty={
            <Text c="dimmed" size="sm" p="md">
              There is none.
            </Text>
          }
        />
      )}
    </section>
  );
}
