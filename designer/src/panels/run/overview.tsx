import type { LargeParts, RetryPlace, RunRow, StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../../api/index.js';
import { outlineOf, titleOf } from '../../editor/outline.js';
import { PlanOfRun } from '../../plans/plan-of-run.js';
import { StepStatusBadge, stepStatus } from '../../status/statuses.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { AfterEnd } from './after-end.js';
import { AnswerOfRun } from './answer-of-run.js';
import { FailureNotice } from './failure-notice.js';
import { ResolveOutcome } from './resolve-outcome.js';
import { ChainList } from './retry/chain-list.js';
import classes from './run.module.css';
import { RunData } from './run-data.js';
import { RunLink } from './run-link.js';
import { RunValue } from './run-value.js';
import { Superseded, Supersedes } from './superseding.js';
import { UndoLinks } from './undo/undo-links.js';
import { WaitingNotice } from './waiting-notice.js';

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
      <WaitingNotice run={run} draft={draft} states={states} />
      <Superseded run={run} onRetry={onRetry} />
      <Supersedes runs={run.supersedes} />
      {run.reason === 'terminated' && (
        <Text size="sm">It was terminated: calls under way were not waited for, and nothing was taken back.</Text>
      )}
      {run.error !== null && <FailureNotice run={run} failed={failed[0]} onChoose={onChoose} onRetry={onRetry} />}
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
