import type { DirectorySourceInfo } from '@castellan/api';
import { Button, Group, Loader, SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useDirectorySources } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile } from '../../systems/system-tile.js';
import { EmptyState } from '../../ui/empty-state.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import classes from '../connections/connections.module.css';
import { ConnectionChoice } from './connection-choice.js';
import { NewIntegration } from './new-integration.js';
import { offered } from './source-words.js';

const route = getRouteApi('/w/$ws/integrations/new');

/** Adds an integration in three steps, each of them in the address: the system, its connection, what is synced. */
export function NewIntegrationPage() {
  const { id: ws, can } = useWorkspace();
  const { connector, connection } = route.useSearch();
  const sources = useDirectorySources();
  const source = sources.data?.items.find((one) => one.connector === connector);
  const back = (
    <Link to="/w/$ws/integrations" params={{ ws }} activeOptions={{ exact: true }}>
      Integrations
    </Link>
  );
  if (!can('integration:write')) {
    return (
      <Page narrow title="Add integration" back={back}>
        <ErrorPanel what="Your role cannot add integrations" next="Ask an administrator of the workspace." />
      </Page>
    );
  }
  return (
    <Page narrow title={source ? `Sync ${source.title}` : 'Add integration'} back={back}>
      {sources.error && (
        <Failure what="The systems cannot be read" error={sources.error} onRetry={() => void sources.refetch()} />
      )}
      {sources.isPending && <Loader aria-label="Loading" />}
      {sources.data && !source && <SourceChoice sources={sources.data.items} />}
      {source && (
        <Stack className={`card ${classes.sheet}`}>
          <Group justify="space-between">
            <Group gap="sm">
              <SystemTile id={source.connector} title={source.title} />
              <Text fw={600}>{source.title}</Text>
            </Group>
            <Button
              variant="subtle"
              size="xs"
              renderRoot={(props) => <Link {...props} to="/w/$ws/integrations/new" params={{ ws }} search={{}} />}
            >
              Another system
            </Button>
          </Group>
          {connection === undefined ? (
            <ConnectionChoice source={source} />
          ) : (
            <NewIntegration key={connection} source={source} connectionId={connection} />
          )}
        </Stack>
      )}
    </Page>
  );
}

function SourceChoice({ sources }: { sources: DirectorySourceInfo[] }) {
  const navigate = route.useNavigate();
  if (sources.length === 0) return <EmptyState>No connector of this server offers a directory.</EmptyState>;
  return (
    <Stack>
      <Text c="dimmed">Which system?</Text>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: 3 }} spacing="sm">
        {sources.map(({ connector, title, ...source }) => (
          <UnstyledButton
            key={connector}
            className={`card ${classes.choice}`}
            onClick={() => void navigate({ search: { connector } })}
          >
            <SystemTile id={connector} title={title} />
            <span>
              {title}
              <Text size="xs" c="dimmed">
                {offered(source)}
              </Text>
            </span>
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
