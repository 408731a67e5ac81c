import type { Integration } from '@castellan/api';
import { Button, Group, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { isUnderWay, useIntegrations } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile, systemName } from '../../systems/system-tile.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { PlugDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { HealthBadge, IntegrationTags } from './integration-tags.js';
import { holding, outcomeOf, phaseOf, rhythm, syncStates } from './sync-words.js';

export function IntegrationsPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const list = useIntegrations();
  const add = can('integration:write') && (
    <Button
      leftSection={<Plus size={16} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/w/$ws/integrations/new" params={{ ws }} />}
    >
      Add integration
    </Button>
  );
  const columns: Column<Integration>[] = [
    { key: 'name', title: 'Name', width: 300, cell: (row) => <NameCell integration={row} /> },
    { key: 'health', title: 'Health', width: 120, cell: (row) => <HealthBadge integration={row} plain /> },
    { key: 'synced', title: 'Last sync', cell: (row) => <SyncCell integration={row} /> },
    { key: 'holds', title: 'Holds', cell: (row) => holding(row), wideOnly: true },
    {
      key: 'next',
      title: 'Next sync',
      cell: (row) =>
        row.paused ? (
          'When it is resumed'
        ) : (
          <>
            <RelativeTime at={row.nextSyncAt} />
            <Text size="xs" c="dimmed">
              {rhythm(row.everyHours)}
            </Text>
          </>
        ),
      wideOnly: true,
    },
  ];
  return (
    <Page title="Integrations" lead="Systems whose accounts and groups are read into the directory" actions={add}>
      {list.isLoadingError ? (
        <Failure what="The integrations cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Integrations"
          columns={columns}
          rows={list.data?.items}
          rowKey={(row) => row.id}
          onOpen={({ id }) =>
            void navigate({ to: '/w/$ws/integrations/$integrationId', params: { ws, integrationId: id } })
          }
          empty={
            <EmptyState drawing={<PlugDrawing />} action={add}>
              An integration reads the accounts and groups of a system, so that flows and people know who is who. The
              system itself is not changed, unless you have teams written to its groups.
            </EmptyState>
          }
        />
      )}
    </Page>
  );
}

function NameCell({ integration }: { integration: Integration }) {
  const { id: ws } = useWorkspace();
  const { id, name, connector, organisation } = integration;
  return (
    <Group gap="sm" wrap="nowrap">
      <SystemTile id={connector} />
      <div>
        <Link to="/w/$ws/integrations/$integrationId" params={{ ws, integrationId: id }}>
          {name}
        </Link>
        <Text size="xs" c="dimmed" className="break-anywhere">
          {[systemName(connector), organisation?.name].filter(Boolean).join(', ')}
        </Text>
        <IntegrationTags integration={integration} />
      </div>
    </Group>
  );
}

function SyncCell({ integration: { lastSync } }: { integration: Integration }) {
  if (lastSync === null) return '–';
  return (
    <>
      <Group gap="xs">
        <StatusBadge plain {...syncStates[lastSync.status]} />
        <Text size="sm" component="span" c="dimmed">
          <RelativeTime at={lastSync.endedAt ?? lastSync.createdAt} />
        </Text>
      </Group>
      <Text size="xs" c="dimmed" lineClamp={2}>
        {isUnderWay(lastSync) ? phaseOf(lastSync) : (lastSync.error?.message ?? outcomeOf(lastSync))}
      </Text>
    </>
  );
}
