import type { LargeParts, RetryPlace, RunRow, StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Anchor, Button, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { RotateCcw, RotateCw } from 'lucide-react';
import { Fragment } from 'react';
import { useApprovals, useRetryNow, useRunSteps, useWorkspace } from '../../api/index.js';
import { outlineOf, titleOf } from '../../editor/outline.js';
import { PlanOfRun } from '../../plans/plan-of-run.js';
import { PlanRest } from '../../plans/plan-rest.js';
import { StepStatusBadge, stepStatus } from '../../status/statuses.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { AfterEnd } from './after-end.js';
import { AnswerOfRun } from './answer-of-run.js';
import { AttemptList } from './attempt-list.js';
import { meaningOf, remedyOf } from './failure-words.js';
import { ResolveOutcome } from './resolve-outcome.js';
import { ChainList } from './retry/chain-list.js';
import { usualPlace } from './retry/retry-dialog.js';
import classes from './run.module.css';
import { RunData } from './run-data.js';
import { RunLink } from './run-link.js';
import { isOver } from './run-state.js';
import { RunValue } from './run-value.js';
import { Superseded, Supersedes } from './superseding.js';
import { UndoLinks } from './undo/undo-links.js';
import { whyNotEnded } from './why-waiting.js';

interface OverviewProps {
  run: RunRow;
  draft: Draft;
  triggerData: unknown;
  large: LargeParts;
  steps: ReadonlyMap<string, StepState>;
  onChoose: (stepId: string, iteration: string) => void;
  /** Does the run again from a place; left out where nobody may. */
  onRetry?: (place: RetryPlace) => void;
}

/** What came of the run, or why it waits; for a failure what was tried, what was said, what it means, what to do. */
export function Overview({ run, draft, triggerData, large, steps, onChoose, onRetry }: OverviewProps) {
  const states = [...steps.values()];
  const failed = states.filter((state) => state.status === 'failed' && state.stepId === run.error?.stepId);
  const unknown = states.filter((state) => state.status === 'unknown' && state.endedAt === null);
  return (
    <Stack gap="md">
      {run.outcome !== null && (
        <Text fw={600} size="lg" className={classes.outcome}>
          {run.outcome}
        </Text>
      )}
      <WhyItWaits run={run} draft={draft} states={states} />
      <Superseded run={run} onRetry={onRetry} />
      <Supersedes runs={run.supersedes} />
      {run.reason === 'terminated' && (
        <Text size="sm">It was terminated: calls under way were not waited for, and nothing was taken back.</Text>
      )}
      {run.error !== null && <FailureStory run={run} failed={failed[0]} onChoose={onChoose} onRetry={onRetry} />}
      {unknown.map((state) => (
        <section
          key={`${state.stepId} ${state.iteration}`}
          className={classes.notice}
          data-look="unknown"
          aria-label="Unknown outcome"
        >
          <Text size="sm" fw={600}>
            {nameOf(draft, state.stepId)}: did it happen?
          </Text>
          <ResolveOutcome runId={run.id} stepId={state.stepId} iteration={state.iteration} />
        </section>
      ))}
      <AnswerOfRun run={run} />
      <PlanOfRun run={run} seq={run.seq} />
      <AfterEnd run={run} draft={draft} states={states} onChoose={onChoose} />
      <UndoLinks run={run} />
      <ChainList run={run} draft={draft} />
      <Facts run={run} draft={draft} />
      <RunData run={run} />
      <Counts states={states} />
      {run.clearedAt === null && (
        <section>
          <Text size="sm" fw={600} mb={4}>
            What started it
          </Text>
          <RunValue label="What started it" value={triggerData} of={{ runId: run.id }} part="trigger" large={large} />
        </section>
      )}
    </Stack>
  );
}

/** Why a run that has not ended does not go on at present, and what a person can do about it. */
function WhyItWaits({ run, draft, states }: { run: RunRow; draft: Draft; states: StepState[] }) {
  const { waitingFor, status } = run;
  const holds = waitingFor !== null || status === 'paused' || status === 'stalled';
  if (isOver(run) || !holds) return null;
  return (
    <div className={classes.notice} data-look="waiting">
      <Text size="sm">{whyNotEnded(run)}</Text>
      {run.turnGivenBack && (
        <Text size="sm">
          Until then other runs of the same key go on. Then it queues for its turn
          {run.orderLane !== null && ` in lane ${run.orderLane}`}.
        </Text>
      )}
      {waitingFor?.kind === 'approval' && <OpenApprovals runId={run.id} draft={draft} />}
      {waitingFor?.kind === 'retry' && <LastRefusal states={states} />}
      {waitingFor?.kind === 'retry' && <RetryNow runId={run.id} />}
      {waitingFor?.runId !== undefined && (
        <Text size="sm">
          <RunLink runId={waitingFor.runId}>Open that run</RunLink>
        </Text>
      )}
    </div>
  );
}

/** What was said the last time to a step that is tried again. */
function LastRefusal({ states }: { states: StepState[] }) {
  const retrying = states.find(({ status }) => status === 'retrying');
  if (retrying?.error == null) return null;
  return (
    <Text size="sm" className="break-anywhere">
      {retrying.attempts === 1 ? 'After one attempt' : `After ${retrying.attempts} attempts`}, what was said:{' '}
      {retrying.error.message}
    </Text>
  );
}

interface FailureStoryProps {
  run: RunRow;
  failed: StepState | undefined;
  onChoose: (stepId: string, iteration: string) => void;
  onRetry: ((place: RetryPlace) => void) | undefined;
}

function FailureStory({ run, failed, onChoose, onRetry }: FailureStoryProps) {
  const error = run.error!;
  const { stepId } = error;
  return (
    <section className={classes.notice} data-look="failed" aria-label="Failure">
      <dl className={classes.story}>
        <dt>What was tried</dt>
        <dd>
          {stepId === undefined ? (
            'The run as a whole'
          ) : (
            <>
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={() => onChoose(stepId, failed?.iteration ?? '')}
              >
                {error.stepTitle ?? stepId}
              </Anchor>
              {failed !== undefined && failed.attempts > 1 && `, ${failed.attempts} times`}
              {failed !== undefined && failed.attempts > 1 && <Attempts runId={run.id} failed={failed} />}
            </>
          )}
        </dd>
        <dt>What was said</dt>
        <dd className="break-anywhere">{error.message}</dd>
        {error.code !== 'E_STOP' && (
          <>
            <dt>What it means</dt>
            <dd>{meaningOf(error)}</dd>
            <dt>What to do</dt>
            <dd>{remedyOf(error)}</dd>
          </>
        )}
      </dl>
      <Text size="xs" c="dimmed">
        {error.code}
        {error.status !== undefined && ` · HTTP ${error.status}`}
      </Text>
      {onRetry !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<RotateCcw size={14} aria-hidden />}
          onClick={() => onRetry(usualPlace(run))}
        >
          {usualPlace(run).at === 'start' ? 'Retry from the start' : 'Retry from here'}
        </Button>
      )}
    </section>
  );
}

