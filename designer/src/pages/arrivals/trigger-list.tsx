import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTriggers } from '../../api/triggers.js';
import { useWorkspace } from '../../api/workspace.js';
import { CopyButton } from '../../ui/copy-button.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { words } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge, stateIcons } from '../../ui/status-badge.js';

type TriggerRow = NonNullable<ReturnType<typeof useTriggers>['data']>[number];

export function TriggerList() {
  const { id: ws } = useWorkspace();
  const list = useTriggers();
  const columns: Column<TriggerRow>[] = [
    {
      key: 'flow',
      title: 'Flow',
      cell: (row) => (
        <Link to="/w/$ws/flows/$flowId" params={{ ws, flowId: row.flowId }} search={{ step: row.triggerId }}>
          {row.flowName}
        </Link>
      ),
    },
    {
      key: 'trigger',
      title: 'Trigger',
      cell: ({ title, triggerId, kind }) => (
        <>
          {title ?? triggerId}
          <Text size="xs" c="dimmed">
            {words(kind)}
          </Text>
        </>
      ),
    },
    { key: 'state', title: 'State', cell: (row) => <State trigger={row} /> },
    { key: 'url', title: 'Address', cell: (row) => <Address trigger={row} />, wideOnly: true },
    { key: 'last', title: 'Last delivery', cell: (row) => <RelativeTime at={row.lastDeliveryAt} /> },
  ];
  if (list.isLoadingError) {
    return <Failure what="The triggers cannot be read" error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <DataTable
      label="Triggers"
      columns={columns}
      rows={list.data}
      rowKey={(row) => `${row.flowId} ${row.triggerId}`}
      more={moreOf(list)}
      empty={<EmptyState drawing={<ListDrawing />}>A published flow lists its triggers here.</EmptyState>}
    />
  );
}

function State({ trigger: { enabled, poll } }: { trigger: TriggerRow }) {
  if (!enabled) return <StatusBadge look="neutral" word="Off" icon={stateIcons.paused} />;
  return poll?.failing ? (
    <StatusBadge look="failed" word="Cannot be read" />
  ) : (
    <StatusBadge look="succeeded" word="On" />
  );
}

/** Where it listens; or that it asks, and why it gets no answer. */
function Address({ trigger: { flowName, url, poll } }: { trigger: TriggerRow }) {
  if (poll !== null) {
    return (
      <Text size="xs" c="dimmed" lineClamp={2} className="break-anywhere">
        {poll.failing?.message ?? 'None: its events are read from the system'}
      </Text>
    );
  }
  if (url === null) return null;
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="xs" ff="monospace" className="break-anywhere">
        {url}
      </Text>
      <CopyButton value={url} title={`Copy the address of ${flowName}`} />
    </Group>
  );
}
