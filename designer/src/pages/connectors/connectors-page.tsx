import type { ConnectorDescription } from '@castellan/api';
import { Button, Group, SimpleGrid, Skeleton, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FileInput } from 'lucide-react';
import { useConnections, useConnectors } from '../../api/connections.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile } from '../../systems/system-tile.js';
import { PlugDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { SearchField } from '../../ui/search-field.js';
import classes from './connectors.module.css';
import { fits } from './fits.js';

const route = getRouteApi('/w/$ws/connectors');

/** Every system that flows can reach. The search looks into operations and triggers, too. */
export function ConnectorsPage() {
  const { id: ws } = useWorkspace();
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useConnectors();
  const shown = list.data?.filter(({ title, operations, triggers }) =>
    fits(q, [title, ...operations.map((one) => one.title), ...triggers.map((one) => one.title)]),
  );
  const back = (
    <Link to="/w/$ws/connections" params={{ ws }} activeOptions={{ exact: true }}>
      Connections
    </Link>
  );
  return (
    <Page
      title="Connectors"
      back={back}
      lead="The systems that flows can reach, and what they can do there"
      actions={<ImportButton />}
    >
      <Group mb="lg">
        <SearchField
          label="Search connectors"
          value={q}
          onChange={(next) => void navigate({ search: { q: next || undefined }, replace: true })}
        />
      </Group>
      {list.error && (
        <Failure what="The connectors cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {list.isPending && [1, 2, 3].map((place) => <Skeleton key={place} height={76} radius="md" />)}
        {shown?.map((connector) => (
          <ConnectorCard key={connector.id} connector={connector} />
        ))}
      </SimpleGrid>
      {shown?.length === 0 && <EmptyState drawing={<PlugDrawing />}>No connector fits. Take another word.</EmptyState>}
    </Page>
  );
}

function ImportButton() {
  const { id: ws, can } = useWorkspace();
  if (!can('connection:write')) return null;
  return (
    <Button
      variant="default"
      leftSection={<FileInput size={16} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/w/$ws/connectors/import" params={{ ws }} />}
    >
      Import an API
    </Button>
  );
}

function ConnectorCard({ connector: { id, title, operations, triggers } }: { connector: ConnectorDescription }) {
  const { id: ws } = useWorkspace();
  const made = useConnections().data?.filter(({ connector }) => connector === id).length ?? 0;
  const holds = [
    operations.length > 0 && count(operations.length, 'operation'),
    triggers.length > 0 && count(triggers.length, 'trigger'),
    made > 0 && count(made, 'connection'),
  ];
  return (
    <Link to="/w/$ws/connectors/$connectorId" params={{ ws, connectorId: id }} className={`card ${classes.card}`}>
      <Group gap="sm" wrap="nowrap">
        <SystemTile id={id} title={title} size={36} />
        <div>
          <Text fw={600}>{title}</Text>
          <Text size="sm" c="dimmed">
            {holds.filter(Boolean).join(' · ') || 'Signed webhooks'}
          </Text>
        </div>
      </Group>
    </Link>
  );
}
