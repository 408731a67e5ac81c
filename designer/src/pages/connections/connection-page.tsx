import type { ConnectionRow } from '@castellan/api';
import { Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FlaskConical, PlugZap } from 'lucide-react';
import { useConnection, useConnectors, useRemoveConnection, useTestConnection } from '../../api/connections.js';
import { useWorkspace } from '../../api/workspace.js';
import { CopyField } from '../../ui/copy-field.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { count } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { PendingPage } from '../../ui/pending-page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { Removal } from '../../ui/removal.js';
import { useNow } from '../../ui/use-now.js';
import { ConnectionForm } from './connection-form.js';
import { needOf, untestedReason } from './connection-needs.js';
import { ConnectionStatus } from './connection-status.js';
import classes from './connections.module.css';
import { ConsentCard } from './consent-card.js';
import { LimitsForm } from './limits-form.js';
import { LostEvents } from './lost-events.js';
import { SignInFacts } from './sign-in-facts.js';

const route = getRouteApi('/w/$ws/connections/$connectionId');

export function ConnectionPage() {
  const { id: ws } = useWorkspace();
  const { connectionId } = route.useParams();
  const connection = useConnection(connectionId);
  const back = (
    <Link to="/w/$ws/connections" params={{ ws }} activeOptions={{ exact: true }}>
      Connections
    </Link>
  );
  if (connection.error || !connection.data) {
    return (
      <PendingPage
        narrow
        title="Connection"
        back={back}
        what="The connection cannot be read"
        error={connection.error}
      />
    );
  }
  return (
    <Page
      narrow
      title={connection.data.name}
      back={back}
      lead={<ConnectionStatus connection={connection.data} />}
      actions={<TestButton connection={connection.data} />}
    >
      <Stack gap="xl">
        <NeedNotice connection={connection.data} />
        <Present connection={connection.data} />
        <SignInFacts connection={connection.data} />
        <LimitsForm key={connection.data.id} connection={connection.data} />
        <LostEvents connection={connection.data} />
        <UsedBy connection={connection.data} />
        <ConnectionRemoval connection={connection.data} />
      </Stack>
    </Page>
  );
}

function TestButton({ connection }: { connection: ConnectionRow }) {
  const { can } = useWorkspace();
  const test = useTestConnection();
  const cannot = connection.consent?.given === false || untestedReason(connection) !== null;
  if (!can('connection:use') || cannot) return null;
  return (
    <Button
      variant="default"
      leftSection={<PlugZap size={16} aria-hidden />}
      loading={test.isPending}
      onClick={() => test.mutate(connection.id)}
    >
      Test
    </Button>
  );
}

/** What ends soon; what fails is told where it is mended. */
function NeedNotice({ connection }: { connection: ConnectionRow }) {
  const need = needOf(connection, useNow());
  if (need?.kind !== 'ending' && need?.kind !== 'ended') return null;
  return (
    <Notice
      look={need.kind === 'ended' ? 'failed' : 'waiting'}
      title={need.kind === 'ended' ? 'It has ended' : 'It ends soon'}
    >
      {need.text}{' '}
      {need.at && (
        <>
          (<RelativeTime at={need.at} />)
        </>
      )}
    </Notice>
  );
}

function Present({ connection }: { connection: ConnectionRow }) {
  const { id: ws, can } = useWorkspace();
  const connectors = useConnectors();
  const connector = connectors.data?.find(({ id }) => id === connection.connector);
  const untested = untestedReason(connection);
  return (
    <Stack>
      {connection.testedAt && (
        <Text size="sm" c="dimmed">
          Tested <RelativeTime at={connection.testedAt} />
        </Text>
      )}
      {untested !== null && (
        <Notice look="neutral" title="Not tested">
          {untested}
        </Notice>
      )}
      <ConsentCard connection={connection} connector={connector} />
      {connection.hookUrl && <CopyField label="Address for events" value={connection.hookUrl} />}
      {connection.simulator ? (
        <Group className={`card ${classes.sheet}`} justify="space-between">
          <Text size="sm">A simulator stands behind this connection. Nothing real is changed.</Text>
          <Button
            variant="default"
            leftSection={<FlaskConical size={16} aria-hidden />}
            renderRoot={(props) => (
              <Link {...props} to="/w/$ws/simulators/$simulatorId" params={{ ws, simulatorId: connection.connector }} />
            )}
          >
            What it holds
          </Button>
        </Group>
      ) : connector ? (
        <div className={`card ${classes.sheet}`}>
          <ConnectionForm
            key={connection.id}
            connector={connector}
            connection={connection}
            disabled={!can('connection:write')}
            onSaved={() => {}}
          />
        </div>
      ) : (
        connectors.data && (
          <ErrorPanel
            what="This server has no such connector"
            why={`The connection is for "${connection.connector}".`}
            next="Remove the connection, or install the connector again."
          />
        )
      )}
    </Stack>
  );
}

function UsedBy({ connection }: { connection: ConnectionRow }) {
  const { id: ws } = useWorkspace();
  return (
    <section>
      <Title order={2} mb="xs">
        Used by
      </Title>
      {connection.usedBy.length === 0 ? (
        <Text c="dimmed">No flow uses it.</Text>
      ) : (
        <List listStyleType="none">
          {connection.usedBy.map(({ flowId, flowName, steps = [] }) => (
            <List.Item key={flowId}>
              <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }}>
                {flowName}
              </Link>
              {steps.length > 0 && (
                <Text size="sm" c="dimmed">
                  {steps.map(({ id, title }, index) => (
                    <span key={id}>
                      {index > 0 && ', '}
                      <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }} search={{ step: id }}>
                        {title}
                      </Link>
                    </span>
                  ))}
                </Text>
              )}
            </List.Item>
          ))}
        </List>
      )}
    </section>
  );
}

function ConnectionRemoval({ connection }: { connection: ConnectionRow }) {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const remove = useRemoveConnection();
  const onSuccess = () => void navigate({ to: '/w/$ws/connections', params: { ws } });
  if (!can('connection:write')) return null;
  const used = connection.usedBy.length;
  return (
    <Removal
      noun="connection"
      name={connection.name}
      lead={used > 0 ? `${count(used, 'flow')} must stop using it first.` : 'Its credentials are deleted.'}
      disabled={used > 0}
      removal={remove}
      onRemove={() => remove.mutate(connection.id, { onSuccess })}
    >
      Its credentials are deleted here. In the other system nothing changes.
    </Removal>
  );
}
