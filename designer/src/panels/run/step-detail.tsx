import type { RetryPlace, StepRow, StepState } from '@castellan/api';
import { Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { RotateCcw, RotateCw } from 'lucide-react';
import { useEffect } from 'react';
import { useRetryNow, useRunSteps, useWorkspace } from '../../api/index.js';
import { isObject } from '../../editor/is-object.js';
import { StepStatusBadge } from '../../status/statuses.js';
import { Duration } from '../../ui/duration.js';
import { count } from '../../ui/format.js';
import { JsonView } from '../../ui/json-view.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { AttemptList } from './attempt-list.js';
import { meaningOf, remedyOf } from './failure-words.js';
import { ItemList } from './item-list.js';
import { ResolveOutcome } from './resolve-outcome.js';
import classes from './run.module.css';
import { RunValue } from './run-value.js';
import { itemWords } from './timeline.js';

interface StepDetailProps {
  runId: string;
  state: StepState;
  /** The states of all iterations of the step. */
  all: StepState[];
  onChoose: (iteration: string) => void;
  onRetry: ((place: RetryPlace) => void) | undefined;
}

/** One step of a run: how it stands, what it was given, what it gave, what it changed. */
export function StepDetail({ runId, state, all, onChoose, onRetry }: StepDetailProps) {
  const row = useStepRow(runId, state);
  return (
    <Stack gap="md">
      {all.length > 1 && <ItemList all={all} chosen={state.iteration} onChoose={onChoose} />}
      <Text size="sm" component="div" className={classes.line}>
        <StepStatusBadge step={state} />
        {state.startedAt !== null && <Duration from={state.startedAt} to={state.endedAt} />}
        {state.attempts > 0 && <span>{count(state.attempts, 'attempt')}</span>}
        {state.port !== null && <span>left by {state.port}</span>}
        {state.count !== null && <span>{count(state.count, 'item')}</span>}
      </Text>
      <StepActions runId={runId} state={state} onRetry={onRetry} />
      {state.keptFrom !== null && <KeptLink runId={state.keptFrom} />}
      {state.waitsFor !== null && (
        <section className={classes.notice} data-look="waiting" aria-label="Why it waits">
          <Text size="sm">Waits for {state.waitsFor}.</Text>
        </section>
      )}
      {state.childRunId !== null && <ChildLink runId={state.childRunId} />}
      {state.status === 'unknown' && state.endedAt === null && (
        <section className={classes.notice} data-look="unknown" aria-label="Unknown outcome">
          <ResolveOutcome runId={runId} stepId={state.stepId} iteration={state.iteration} />
        </section>
      )}
      {state.error !== null && (
        <section className={classes.notice} data-look="failed" aria-label="Error">
          <Text size="sm" className="break-anywhere">
            {state.error.message}
          </Text>
          <Text size="sm">{meaningOf(state.error)}</Text>
          <Text size="sm">{remedyOf(state.error)}</Text>
          {row !== undefined && row.tries.length > 1 && <AttemptList tries={row.tries} attempts={state.attempts} />}
          {state.error.details !== undefined && <JsonView label="Details of the error" value={state.error.details} />}
        </section>
      )}
      {row === undefined ? (
        <Skeleton h={120} aria-label="Reading the values" />
      ) : (
        <>
          {row.effect !== null && <Effect effect={row.effect} />}
          <Value label="Input" part="input" runId={runId} row={row} />
          <Value label="Output" part="output" runId={runId} row={row} />
        </>
      )}
    </Stack>
  );
}

/** What a person may do about the step: make its next attempt now, or do the run again from here. */
function StepActions({ runId, state, onRetry }: Pick<StepDetailProps, 'runId' | 'state' | 'onRetry'>) {
  const { can } = useWorkspace();
  const now = useRetryNow(runId);
  const { stepId: step, iteration } = state;
  if (state.status === 'retrying' && can('run:operate')) {
    return (
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<RotateCw size={14} aria-hidden />}
          loading={now.isPending}
          onClick={() => now.mutate({ step, iteration })}
        >
          Retry now
        </Button>
        {now.isSuccess && (
          <Text size="sm" c="dimmed">
            Asked for. The attempt begins at once.
          </Text>
        )}
      </Group>
    );
  }
  if (onRetry === undefined || state.status === 'skipped') return null;
  return (
    <Group gap="xs">
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<RotateCcw size={14} aria-hidden />}
        onClick={() => onRetry({ at: 'step', step, iteration, items: 'all' })}
      >
        {iteration === '' ? 'Retry from this step' : `Retry item ${itemWords(iteration)} from this step`}
      </Button>
      {state.count !== null && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onRetry({ at: 'step', step, iteration, items: 'failed' })}
        >
          Retry its failed items
        </Button>
      )}
    </Group>
  );
}