/** Each attempt of the step that failed. */
function Attempts({ runId, failed }: { runId: string; failed: StepState }) {
  const { data: rows } = useRunSteps(runId, failed.stepId);
  const tries = rows?.find(({ iteration }) => iteration === failed.iteration)?.tries ?? [];
  return tries.length === 0 ? null : <AttemptList tries={tries} attempts={failed.attempts} />;
}

/** What waits for its next attempt is tried at once. */
function RetryNow({ runId }: { runId: string }) {
  const { can } = useWorkspace();
  const now = useRetryNow(runId);
  if (!can('run:operate')) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      style={{ alignSelf: 'flex-start' }}
      leftSection={<RotateCw size={14} aria-hidden />}
      loading={now.isPending}
      disabled={now.isSuccess}
      onClick={() => now.mutate({})}
    >
      {now.isSuccess ? 'Asked for: it is tried now' : 'Retry now'}
    </Button>
  );
}

/** Decisions that this run waits for, each with its page. */
function OpenApprovals({ runId, draft }: { runId: string; draft: Draft }) {
  const ws = useWorkspace().id;
  const { data: approvals = [] } = useApprovals({ status: 'open' });
  const isApproval = (stepId: string) => {
    const place = outlineOf(draft).places.get(stepId);
    return place?.type === 'step' && place.step.kind === 'approval';
  };
  return approvals
    .filter((approval) => approval.runId === runId)
    .map(({ id, title, subject, stepId, iteration }) => (
      <Fragment key={id}>
        <Text size="sm">
          <Link to="/w/$ws/approvals/$approvalId" params={{ ws, approvalId: id }}>
            Open “{title}”
          </Link>
          {subject !== null && ` about ${subject}`}
        </Text>
        {isApproval(stepId) && <PlanRest runId={runId} step={stepId} iteration={iteration} />}
      </Fragment>
    ));
}

/** Leads to the runs about somebody, of every flow. */
function AllAbout({ about }: { about: string }) {
  const ws = useWorkspace().id;
  return (
    <Link to="/w/$ws/runs" params={{ ws }} search={{ about }} title={`All runs about ${about}`}>
      {about}
    </Link>
  );
}

function Facts({ run, draft }: { run: RunRow; draft: Draft }) {
  return (
    <dl className={classes.facts}>
      <dt>Started by</dt>
      <dd>
        {run.parent === null ? (
          `${nameOf(draft, run.trigger.id)}${run.trigger.swept ? ': its delivery was lost, and the sweep for lost events found it' : ''}`
        ) : (
          <>
            <RunLink runId={run.parent.runId}>a run of {run.parent.flowName}</RunLink>
            {run.parent.waits ? ', which waits for its end' : ', which does not wait for it'}
          </>
        )}
      </dd>
      {run.businessKey !== null && (
        <>
          <dt>About</dt>
          <dd className="break-anywhere">
            <AllAbout about={run.businessKey} />
          </dd>
        </>
      )}
      {run.orderKey !== null && run.orderKey !== run.businessKey && (
        <>
          <dt>Takes turns by</dt>
          <dd className="break-anywhere">
            <AllAbout about={run.orderKey} />
          </dd>
        </>
      )}
      <dt>Arrived</dt>
      <dd>
        <RelativeTime at={run.createdAt} />
      </dd>
      {run.endedAt !== null && (
        <>
          <dt>Ended</dt>
          <dd>
            <RelativeTime at={run.endedAt} />
          </dd>
        </>
      )}
      <dt>Run</dt>
      <dd>
        <code className={classes.id}>{run.id}</code>
      </dd>
    </dl>
  );
}

function Counts({ states }: { states: StepState[] }) {
  const byWord = new Map<string, { one: StepState; count: number }>();
  for (const one of states) {
    const { word } = stepStatus(one);
    byWord.set(word, { one, count: (byWord.get(word)?.count ?? 0) + 1 });
  }
  return (
    <ul className={classes.counts} aria-label="Steps by state">
      {[...byWord].map(([word, { one, count }]) => (
        <li key={word}>
          <StepStatusBadge step={one} /> {count}
        </li>
      ))}
    </ul>
  );
}

function nameOf(draft: Draft, stepId: string): string {
  const place = outlineOf(draft).places.get(stepId);
  return place === undefined ? stepId : titleOf(place);
}
