import { Button, Stack, Tabs, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useResetSimulator, useSimulator } from '../../api/simulators.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Page } from '../../ui/page.js';
import { PendingPage } from '../../ui/pending-page.js';
import { ChannelView } from './channel-view.js';
import { HeldTable } from './held-table.js';
import { RequestLog } from './request-log.js';

const route = getRouteApi('/w/$ws/simulators/$simulatorId');

export function SimulatorPage() {
  const { id: ws } = useWorkspace();
  const { simulatorId } = route.useParams();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useSimulator(simulatorId);
  const back = (
    <Link to="/w/$ws/simulators" params={{ ws }} activeOptions={{ exact: true }}>
      Simulators
    </Link>
  );
  if (!data) {
    return (
      <PendingPage
        title="Simulator"
        back={back}
        what="The simulator cannot be read"
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  const { tables, channels } = data.view;
  const first = channels.some(({ messages }) => messages.length > 0)
    ? 'messages'
    : tables.length > 0
      ? 'tables'
      : 'requests';
  return (
    <Page
      title={data.title}
      back={back}
      lead="A simulator: what it holds since its last reset, and what it was asked"
      actions={<ResetButton id={simulatorId} title={data.title} />}
    >
      <Tabs
        value={tab ?? first}
        onChange={(next) => void navigate({ search: { tab: next ?? undefined }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {tables.length > 0 && <Tabs.Tab value="tables">What it holds</Tabs.Tab>}
          {channels.length > 0 && <Tabs.Tab value="messages">Messages</Tabs.Tab>}
          <Tabs.Tab value="requests">Requests ({data.requests})</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tables">
          <Stack gap="lg">
            {tables.map((table) => (
              <HeldTable key={table.title} table={table} />
            ))}
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="messages">
          <Stack gap="lg">
            {channels.map((channel) => (
              <ChannelView key={channel.title} channel={channel} />
            ))}
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="requests">
          <RequestLog log={data.log} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function ResetButton({ id, title }: { id: string; title: string }) {
  const { can } = useWorkspace();
  const reset = useResetSimulator(id);
  const [asking, setAsking] = useState(false);
  if (!can('simulator:reset')) return null;
  return (
    <>
      <Button variant="default" leftSection={<RotateCcw size={16} aria-hidden />} onClick={() => setAsking(true)}>
        Reset
      </Button>
      <ConfirmDialog
        opened={asking}
        title={`Reset the ${title} simulator?`}
        verb="Reset"
        busy={reset.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => reset.mutate(undefined, { onSuccess: () => setAsking(false) })}
      >
        <Text size="sm">It goes back to its first data and forgets its requests.</Text>
      </ConfirmDialog>
    </>
  );
}
