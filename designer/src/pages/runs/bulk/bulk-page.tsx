import type { BulkAction, BulkRun } from '@castellan/api';
import { Button, Center, Group, Loader, Progress, SegmentedControl, Stack, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { CircleStop } from 'lucide-react';
import { isUnderWay, useBulkAction, useBulkRuns, useStopBulk, useWorkspace } from '../../../api/index.js';
import { RunStatusBadge } from '../../../status/statuses.js';
import { type Column, DataTable, moreOf } from '../../../ui/data-table.js';
import { EmptyState } from '../../../ui/empty-state.js';
import { Failure } from '../../../ui/failure.js';
import { capital } from '../../../ui/format.js';
import { Page } from '../../../ui/page.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import { StatusBadge } from '../../../ui/status-badge.js';
import { actionTitle, progressWords, wishWords } from './bulk-words.js';

const route = getRouteApi('/w/$ws/runs/bulk/$bulkId');

/** One action on many runs: how far it is, what came of each run, and a way to stop it. */
export function BulkPage() {
  const { id: ws } = useWorkspace();
  const { bulkId } = route.useParams();
  const { data: action, error, refetch } = useBulkAction(bulkId);
  const back = (
    <>
      <Link to="/w/$ws/runs" params={{ ws }}>
        Runs
      </Link>
      {' › '}
      <Link to="/w/$ws/runs/bulk" params={{ ws }}>
        Actions on many runs
      </Link>
    </>
  );
  if (action === undefined) {
    return error === null ? (
      <Center h="100%">
        <Loader aria-label="Opening the action" />
      </Center>
    ) : (
      <Page title="Action on many runs" back={back}>
        <Failure what="The action cannot be opened" error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  return (
    <Page
      title={actionTitle(action)}
      back={back}
      lead={<Lead action={action} />}
      actions={isUnderWay(action) && <StopButton id={action.id} />}
    >
      <Stack gap="lg">
        <HowFar action={action} />
        <Runs action={action} />
      </Stack>
    </Page>
  );
}

function Lead({ action }: { action: BulkAction }) {
  const { id: ws, can } = useWorkspace();
  return (
    <>
      {wishWords(action) !== '' && `${capital(wishWords(action))} · `}
      {action.by}, <RelativeTime at={action.createdAt} />
      {can('audit:read') && (
        <>
          {' · '}
          <Link
            to="/w/$ws/audit"
            params={{ ws }}
            search={{ object: action.id }}
            style={{ textDecoration: 'underline' }}
          >
            Audit
          </Link>
        </>
      )}
    </>
  );
}

function HowFar({ action }: { action: BulkAction }) {
  const { done, refused, total } = action;
  const share = (part: number): number => (total === 0 ? 0 : (100 * part) / total);
  return (
    <Stack gap={6}>
      <Text size="sm" role="status">
        {progressWords(action)}
      </Text>
      <Progress.Root size="lg">
        <Progress.Section value={share(done)} color="var(--state-succeeded)" aria-label="Done" />
        <Progress.Section value={share(refused)} color="var(--state-failed)" aria-label="Refused" />
      </Progress.Root>
    </Stack>
  );
}

/** What is done stays done, so it needs no question. */
function StopButton({ id }: { id: string }) {
  const { can } = useWorkspace();
  const stop = useStopBulk(id);
  if (!can('run:operate')) return null;
  return (
    <Button
      variant="default"
      leftSection={<CircleStop size={16} aria-hidden />}
      loading={stop.isPending}
      title="Runs that it has come to stay as they are; the others are left alone."
      onClick={() => stop.mutate(undefined)}
    >
      Stop
    </Button>
  );
}

const states = {
  waiting: { look: 'waiting', word: 'Not yet' },
  done: { look: 'succeeded', word: 'Done' },
  refused: { look: 'failed', word: 'Refused' },
} as const;

function Runs({ action }: { action: BulkAction }) {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const { show } = route.useSearch();
  const pick = route.useNavigate();
  const list = useBulkRuns(action.id, { state: show, settled: action.done + action.refused });
  const retries = action.action === 'retry';
  const left = action.endedAt === null ? states.waiting : ({ look: 'skipped', word: 'Left alone' } as const);
  const open = (runId: string) => void navigate({ to: '/w/$ws/runs/$runId', params: { ws, runId } });
  const columns: Column<BulkRun>[] = [
    {
      key: 'run',
      title: 'Run',
      cell: ({ runId, flowName, businessKey }) => (
        <>
          <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
            {flowName}
          </Link>
          {businessKey !== null && (
            <Text size="xs" c="dimmed" className="break-anywhere">
              {businessKey}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'state',
      title: action.action === 'retry' ? 'Retry' : 'Cancel',
      width: 120,
      cell: ({ state }) => <StatusBadge {...(state === 'waiting' ? left : states[state])} plain />,
    },
    {
      key: 'came',
      title: retries ? 'The new run' : 'The run now',
      cell: ({ madeRunId, runId, status, reason }) =>
        reason ??
        (retries && madeRunId === null ? (
          '–'
        ) : (
          <Link to="/w/$ws/runs/$runId" params={{ ws, runId: madeRunId ?? runId }}>
            <RunStatusBadge status={status} plain />
          </Link>
        )),
    },
  ];
  return (
    <Stack gap="sm">
      <Group>
        <SegmentedControl
          size="xs"
          aria-label="Which runs are shown"
          data={[
            { value: 'all', label: `All ${action.total}` },
            { value: 'refused', label: `Refused ${action.refused}` },
            { value: 'done', label: `Done ${action.done}` },
            { value: 'waiting', label: `${left.word} ${action.total - action.done - action.refused}` },
          ]}
          value={show ?? 'all'}
          onChange={(next) =>
            void pick({ search: { show: next === 'all' ? undefined : (next as BulkRun['state']) }, replace: true })
          }
        />
      </Group>
      {list.isLoadingError ? (
        <Failure what="Its runs cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Runs of the action"
          columns={columns}
          rows={list.data}
          rowKey={({ runId }) => runId}
          onOpen={({ runId, madeRunId }) => open(madeRunId ?? runId)}
          more={moreOf(list)}
          empty={<EmptyState>No run is among these.</EmptyState>}
        />
      )}
    </Stack>
  );
}
