import type { Plan, PlanUse } from '@castellan/api';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../../api/index.js';
import { usedInWords } from '../../plans/plan-of-run.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Notice } from '../../ui/notice.js';

/** What there is to know of the plan before it is read: whether it is whole, and what became of it. */
export function PlanNotice({ plan }: { plan: Plan & { use: PlanUse | null } }) {
  const { id: ws } = useWorkspace();
  const { status, use, error } = plan;
  if (status === 'making') {
    return (
      <Notice look="running" title="The plan is being made">
        {plan.undoes === null
          ? 'The flow runs to its end: it really reads, waits are skipped, approvals count as given, and nothing is sent.'
          : 'It is looked what there is now of all that the run has changed. Nothing is sent.'}
      </Notice>
    );
  }
  if (status === 'failed') {
    return (
      <ErrorPanel
        what="The plan is not whole"
        why={error ?? 'The run that makes it was ended before it came to its end.'}
        next="Look at the run, mend what is wrong, and make a new plan."
      />
    );
  }
  if (use !== null) {
    return (
      <>
        <Notice look={use.refused.length > 0 ? 'failed' : 'succeeded'} title="A run keeps to this plan">
          {usedInWords(use)}
        </Notice>
        {use.refused.length > 0 && (
          <Notice look="neutral" title="Refused before anything was sent">
            {use.refused.map(({ runId, stepId, iteration }) => (
              <div key={`${runId} ${stepId} ${iteration}`}>
                <Link
                  to="/w/$ws/runs/$runId"
                  params={{ ws, runId }}
                  search={{ step: stepId, ...(iteration === '' ? {} : { iteration }) }}
                >
                  {stepId}
                </Link>
                {iteration !== '' && `, item ${Number(iteration.split('.').at(-1)) + 1}`}
              </div>
            ))}
          </Notice>
        )}
      </>
    );
  }
  if (status === 'expired') {
    return (
      <Notice look="waiting" title="This plan is past its time">
        Make a new one to apply it.
      </Notice>
    );
  }
  if (plan.version === null && plan.undoes === null) {
    return (
      <Notice look="neutral" title="This is a plan of the draft">
        It shows what the draft would do. To apply a plan, publish the draft and make a plan of that version.
      </Notice>
    );
  }
  return null;
}
