import type { ConnectorDescription } from '@castellan/api';
import { Accordion, Anchor, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { PlugZap } from 'lucide-react';
import { useConnectors } from '../../api/connections.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile } from '../../systems/system-tile.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { FieldTable } from '../../ui/field-table.js';
import { Markdown } from '../../ui/markdown.js';
import { Page } from '../../ui/page.js';
import { SearchField } from '../../ui/search-field.js';
import { ConnectorUses } from './connector-uses.js';
import classes from './connectors.module.css';
import { fits } from './fits.js';
import { ImportedFacts } from './imported-facts.js';
import { OperationItem } from './operation-details.js';
import { TriggerItem } from './trigger-details.js';

const route = getRouteApi('/w/$ws/connectors/$connectorId');

/** All that there is to know of one connector. */
export function ConnectorPage() {
  const { id: ws } = useWorkspace();
  const { connectorId } = route.useParams();
  const { data, error } = useConnectors();
  const connector = data?.find(({ id }) => id === connectorId);
  const back = (
    <Link to="/w/$ws/connectors" params={{ ws }} activeOptions={{ exact: true }}>
      Connectors
    </Link>
  );
  if (!connector) {
    return (
      <Page title="Connector" back={back}>
        {error && <Failure what="The connectors cannot be read" error={error} />}
        {!error && !data && <Loader aria-label="Loading" />}
        {data && <ErrorPanel what="This server has no such connector" next="Look in the list of connectors." />}
      </Page>
    );
  }
  return (
    <Page
      title={connector.title}
      back={back}
      lead={
        connector.auth.length > 0 &&
        connector.docs && (
          <Anchor href={connector.docs} target="_blank" rel="noreferrer">
            The vendor’s documentation
          </Anchor>
        )
      }
      actions={<ConnectButton connector={connector} />}
    >
      <Stack gap="xl">
        <Group gap="sm">
          <SystemTile id={connector.id} title={connector.title} size={40} />
          {connector.auth.length > 0 ? (
            <ConnectorUses connector={connector.id} />
          ) : (
            <Text c="dimmed">Steps use it as it is: it calls nobody and needs no connection.</Text>
          )}
        </Group>
        <Operations connector={connector} />
        <Triggers connector={connector} />
        <SetUp connector={connector} />
        <ImportedFacts connector={connector} />
      </Stack>
    </Page>
  );
}

function ConnectButton({ connector }: { connector: ConnectorDescription }) {
  const { id: ws, can } = useWorkspace();
  if (connector.id === 'table') {
    return (
      <Button renderRoot={(props) => <Link {...props} to="/w/$ws/tables" params={{ ws }} />}>To the tables</Button>
    );
  }
  if (connector.auth.length === 0 || !can('connection:write')) return null;
  return (
    <Button
      leftSection={<PlugZap size={16} aria-hidden />}
      renderRoot={(props) => (
        <Link {...props} to="/w/$ws/connections/new" params={{ ws }} search={{ connector: connector.id }} />
      )}
    >
      Connect
    </Button>
  );
}

function Operations({ connector }: { connector: ConnectorDescription }) {
  const { q = '', open } = route.useSearch();
  const navigate = route.useNavigate();
  const { operations } = connector;
  if (operations.length === 0) return null;
  const shown = operations.filter((operation) => fits(q, [operation.title, operation.summary, operation.id]));
  return (
    <section>
      <Group justify="space-between" mb="xs">
        <Title order={2}>Operations</Title>
        {operations.length > 5 && (
          <SearchField
            label="Search operations"
            value={q}
            onChange={(next) => void navigate({ search: (now) => ({ ...now, q: next || undefined }), replace: true })}
          />
        )}
      </Group>
      {shown.length === 0 && <Text c="dimmed">No operation fits. Take another word.</Text>}
      <Accordion
        className={`card ${classes.list}`}
        order={3}
        keepMounted={false}
        value={open ?? null}
        onChange={(next) => void navigate({ search: (now) => ({ ...now, open: next ?? undefined }), replace: true })}
      >
        {shown.map((operation) => (
          <OperationItem key={operation.id} operation={operation} operations={operations} />
        ))}
      </Accordion>
    </section>
  );
}

function Triggers({ connector: { triggers, schemes } }: { connector: ConnectorDescription }) {
  if (triggers.length + schemes.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        Triggers
      </Title>
      <Accordion className={`card ${classes.list}`} order={3} keepMounted={false}>
        {triggers.map((trigger) => (
          <TriggerItem key={trigger.id} trigger={trigger} />
        ))}
        {schemes.map(({ id, title, setup }) => (
          <Accordion.Item key={id} value={`scheme ${id}`}>
            <Accordion.Control>
              <Text fw={600}>Signed webhooks: {title}</Text>
            </Accordion.Control>
            <Accordion.Panel>
              <Markdown text={setup} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </section>
  );
}

function SetUp({ connector: { auth } }: { connector: ConnectorDescription }) {
  if (auth.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        What a connection needs
      </Title>
      <Stack>
        {auth.map(({ kind, title, fields }) => (
          <div key={kind} className={`card ${classes.sheet}`}>
            <Title order={3} mb="xs">
              {title}
            </Title>
            <FieldTable label={`Fields of ${title}`} schema={fields} given />
          </div>
        ))}
      </Stack>
    </section>
  );
}
