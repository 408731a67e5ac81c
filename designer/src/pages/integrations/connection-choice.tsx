import type { ConnectorDescription, DirectorySourceInfo } from '@castellan/api';
import { Button, Divider, Group, Loader, Stack, Text, UnstyledButton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useConnections, useConnectors, useCreateConnection } from '../../api/connections.js';
import { useMe } from '../../api/session.js';
import { Failure } from '../../ui/failure.js';
import { ConnectionForm } from '../connections/connection-form.js';
import { ConnectionStatus } from '../connections/connection-status.js';
import classes from '../connections/connections.module.css';

const route = getRouteApi('/w/$ws/integrations/new');

/** The connection by which a system is read: one that there is, a new one, or the simulator. */
export function ConnectionChoice({ source }: { source: DirectorySourceInfo }) {
  const navigate = route.useNavigate();
  const connections = useConnections();
  const connectors = useConnectors();
  const connector = connectors.data?.find(({ id }) => id === source.connector);
  const known = connections.data?.filter((one) => one.connector === source.connector) ?? [];
  const take = (connection: string) => void navigate({ search: { connector: source.connector, connection } });
  const error = connections.error ?? connectors.error;
  if (error) return <Failure what="The connections cannot be read" error={error} />;
  if (connections.data === undefined || connector === undefined) return <Loader aria-label="Loading" />;
  return (
    <Stack>
      {known.length > 0 && (
        <Stack gap="xs">
          <Text c="dimmed">By which connection?</Text>
          {known.map((connection) => (
            <UnstyledButton
              key={connection.id}
              className={`card ${classes.choice}`}
              onClick={() => take(connection.id)}
            >
              <Group justify="space-between" flex={1} component="span">
                {connection.name}
                <ConnectionStatus connection={connection} />
              </Group>
            </UnstyledButton>
          ))}
          <Divider label="or a new one" />
        </Stack>
      )}
      <ConnectionForm connector={connector} onSaved={({ id, status }) => status !== 'failing' && take(id)} />
      <SimulatorChoice connector={connector} onTaken={take} />
    </Stack>
  );
}

function SimulatorChoice({ connector, onTaken }: { connector: ConnectorDescription; onTaken(id: string): void }) {
  const { simulators } = useMe();
  const create = useCreateConnection();
  if (!connector.simulator || !simulators) return null;
  const body = { name: `${connector.title} simulator`, connector: connector.id, simulator: true };
  return (
    <>
      <Divider label="or, to try things out" />
      {create.error && <Failure what="Not made" error={create.error} />}
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={380}>
          The simulator holds the people of an imagined company, and needs no account.
        </Text>
        <Button
          variant="default"
          leftSection={<FlaskConical size={16} aria-hidden />}
          loading={create.isPending}
          onClick={() => create.mutate(body, { onSuccess: ({ id }) => onTaken(id) })}
        >
          Use the simulator
        </Button>
      </Group>
    </>
  );
}