/** The step was done by an earlier run of the chain. */
function KeptLink({ runId }: { runId: string }) {
  const ws = useWorkspace().id;
  return (
    <Text size="sm">
      Kept from{' '}
      <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
        an earlier run
      </Link>
      , which did it.
    </Text>
  );
}

/** The run that the step started. */
function ChildLink({ runId }: { runId: string }) {
  const ws = useWorkspace().id;
  return (
    <Text size="sm">
      <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
        Open the run that it started
      </Link>
    </Text>
  );
}

interface ValueProps {
  label: string;
  part: 'input' | 'output';
  runId: string;
  row: StepRow;
}

function Value({ label, part, runId, row }: ValueProps) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {label}
      </Text>
      <RunValue label={label} value={row[part]} of={{ runId, ...row }} part={part} large={row.large} />
    </div>
  );
}

const effectLooks = {
  sending: { look: 'running', word: 'Being sent' },
  done: { look: 'succeeded', word: 'Done' },
  refused: { look: 'failed', word: 'Refused' },
  unknown: { look: 'unknown', word: 'Unknown' },
  kept: { look: 'skipped', word: 'Kept from before' },
} as const;

/** The write that the step made, from the ledger. */
function Effect({ effect }: { effect: NonNullable<StepRow['effect']> }) {
  const changes = Array.isArray(effect.changes) ? effect.changes.filter(isObject) : [];
  return (
    <section aria-label="Effect">
      <Text size="sm" fw={600} mb={4} component="div" className={classes.line}>
        Effect <StatusBadge {...effectLooks[effect.state]} />
      </Text>
      {changes.length > 0 && (
        <Table aria-label="What it changes" verticalSpacing={4} horizontalSpacing="xs">
          <Table.Tbody>
            {changes.map((change) => (
              <Table.Tr key={JSON.stringify(change)}>
                <Table.Td>{String(change.action ?? '')}</Table.Td>
                <Table.Td className="break-anywhere">{nameOf(change.object)}</Table.Td>
                <Table.Td className="break-anywhere">{nameOf(change.subject)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <Text size="xs" c="dimmed" className="break-anywhere">
        {effect.operation} · key {effect.key}
      </Text>
    </section>
  );
}

function nameOf(thing: unknown): string {
  if (!isObject(thing)) return '';
  return String(thing.title ?? thing.email ?? thing.id ?? '');
}

/** The step's row with its values; it is read again when the stream tells of a change. */
function useStepRow(runId: string, state: StepState): StepRow | undefined {
  const { data: rows, hasNextPage, isFetching, fetchNextPage, refetch } = useRunSteps(runId, state.stepId);
  const row = rows?.find(({ iteration }) => iteration === state.iteration);
  const isOld = row !== undefined && row.seq < state.seq;
  const isFurther = rows !== undefined && row === undefined && hasNextPage;
  useEffect(() => {
    if (isFetching) return;
    if (isOld) void refetch();
    else if (isFurther) void fetchNextPage();
  }, [isOld, isFurther, isFetching, refetch, fetchNextPage]);
  return row;
}
