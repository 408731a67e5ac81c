import { Button, Loader, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { FlaskConical, LayoutTemplate } from 'lucide-react';
import { useApprovals } from '../../api/approvals.js';
import { useConnections } from '../../api/connections.js';
import { useEventSubscriptions } from '../../api/events.js';
import { useFlows } from '../../api/flows.js';
import { useRuns } from '../../api/runs.js';
import { useMe } from '../../api/session.js';
import { useTriggers } from '../../api/triggers.js';
import { useWorkspace } from '../../api/workspace.js';
import { GraphDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { useNow } from '../../ui/use-now.js';
import { needs } from '../connections/connection-needs.js';
import { startOf } from '../runs/run-filter.js';
import { waitingText } from '../runs/waiting-text.js';
import { failingPolls } from './failing-polls.js';
import { HomeList } from './home-list.js';
import { RunChart } from './run-chart.js';
import { silentTriggers } from './silent-triggers.js';

/** What needs me, what failed, what is silent; below, runs over time. */
export function HomePage() {
  const { id: ws } = useWorkspace();
  const { user } = useMe();
  const flows = useFlows();
  return (
    <Page title="Home" lead={`Signed in as ${user.name}`}>
      {flows.error && <Failure what="Nothing can be read" error={flows.error} onRetry={() => void flows.refetch()} />}
      {flows.isPending && <Loader aria-label="Loading" />}
      {flows.data?.length === 0 && (
        <div className="card">
          <EmptyState
            drawing={<GraphDrawing />}
            action={
              <Button
                leftSection={<LayoutTemplate size={16} aria-hidden />}
                renderRoot={(props) => <Link {...props} to="/w/$ws/templates" params={{ ws }} />}
              >
                Browse templates
              </Button>
            }
          >
            There is no flow yet. Start from a template: it brings a flow that works, and says what to connect.
          </EmptyState>
        </div>
      )}
      {flows.data && flows.data.length > 0 && (
        <Stack gap="xl">
          <SimulatorNotice />
          <NeedsMe />
          <ConnectionsInNeed />
          <CannotBeRead />
          <NotTold />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
            <Failed />
            <Silent />
          </SimpleGrid>
          <RunChart />
        </Stack>
      )}
    </Page>
  );
}

/** So many flows are named; the others are counted. */
const namedFlows = 5;

/** Published flows that look live but change nothing real. */
function SimulatorNotice() {
  const { id: ws } = useWorkspace();
  const flows = useFlows().data?.filter(({ enabled, usesSimulators }) => enabled && usesSimulators) ?? [];
  if (flows.length === 0) return null;
  return (
    <Notice
      look="neutral"
      icon={FlaskConical}
      title={
        flows.length === 1 ? 'A flow that is on uses simulators' : `${flows.length} flows that are on use simulators`
      }
    >
      Nothing real is changed by{' '}
      {flows.slice(0, namedFlows).map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId: id }}>
            {name}
          </Link>
        </span>
      ))}
      {flows.length > namedFlows && (
        <>
          {' '}
          and{' '}
          <Link to="/w/$ws/flows" params={{ ws }}>
            {count(flows.length - namedFlows, 'other')}
          </Link>
        </>
      )}
      .
    </Notice>
  );
}

function NeedsMe() {
  const { id: ws, can } = useWorkspace();
  const approvals = useApprovals({ status: 'open', mine: true });
  const waiting = useRuns({ status: 'waiting', limit: 50 });
  const unclear = can('run:operate') ? waiting.data?.filter((run) => run.waitingFor?.kind === 'outcome') : [];
  const rows = [
    ...(approvals.data ?? []).map((approval) => ({
      key: approval.id,
      at: approval.createdAt,
      main: (
        <>
          <Link to="/w/$ws/approvals/$approvalId" params={{ ws, approvalId: approval.id }}>
            {approval.title}
          </Link>
          <Text size="xs" c="dimmed">
            Approval{approval.subject && ` about ${approval.subject}`}, {approval.flowName}
          </Text>
        </>
      ),
    })),
    ...(unclear ?? []).map((run) => ({
      key: run.id,
      at: run.createdAt,
      main: (
        <>
          <Link to="/w/$ws/runs/$runId" params={{ ws, runId: run.id }}>
            {run.flowName}
          </Link>
          <Text size="xs" c="dimmed">
            {run.waitingFor && waitingText(run.waitingFor)}
          </Text>
        </>
      ),
    })),
  ];
  return (
    <HomeList
      title="Needs you"
      rows={rows}
      rowKey={({ key }) => key}
      main={({ main }) => main}
      side={({ at }) => <RelativeTime at={at} />}
      none="Nothing."
    />
  );
}

