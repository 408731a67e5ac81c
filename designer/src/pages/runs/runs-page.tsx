import type { RunRow } from '@castellan/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FlaskConical, Layers, Play } from 'lucide-react';
import { useState } from 'react';
import { useRuns } from '../../api/runs.js';
import { useWorkspace } from '../../api/workspace.js';
import { versionInWords } from '../../panels/run/undo/is-undo.js';
import { RunDialog } from '../../run-flow/run-dialog.js';
import { RunStatusBadge } from '../../status/statuses.js';
import { triggerWord } from '../../status/trigger-words.js';
import { choiceColumn } from '../../ui/choice-column.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { Duration } from '../../ui/duration.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { Tag } from '../../ui/tag.js';
import { useNow } from '../../ui/use-now.js';
import { isFiltered, runFilter } from './run-filter.js';
import { RunFilters } from './run-filters.js';
import { RunOutcome } from './run-outcome.js';
import { choose, isChosen, noRuns, type RunSelection } from './run-selection.js';
import { SelectionBar } from './selection-bar.js';

const route = getRouteApi('/w/$ws/runs');

export function RunsPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const view = route.useSearch();
  const filter = runFilter(view, useNow());
  const list = useRuns(filter);
  const [selection, setSelection] = useSelection(JSON.stringify(view));
  const rows = list.data ?? [];
  const choice = choiceColumn<RunRow>({
    title: 'Choose',
    all: 'Choose all runs in sight',
    label: ({ flowName, businessKey }) =>
      `Choose the run of ${flowName}${businessKey === null ? '' : ` about ${businessKey}`}`,
    rows,
    isChosen: ({ id }) => isChosen(selection, id),
    onChoose: (chosen, on) => setSelection(choose(selection, { rows: idsOf(chosen), shown: idsOf(rows), on })),
  });
  const columns: Column<RunRow>[] = [
    ...(can('run:operate') ? [choice] : []),
    { key: 'status', title: 'Status', width: 120, cell: (row) => <RunStatusBadge {...row} plain /> },
    { key: 'flow', title: 'Flow', width: 240, cell: (row) => <FlowCell run={row} /> },
    { key: 'about', title: 'About', width: 232, cell: (row) => <AboutCell run={row} />, wideOnly: true },
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
    <Page
      title="Runs"
      actions={
        <>
          <Button
            variant="subtle"
            leftSection={<Layers size={16} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/w/$ws/runs/bulk" params={{ ws }} />}
          >
            Actions on many
          </Button>
          {can('flow:run') && <RunFlow />}
        </>
      }
    >
      <Stack>
        <RunFilters view={view} />
        <SelectionBar selection={selection} filter={filter} more={list.hasNextPage} onChange={setSelection} />
        {list.isLoadingError ? (
          <Failure what="The runs cannot be read" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Runs"
            columns={columns}
            rows={list.data}
            rowKey={(row) => row.id}
            onOpen={({ id }) => void navigate({ to: '/w/$ws/runs/$runId', params: { ws, runId: id } })}
            more={moreOf(list)}
            empty={<NoRuns filtered={isFiltered(view)} />}
          />
        )}
      </Stack>
    </Page>
  );
}

const idsOf = (rows: RunRow[]) => rows.map(({ id }) => id);

/** What is chosen, until another list is shown. */
function useSelection(list: string): [RunSelection, (selection: RunSelection) => void] {
  const [kept, setKept] = useState({ list, selection: noRuns });
  return [kept.list === list ? kept.selection : noRuns, (selection) => setKept({ list, selection })];
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
          {versionInWords(run)}, {triggerWord(run.trigger.kind)}
          {run.trigger.swept && ', found by the sweep'}
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
