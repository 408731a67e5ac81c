import type { RunRow } from '@castellan/api';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { usePlanOfRun, useWorkspace } from '../api/index.js';
import { count } from '../ui/format.js';
import { ActionCounts } from './action-tag.js';

/** Of a run that makes an access plan, what it would change; of one that keeps to a plan, what became of that. */
export function PlanOfRun({ run, seq }: { run: RunRow; seq: number }) {
  const { id: ws } = useWorkspace();
  const plan = usePlanOfRun(run.id, seq).data?.plan;
  if (plan == null) return null;
  const link = (words: string) => (
    <Link to="/w/$ws/plans/$planId" params={{ ws, planId: plan.id }}>
      {words}
    </Link>
  );
  return (
    <section aria-label="Access plan">
      <Text size="sm" fw={600} mb={4}>
        Access plan
      </Text>
      {run.mode === 'plan' ? (
        <>
          <Text size="sm" mb={4}>
            This run only looked: it really read, and nothing was sent. {link('Open the plan')}
          </Text>
          {plan.status !== 'making' && <ActionCounts counts={plan.counts} />}
        </>
      ) : (
        <Text size="sm">
          This run keeps to {link('an access plan')}. {plan.use !== null && usedInWords(plan.use)}
        </Text>
      )}
    </section>
  );
}

/** What a run took of its plan, in one sentence. */
export function usedInWords({
  matched,
  unused,
  refused,
}: {
  matched: number;
  unused: number;
  refused: unknown[];
}): string {
  const parts = [`${count(matched, 'planned write')} matched`, `${unused} planned and not done`];
  if (refused.length > 0) parts.push(`${refused.length} refused, for not standing in the plan`);
  return `${parts.join(', ')}.`;
}
