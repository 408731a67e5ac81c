import type { ConnectionRow } from '@castellan/api';
import { Button, Group, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Blocks, Plus } from 'lucide-react';
import { useConnections } from '../../api/connections.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile, systemName } from '../../systems/system-tile.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { PlugDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { useNow } from '../../ui/use-now.js';
import { OpalAppsList } from '../opal-apps/opal-apps-list.js';
import { needOf, untestedReason } from './connection-needs.js';
import { ConnectionStatus } from './connection-status.js';

export function ConnectionsPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const list = useConnections();
  const now = useNow();
  const make = can('connection:write') && (
    <Button
      leftSection={<Plus size={16} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/w/$ws/connections/new" params={{ ws }} />}
    >
      New connection
    </Button>
  );
  const columns: Column<ConnectionRow>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: (row) => (
        <Group gap="sm" wrap="nowrap">
          <SystemTile id={row.connector} />
          <div>
            <Link to="/w/$ws/connections/$connectionId" params={{ ws, connectionId: row.id }}>
              {row.name}
            </Link>
            <Text size="xs" c="dimmed">
              {systemName(row.connector)}
            </Text>
          </div>
        </Group>
      ),
    },
    { key: 'status', title: 'Status', cell: (row) => <StatusCell connection={row} /> },
    {
      key: 'ends',
      title: 'Ends',
      cell: (row) => {
        const need = needOf(row, now);
        return need?.at ? <RelativeTime at={need.at} /> : '–';
      },
      wideOnly: true,
    },
    { key: 'tested', title: 'Tested', cell: (row) => <RelativeTime at={row.testedAt} />, wideOnly: true },
    {
      key: 'used',
      title: 'Used by',
      cell: (row) => (row.usedBy.length === 0 ? '–' : count(row.usedBy.length, 'flow')),
      wideOnly: true,
    },
  ];
  return (
    <Page
      title="Connections"
      lead="Stored credentials for other systems"
      actions={
        <>
          <Button
            variant="default"
            leftSection={<Blocks size={16} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/w/$ws/connectors" params={{ ws }} />}
          >
            Connectors
          </Button>
          {make}
        </>
      }
    >
      {list.isLoadingError ? (
        <Failure what="The connections cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Connections"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.id}
          onOpen={({ id }) =>
            void navigate({ to: '/w/$ws/connections/$connectionId', params: { ws, connectionId: id } })
          }
          more={moreOf(list)}
          empty={
            <EmptyState drawing={<PlugDrawing />} action={make}>
              A connection holds the credentials that flows use to reach another system.
            </EmptyState>
          }
        />
      )}
      <OpalAppsList />
    </Page>
  );
}

/** How it stands; of one that cannot be tested also why. */
function StatusCell({ connection }: { connection: ConnectionRow }) {
  return (
    <>
      <ConnectionStatus connection={connection} />
      <Text size="xs" c="dimmed">
        {untestedReason(connection)}
      </Text>
    </>
  );
}