function Failed() {
  const { id: ws } = useWorkspace();
  const now = useNow();
  const failed = useRuns({ status: 'failed,stalled', from: startOf('24h', now), limit: 5 });
  return (
    <HomeList
      title="Failed in the last 24 hours"
      rows={failed.data?.slice(0, 5) ?? []}
      rowKey={({ id }) => id}
      main={(run) => (
        <>
          <Link to="/w/$ws/runs/$runId" params={{ ws, runId: run.id }}>
            {run.flowName}
            {run.businessKey && `, ${run.businessKey}`}
          </Link>
          <Text size="xs" c="var(--state-failed)" lineClamp={2} className="break-anywhere">
            {run.error?.message ?? run.reason}
          </Text>
        </>
      )}
      side={({ createdAt }) => <RelativeTime at={createdAt} />}
      none="Nothing failed."
      all={
        <Link to="/w/$ws/runs" params={{ ws }} search={{ status: 'failed', time: '24h' }}>
          All failed runs
        </Link>
      }
    />
  );
}

/** Told only while there is something to tell: subscriptions to events that were stopped, or fail for an hour. */
function NotTold() {
  const { id: ws } = useWorkspace();
  const now = useNow();
  const rows = (useEventSubscriptions().data ?? []).filter(
    ({ state, failingSince }) =>
      state === 'stopped' || (state === 'on' && failingSince !== null && now - Date.parse(failingSince) > 3_600_000),
  );
  if (rows.length === 0) return null;
  return (
    <HomeList
      title="Systems that are not told"
      rows={rows}
      rowKey={({ id }) => id}
      main={({ id, name, state, reason, waiting }) => (
        <>
          <Link to="/w/$ws/events/$subscriptionId" params={{ ws, subscriptionId: id }}>
            {name}
          </Link>
          <Text size="xs" c="var(--state-failed)" lineClamp={2} className="break-anywhere">
            {state === 'stopped' ? `Stopped. ${reason}` : 'The receiver does not take the events.'} To be sent:{' '}
            {waiting}.
          </Text>
        </>
      )}
      side={({ stoppedAt, failingSince }) => <RelativeTime at={stoppedAt ?? failingSince} />}
      none=""
    />
  );
}

/** Told only while there is something to tell: connections that fail, or end soon. */
function ConnectionsInNeed() {
  const { id: ws } = useWorkspace();
  const rows = needs(useConnections().data ?? [], useNow());
  if (rows.length === 0) return null;
  return (
    <HomeList
      title="Connections that need somebody"
      rows={rows}
      rowKey={({ connection }) => connection.id}
      main={({ connection: { id, name }, need }) => (
        <>
          <Link to="/w/$ws/connections/$connectionId" params={{ ws, connectionId: id }}>
            {name}
          </Link>
          <Text
            size="xs"
            c={need.kind === 'failing' || need.kind === 'ended' ? 'var(--state-failed)' : 'dimmed'}
            lineClamp={2}
            className="break-anywhere"
          >
            {need.text}
          </Text>
        </>
      )}
      side={({ need: { at } }) => at && <RelativeTime at={at} />}
      none=""
    />
  );
}

/** Told only while there is something to tell: systems that are asked for events and do not give them. */
function CannotBeRead() {
  const { id: ws } = useWorkspace();
  const failing = failingPolls(useTriggers().data ?? [], useNow());
  if (failing.length === 0) return null;
  return (
    <HomeList
      title="Events that cannot be read"
      rows={failing}
      rowKey={({ flowId, triggerId }) => `${flowId} ${triggerId}`}
      main={({ flowId, flowName, triggerId, failing: { message } }) => (
        <>
          <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }} search={{ step: triggerId }}>
            {flowName}
          </Link>
          <Text size="xs" c="var(--state-failed)" lineClamp={2} className="break-anywhere">
            {message}
          </Text>
        </>
      )}
      side={({ failing: { since } }) => <RelativeTime at={since} />}
      none=""
    />
  );
}

function Silent() {
  const { id: ws } = useWorkspace();
  const now = useNow();
  const triggers = useTriggers();
  const flows = useFlows();
  return (
    <HomeList
      title="Silent for a week"
      rows={silentTriggers(triggers.data ?? [], flows.data ?? [], now)}
      rowKey={({ flowId, triggerId }) => `${flowId} ${triggerId}`}
      main={({ flowId, flowName, kind, triggerId }) => (
        <>
          <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId }}>
            {flowName}
          </Link>
          <Text size="xs" c="dimmed">
            Its trigger {triggerId} ({kind}) is on
          </Text>
        </>
      )}
      side={({ lastDeliveryAt }) => (lastDeliveryAt ? <RelativeTime at={lastDeliveryAt} /> : 'never heard')}
      none="Every trigger that is on has heard something."
    />
  );
}
