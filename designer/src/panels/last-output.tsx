import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRunSteps, useRuns, useWorkspace } from '../api/index.js';
import { useEditor } from '../editor/editor-context.js';
import { StepStatusBadge } from '../status/statuses.js';
import { JsonView } from '../ui/json-view.js';

/** What a step was given and gave in the run that is shown, or in the flow's last one. */
export function LastOutput({ id }: { id: string }) {
  const flowId = useEditor((state) => state.flowId);
  const shown = useEditor((state) => state.runId ?? (state.sample.from === 'run' ? state.sample.runId : null));
  const { data: runs } = useRuns({ flowId, limit: 1 });
  const runId = shown ?? runs?.[0]?.id;
  if (runId === undefined) {
    return (
      <Text size="sm" c="dimmed">
        This flow has not run yet.
      </Text>
    );
  }
  return <OutputOfRun runId={runId} stepId={id} />;
}

function OutputOfRun({ runId, stepId }: { runId: string; stepId: string }) {
  const ws = useWorkspace().id;
  const { data: rows } = useRunSteps(runId, stepId);
  const row = rows?.at(-1);
  return (
    <>
      <Text size="sm">
        {row === undefined ? 'The step did not run in ' : <StepStatusBadge status={row.status} />}{' '}
        <Link to="/w/$ws/runs/$runId" params={{ ws, runId }} search={{ step: stepId }}>
          {row === undefined ? 'the last run' : 'in this run'}
        </Link>
      </Text>
      {row !== undefined && (
        <>
          <JsonView label="Input" value={row.input ?? null} />
          {row.error === null ? (
            <JsonView label="Output" value={row.output ?? null} />
          ) : (
            <JsonView label="Error" value={row.error} />
          )}
        </>
      )}
    </>
  );
}
