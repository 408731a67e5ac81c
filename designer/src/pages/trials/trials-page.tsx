import { Stack, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useFlow, useShadow, useShadows, useWorkspace } from '../../api/index.js';
import { moreOf } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { NewTrial } from './new-trial.js';
import { TrialList } from './trial-list.js';
import { TrialRuns } from './trial-runs.js';

const route = getRouteApi('/w/$ws/flows/$flowId/trials');

/** A draft tried on past runs: what it would do otherwise, with nothing called. */
export function TrialsPage() {
  const { id: ws, can } = useWorkspace();
  const { flowId } = route.useParams();
  const { trial: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: flow, error } = useFlow(flowId);
  const trials = useShadows(flowId);
  const trialId = chosen ?? trials.data?.[0]?.id ?? null;
  const { data: trial, error: lost } = useShadow(trialId);
  const open = (id: string | undefined) => void navigate({ search: { trial: id } });
  return (
    <Page
      title="Try on past runs"
      lead="What a draft would have done in place of runs that have ended. Recorded answers stand in for every system, and nothing is called."
      back={
        <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }}>
          {flow?.name ?? 'Flow'}
        </Link>
      }
    >
      <Stack gap="lg">
        {error !== null && <Failure what="The flow cannot be read" error={error} />}
        {can('flow:write') && flow !== undefined && <NewTrial flow={flow} onStarted={open} />}
        {lost !== null && <Failure what="This trial cannot be read; it may have been removed" error={lost} />}
        {trial !== undefined && <TrialRuns trial={trial} />}
        {(trials.data?.length ?? 0) > 0 && (
          <section>
            <Title order={2} mb="xs">
              Trials of the last week
            </Title>
            <TrialList trials={trials.data ?? []} chosen={trialId} onOpen={open} more={moreOf(trials)} />
          </section>
        )}
      </Stack>
    </Page>
  );
}
