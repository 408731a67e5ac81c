import type { ConnectorDescription } from '@castellan/api';
import { Button, Divider, Group, Loader, SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useConnectors, useCreateConnection } from '../../api/connections.js';
import { useMe } from '../../api/session.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile } from '../../systems/system-tile.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { SearchField } from '../../ui/search-field.js';
import { fits } from '../connectors/fits.js';
import { ConnectionForm } from './connection-form.js';
import classes from './connections.module.css';

const route = getRouteApi('/w/$ws/connections/new');

export function NewConnectionPage() {
  const { id: ws, can } = useWorkspace();
  const { connector: chosen } = route.useSearch();
  const connectors = useConnectors();
  const connector = connectors.data?.find(({ id, auth }) => id === chosen && auth.length > 0);
  const back = (
    <Link to="/w/$ws/connections" params={{ ws }} activeOptions={{ exact: true }}>
      Connections
    </Link>
  );
  if (!can('connection:write')) {
    return (
      <Page narrow title="New connection" back={back}>
        <ErrorPanel what="Your role cannot make connections" next="Ask an administrator of the workspace." />
      </Page>
    );
  }
  return (
    <Page narrow title={connector ? `Connect ${connector.title}` : 'New connection'} back={back}>
      {connectors.error && <Failure what="The connectors cannot be read" error={connectors.error} />}
      {connectors.isPending && <Loader aria-label="Loading" />}
      {connectors.data && !connector && <ConnectorChoice connectors={connectors.data} />}
      {connector && <NewConnection key={connector.id} connector={connector} />}
    </Page>
  );
}

function ConnectorChoice({ connectors }: { connectors: ConnectorDescription[] }) {
  const navigate = route.useNavigate();
  const [search, setSearch] = useState('');
  // Tables are made on a page of their own.
  const choices = connectors.filter(
    ({ id, auth, title }) => auth.length > 0 && id !== 'table' && fits(search, [title]),
  );
  return (
    <Stack>
      <Text c="dimmed">Which system?</Text>
      <SearchField label="Search systems" value={search} onChange={setSearch} />
      {choices.length === 0 && <Text>No system fits. Take another word, or use HTTP for one that is not here.</Text>}
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="sm">
        {choices.map(({ id, title }) => (
          <UnstyledButton
            key={id}
            className={`card ${classes.choice}`}
            onClick={() => void navigate({ search: { connector: id } })}
          >
            <SystemTile id={id} title={title} />
            {title}
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function NewConnection({ connector }: { connector: ConnectorDescription }) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const { simulators } = useMe();
  const simulate = useCreateConnection();
  const open = (id: string) =>
    void navigate({ to: '/w/$ws/connections/$connectionId', params: { ws, connectionId: id } });
  return (
    <Stack className={`card ${classes.sheet}`}>
      <Group gap="sm">
        <SystemTile id={connector.id} title={connector.title} />
        <Text fw={600}>{connector.title}</Text>
      </Group>
      <ConnectionForm connector={connector} onSaved={({ id, status }) => status !== 'failing' && open(id)} />
      {connector.simulator && simulators && (
        <>
          <Divider label="or, to try things out" />
          {simulate.error && <Failure what="Not made" error={simulate.error} />}
          <Group justify="space-between">
            <Text size="sm" c="dimmed" maw={380}>
              The simulator behaves like {connector.title}, without an account. Nothing real is changed.
            </Text>
            <Button
              variant="default"
              leftSection={<FlaskConical size={16} aria-hidden />}
              loading={simulate.isPending}
              onClick={() =>
                simulate.mutate(
                  { name: `${connector.title} simulator`, connector: connector.id, simulator: true },
                  { onSuccess: ({ id }) => open(id) },
                )
              }
            >
              Use the simulator
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
