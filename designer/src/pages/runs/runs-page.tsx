import { type RunRow, runStatuses } from '@castellan/api';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FlaskConical, Play, X } from 'lucide-react';
import { useState } from 'react';
import { useFlows } from '../../api/flows.js';
import { useRuns } from '../../api/runs.js';
import { useWorkspace } from '../../api/workspace.js';
import { RunDialog } from '../../run-flow/run-dialog.js';
import { RunStatusBadge, runStatus } from '../../status/statuses.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { Duration } from '../../ui/duration.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { SearchField } from '../../ui/search-field.js';
import { Tag } from '../../ui/tag.js';
import { useNow } from '../../ui/use-now.js';
import { isFiltered, type RunsView, runFilter, times } from './run-filter.js';
import { RunOutcome } from './run-outcome.js';

const route = getRouteApi('/w/$ws/runs');

const modes = [
  { value: 'live', label: 'Live runs' },
  { value: 'test', label: 'Test runs' },
  { value: 'plan', label: 'Plans' },
  { value: 'shadow', label: 'Shadow runs' },
];

export function RunsPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const view = route.useSearch();
  const now = useNow();
  const list = useRuns(runFilter(view, now));
  const columns: Column<RunRow>[] = [
    { key: 'status', title: 'Status', width: 120, cell: (row) => <RunStatusBadge status={row.status} plain /> },
    { key: 'flow', title: 'Flow', width: 240, cell: (row) => <FlowCell run={row} /> },
    { key: 'about', title: 'About', cell: (row) => <AboutCell run={row} />, wideOnly: true },
    {
      key: 'duration',
      title: 'Took',
      align: 'right',
      cell: (row) => <Duration from={row.startedAt} to={row.endedAt} />,
      wideOnly: true,
    },
    { key: 'when', title: 'When', cell: (row) => <RelativeTime at={row.startedAt ?? row.createdAt} /> },
    { key: 'outcome', title: 'Outcome', cell: (row) => <RunOutcome run={row} />, wideOnly: true },
  ];
  return (
    <Page title="Runs" actions={can('flow:run') && <RunFlow />}>
      <Stack>
        <Filters view={view} />
        {list.isLoadingError ? (
          <Failure what="The runs cannot be read" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Runs"
            columns={columns}
            rows={list.data}
            rowKey={(row) => row.id}
            onOpen={({ id }) => void navigate({ to: '/w/$ws/runs/$runId', params: { ws, runId: id } })}
            more={{ has: list.hasNextPage, loading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
            empty={<NoRuns filtered={isFiltered(view)} />}
          />
        )}
      </Stack>
    </Page>
  );
}

function RunFlow() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<Play size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Run a flow
      </Button>
      <RunDialog opened={open} onClose={() => setOpen(false)} />
    </>
  );
}

function FlowCell({ run }: { run: RunRow }) {
  const { id: ws } = useWorkspace();
  return (
    <>
      <Link to="/w/$ws/runs/$runId" params={{ ws, runId: run.id }}>
        {run.flowName}
      </Link>
      <Group gap={6}>
        <Text size="xs" c="dimmed">
          {run.version ? `v${run.version}` : 'draft'}, {run.trigger.kind}
        </Text>
        {run.simulated && <Tag icon={FlaskConical}>Simulated</Tag>}
      </Group>
    </>
  );
}

/** Whom a run is about, leading to all runs about them. */
function AboutCell({ run: { businessKey, orderKey } }: { run: RunRow }) {
  const { id: ws } = useWorkspace();
  const about = businessKey ?? orderKey;
  if (about === null) return '–';
  return (
    <Link
      to="/w/$ws/runs"
      params={{ ws }}
      search={{ about }}
      title={`All runs about ${about}`}
      className="break-anywhere"
    >
      {about}
    </Link>
  );
}

const searched =
  'Finds the beginnings of words: in whom or what the run is about, the name of its flow, what came of it, its error, and the data that started it. A run is also found by its whole id.';

/** The filters; all of them are the address. */
function Filters({ view }: { view: RunsView }) {
  const navigate = route.useNavigate();
  const flows = useFlows().data ?? [];
  const change = (part: Partial<RunsView>) => void navigate({ search: (now) => ({ ...now, ...part }), replace: true });
  return (
    <Group gap="sm" role="search" aria-label="Filter runs">
      <SearchField
        label="Search runs"
        hint={searched}
        value={view.q ?? ''}
        onChange={(q) => change({ q: q || undefined })}
      />
      {view.about !== undefined && (
        <Button
          variant="light"
          rightSection={<X size={14} aria-hidden />}
          aria-label={`About ${view.about}: show runs about everybody`}
          onClick={() => change({ about: undefined })}
        >
          About {view.about}
        </Button>
      )}
      <Select
        aria-label="Flow"
        placeholder="All flows"
        data={flows.map(({ id, name }) => ({ value: id, label: name }))}
        value={view.flow ?? null}
        onChange={(flow) => change({ flow: flow ?? undefined })}
        searchable
        clearable
        w={200}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={runStatuses.map((status) => ({ value: status, label: runStatus(status).word }))}
        value={view.status ?? null}
        onChange={(status) => change({ status: status ?? undefined })}
        clearable
        w={150}
      />
      <Select
        aria-label="Time"
        data={times}
        value={view.time ?? 'all'}
        onChange={(time) => change({ time: time && time !== 'all' ? (time as RunsView['time']) : undefined })}
        allowDeselect={false}
        w={160}
      />
      <Select
        aria-label="Kind of run"
        data={modes}
        value={view.mode ?? 'live'}
        onChange={(mode) => change({ mode: mode && mode !== 'live' ? (mode as RunsView['mode']) : undefined })}
        allowDeselect={false}
        w={140}
      />
    </Group>
  );
}

function NoRuns({ filtered }: { filtered: boolean }) {
  const { id: ws } = useWorkspace();
  return filtered ? (
    <EmptyState
      drawing={<ListDrawing />}
      action={
        <Button
          variant="default"
          renderRoot={(props) => <Link {...props} to="/w/$ws/runs" params={{ ws }} search={{}} />}
        >
          Show all runs
        </Button>
      }
    >
      No run fits these filters.
    </EmptyState>
  ) : (
    <EmptyState
      drawing={<ListDrawing />}
      action={<Button renderRoot={(props) => <Link {...props} to="/w/$ws/flows" params={{ ws }} />}>Open flows</Button>}
    >
      Nothing has run yet. A run appears here as soon as a flow is triggered.
    </EmptyState>
  );
}
