import type { RunRow, StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import { Fragment } from 'react';
import { useApprovals, useRetryNow, useWorkspace } from '../../api/index.js';
import { outlineOf } from '../../editor/outline.js';
import { PlanRest } from '../../plans/plan-rest.js';
import classes from './run.module.css';
import { RunLink } from './run-link.js';
import { isOver } from './run-state.js';
import { WaitsBehind } from './waits-behind.js';
import { whyNotEnded } from './why-waiting.js';

/** Why a run that has not ended does not go on at present, and what a person can do about it. */
export function WaitingNotice({ run, draft, states }: { run: RunRow; draft: Draft; states: StepState[] }) {
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
      {waitingFor?.kind === 'turn' && waitingFor.runId !== undefined && <WaitsBehind runId={waitingFor.runId} />}
      {waitingFor?.kind !== 'turn' && waitingFor?.runId !== undefined && (
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
