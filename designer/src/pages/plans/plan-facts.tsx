import type { Plan } from '@castellan/api';
import { Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../../api/index.js';
import classes from '../../plans/plans.module.css';
import { CopyButton } from '../../ui/copy-button.js';
import { Facts } from '../../ui/facts.js';
import { RelativeTime } from '../../ui/relative-time.js';

/** Of what, by whom and until when; the hash that names it; the runs that made it and carried it out. */
export function PlanFacts({ plan }: { plan: Plan }) {
  const { id: ws } = useWorkspace();
  const runLink = (runId: string, words: string) => (
    <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
      {words}
    </Link>
  );
  return (
    <Facts>
      <dt>Made</dt>
      <dd>
        <RelativeTime at={plan.madeAt} /> by {plan.madeBy}
        {plan.undoes === null && `, of ${plan.version === null ? 'the draft' : `version ${plan.version}`}`} ·{' '}
        {runLink(plan.runId, 'Open the run on the canvas')}
      </dd>
      <dt>May be applied until</dt>
      <dd>
        <RelativeTime at={plan.expiresAt} />
      </dd>
      {plan.hash !== null && (
        <>
          <dt>Hash</dt>
          <dd>
            <Group gap={4} wrap="nowrap">
              <span className={classes.hash}>{plan.hash}</span>
              <CopyButton value={plan.hash} title="Copy the hash" />
            </Group>
          </dd>
        </>
      )}
      {plan.applied !== null && (
        <>
          <dt>Applied</dt>
          <dd>
            <RelativeTime at={plan.applied.at} /> by {plan.applied.by} ·{' '}
            {runLink(plan.applied.runId, 'Open the run that carries it out')}
          </dd>
        </>
      )}
      {plan.undoes !== null && (
        <>
          <dt>Undoes</dt>
          <dd>{runLink(plan.undoes.runId, 'a run')}</dd>
        </>
      )}
      {plan.bound !== null && (
        <>
          <dt>Of the rest of</dt>
          <dd>{runLink(plan.bound.runId, 'a run that waits for approval')}</dd>
        </>
      )}
    </Facts>
  );
}
