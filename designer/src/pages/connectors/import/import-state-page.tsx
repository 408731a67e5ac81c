import type { ConnectorImport } from '@castellan/api';
import { Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { PlugZap } from 'lucide-react';
import { useConnectorImport } from '../../../api/connector-imports.js';
import { useWorkspace } from '../../../api/workspace.js';
import { ErrorPanel } from '../../../ui/error-panel.js';
import { Failure } from '../../../ui/failure.js';
import { Notice } from '../../../ui/notice.js';
import { Page } from '../../../ui/page.js';
import { ChoiceForm } from './choice-form.js';

const route = getRouteApi('/w/$ws/connectors/import/$importId');

/** How far an import is, and the choice of what is imported. */
export function ImportStatePage() {
  const { id: ws } = useWorkspace();
  const { importId } = route.useParams();
  const { data, error } = useConnectorImport(importId);
  const back = (
    <Link to="/w/$ws/connectors" params={{ ws }}>
      Connectors
    </Link>
  );
  return (
    <Page
      narrow={data?.state !== 'ready'}
      title={data?.outline?.title ?? 'Import an API'}
      back={back}
      lead={data && leadOf(data)}
    >
      {error && <Failure what="The import cannot be read" error={error} />}
      {!data && !error && <Loader aria-label="Loading" />}
      {data && <Present found={data} />}
    </Page>
  );
}

function leadOf({ source, outline }: ConnectorImport): string {
  return outline ? `OpenAPI ${outline.version}, from ${source}` : source;
}

function Present({ found }: { found: ConnectorImport }) {
  const { outline } = found;
  if (found.state === 'failed') return <Refused found={found} />;
  if (found.state === 'done') return <Done found={found} />;
  if (found.state === 'ready' && outline) return <ChoiceForm key={found.id} found={{ ...found, outline }} />;
  return (
    <Group role="status" gap="sm">
      <Loader size="sm" aria-hidden />
      <Text>
        {found.progress ?? (found.state === 'receiving' ? 'Waiting for the rest of the document' : 'Waiting')}…
      </Text>
    </Group>
  );
}

function Refused({ found: { problems, into } }: { found: ConnectorImport }) {
  const { id: ws } = useWorkspace();
  return (
    <Stack align="flex-start">
      {problems.map(({ place, message, fix }) => (
        <ErrorPanel
          key={`${place} ${message}`}
          what="The document cannot be imported"
          why={place === '' ? message : `${place}: ${message}`}
          next={fix}
        />
      ))}
      <Button
        variant="default"
        renderRoot={(props) => (
          <Link {...props} to="/w/$ws/connectors/import" params={{ ws }} search={{ into: into?.id }} />
        )}
      >
        Take another document
      </Button>
    </Stack>
  );
}

function Done({ found: { result, into } }: { found: ConnectorImport }) {
  const { id: ws } = useWorkspace();
  if (result === null) return null;
  return (
    <Stack align="flex-start">
      <Notice look="succeeded" title={into ? 'The new version is imported' : 'It is a connector now'}>
        {into ? (
          <List size="sm">
            <List.Item>Published flows go on with the version that they were published with.</List.Item>
            <List.Item>Drafts, and whatever is published from now on, use the new one.</List.Item>
          </List>
        ) : (
          'Connect it, and flows can call it.'
        )}
      </Notice>
      <Group>
        {!into && (
          <Button
            leftSection={<PlugZap size={16} aria-hidden />}
            renderRoot={(props) => (
              <Link {...props} to="/w/$ws/connections/new" params={{ ws }} search={{ connector: result }} />
            )}
          >
            Connect
          </Button>
        )}
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link {...props} to="/w/$ws/connectors/$connectorId" params={{ ws, connectorId: result }} />
          )}
        >
          Look at the connector
        </Button>
      </Group>
    </Stack>
  );
}
