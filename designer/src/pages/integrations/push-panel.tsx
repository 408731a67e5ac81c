import type { Integration, Push, PushSetup } from '@castellan/api';
import { Button, Group, Loader, Stack, Switch, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { usePushes, usePushNow, usePushSetup, useResources, useSavePushSetup } from '../../api/teams.js';
import { useWorkspace } from '../../api/workspace.js';
import type { JsonSchema } from '../../forms/json-schema.js';
import { PlainForm } from '../../forms/plain-form.js';
import { RunStatusBadge } from '../../status/statuses.js';
import { systemName } from '../../systems/system-tile.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { Notice } from '../../ui/notice.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { ResourceTable } from '../teams/resource-table.js';
import { toWriteWords, writtenWords } from '../teams/team-words.js';

/** The teams that are tied to groups of an integration, how it pushes, and its pushes. */
export function PushPanel({ integration }: { integration: Integration }) {
  const setup = usePushSetup(integration.id);
  const resources = useResources({ integration: integration.id });
  if (setup.error) return <Failure what="Pushing cannot be read" error={setup.error} />;
  if (!setup.data) return <Loader aria-label="Loading" />;
  const { onlyRead, problem, due } = setup.data;
  const canPush = onlyRead === null;
  return (
    <Stack gap="xl">
      {!canPush && (
        <Notice look="neutral" title={`${systemName(integration.connector)} is only read`}>
          {onlyRead} Teams can be tied to its groups, so that you see how they differ.
        </Notice>
      )}
      {problem && (
        <ErrorPanel what="Teams are not pushed" why={problem} next="What differs is kept, and pushed later." />
      )}
      {due && !problem && (
        <Notice look="running" title="Teams are compared with what was read">
          After a push or a sync that is under way.
        </Notice>
      )}
      <section aria-label="Resources">
        <Group justify="space-between" mb="xs">
          <Title order={2}>Resources</Title>
          {canPush && <PushNow id={integration.id} />}
        </Group>
        {resources.isLoadingError ? (
          <Failure what="The resources cannot be read" error={resources.error} />
        ) : (
          <ResourceTable rows={resources.data?.items} of="integration" />
        )}
      </section>
      {canPush && <Pushes id={integration.id} setup={setup.data} />}
      {canPush && (
        <section aria-label="New teams">
          <Title order={2} mb="xs">
            New teams
          </Title>
          {setup.data.canCreate ? (
            <SetupForm key={JSON.stringify(setup.data.settings)} id={integration.id} setup={setup.data} />
          ) : (
            <Text size="sm" c="dimmed">
              No groups are made in {systemName(integration.connector)}. Make one there, and tie it to the team.
            </Text>
          )}
        </section>
      )}
    </Stack>
  );
}

function PushNow({ id }: { id: string }) {
  const { can } = useWorkspace();
  const push = usePushNow(id);
  if (!can('integration:write')) return null;
  return (
    <Button variant="default" loading={push.isPending} onClick={() => push.mutate(undefined)}>
      Push now
    </Button>
  );
}

function Pushes({ id, setup: { flow } }: { id: string; setup: PushSetup }) {
  const { id: ws } = useWorkspace();
  const list = usePushes(id);
  const columns: Column<Push>[] = [
    {
      key: 'when',
      title: 'When',
      width: 170,
      cell: ({ createdAt, runId, runStatus }) =>
        runStatus === null ? (
          <RelativeTime at={createdAt} />
        ) : (
          <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
            <RelativeTime at={createdAt} />
          </Link>
        ),
    },
    { key: 'wanted', title: 'To be written', cell: ({ wanted }) => toWriteWords(wanted) },
    { key: 'done', title: 'Written', cell: ({ done }) => (done === null ? 'Under way' : writtenWords(done)) },
    { key: 'run', title: 'Run', width: 140, cell: ({ runStatus }) => <RunOf status={runStatus} /> },
  ];
  return (
    <section aria-label="Pushes">
      <Title order={2} mb="xs">
        Pushes
      </Title>
      {flow && (
        <Text size="sm" c="dimmed" mb="xs">
          Each is a run of{' '}
          <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId: flow.id }}>
            {flow.name}
          </Link>
          , whose settings have its budget.
        </Text>
      )}
      {list.isLoadingError ? (
        <Failure what="The pushes cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Pushes"
          columns={columns}
          rows={list.data}
          rowKey={({ id: push }) => push}
          more={moreOf(list)}
          empty={
            <Text size="sm" c="dimmed" p="md">
              Nothing has been pushed yet.
            </Text>
          }
        />
      )}
    </section>
  );
}

const RunOf = ({ status }: { status: Push['runStatus'] }) =>
  status === null ? 'Not kept any more' : <RunStatusBadge status={status} plain />;

function SetupForm({ id, setup }: { id: string; setup: PushSetup }) {
  const { can } = useWorkspace();
  const save = useSavePushSetup(id);
  const given = { createForTeams: setup.createForTeams, settings: setup.settings };
  const [draft, setDraft] = useState(given);
  const mayChange = can('integration:write');
  const schema = setup.schema as JsonSchema;
  const hasSettings = Object.keys(schema.properties ?? {}).length > 0;

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(draft);
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Resources for new teams">
      <Stack gap="lg" maw={560}>
        <Switch
          label="Create resources for new teams"
          description="Each team that is made from then on gets a group here, and is pushed to it."
          checked={draft.createForTeams}
          disabled={!mayChange}
          onChange={(event) => setDraft({ ...draft, createForTeams: event.currentTarget.checked })}
        />
        {hasSettings && (
          <fieldset disabled={!mayChange} style={{ all: 'unset' }}>
            <PlainForm
              schema={schema}
              value={draft.settings}
              onChange={(settings) => setDraft({ ...draft, settings })}
            />
          </fieldset>
        )}
        {save.error && <Failure what="Not saved" error={save.error} />}
        {mayChange && (
          <Group>
            <Button type="submit" loading={save.isPending} disabled={JSON.stringify(draft) === JSON.stringify(given)}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
