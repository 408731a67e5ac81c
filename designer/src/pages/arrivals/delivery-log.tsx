import type { Delivery } from '@castellan/api';
import { ActionIcon, Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronDown, ChevronRight, Repeat } from 'lucide-react';
import { useState } from 'react';
import { useFlows } from '../../api/flows.js';
import { useDeliveries, useRedeliver } from '../../api/triggers.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { bytes, exactTime } from '../../ui/format.js';
import { JsonView } from '../../ui/json-view.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { type Look, StatusBadge } from '../../ui/status-badge.js';
import { Tag } from '../../ui/tag.js';

const route = getRouteApi('/w/$ws/arrivals');

const shown: Record<Delivery['status'], { look: Look; word: string }> = {
  accepted: { look: 'succeeded', word: 'Accepted' },
  refused: { look: 'failed', word: 'Refused' },
  filtered: { look: 'skipped', word: 'Filtered' },
  unmatched: { look: 'waiting', word: 'Unmatched' },
  duplicate: { look: 'skipped', word: 'Duplicate' },
  queued: { look: 'waiting', word: 'Queued' },
  skipped: { look: 'skipped', word: 'Skipped' },
  waiting: { look: 'waiting', word: 'Waiting' },
  missed: { look: 'failed', word: 'Missed' },
};

export function DeliveryLog() {
  const { id: ws } = useWorkspace();
  const { flow, status } = route.useSearch();
  const navigate = route.useNavigate();
  const flows = useFlows().data ?? [];
  const list = useDeliveries({ flowId: flow, status });
  const [opened, setOpened] = useState<string>();
  const columns: Column<Delivery>[] = [
    {
      key: 'open',
      title: 'Details',
      titleHidden: true,
      width: 48,
      cell: (row) => {
        const open = row.id === opened;
        const Icon = open ? ChevronDown : ChevronRight;
        return (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={open}
            aria-label={`Details of the delivery: ${sentTo(row)}`}
            onClick={() => setOpened(open ? undefined : row.id)}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        );
      },
    },
    {
      key: 'status',
      title: 'Status',
      cell: (row) => (
        <Group gap={6} wrap="nowrap">
          <StatusBadge {...shown[row.status]} />
          {row.sample && <Tag>Sample</Tag>}
        </Group>
      ),
    },
    {
      key: 'address',
      title: 'Sent to',
      cell: (row) => (
        <Text size="sm" className="break-anywhere">
          {sentTo(row)}
        </Text>
      ),
      wideOnly: true,
    },
    {
      key: 'runs',
      title: 'Came of it',
      cell: (row) =>
        row.runs.length + row.woke.length === 0 ? (
          <Text size="sm" c="dimmed" className="break-anywhere">
            {row.reason ?? 'no run'}
          </Text>
        ) : (
          <>
            {row.runs.map(({ runId, flowName }) => (
              <div key={runId}>
                <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
                  {flowName}
                </Link>
              </div>
            ))}
            {row.woke.map(({ runId, flowName, stepId }) => (
              <Text key={`${runId} ${stepId}`} size="sm" component="div">
                awaited by{' '}
                <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
                  {flowName}
                </Link>
              </Text>
            ))}
          </>
        ),
    },
    { key: 'size', title: 'Size', align: 'right', cell: (row) => bytes(row.size), wideOnly: true },
    { key: 'when', title: 'When', cell: (row) => <RelativeTime at={row.receivedAt} /> },
  ];
  return (
    <Stack>
      <Group gap="sm" role="search" aria-label="Filter deliveries">
        <Select
          aria-label="Flow"
          placeholder="All flows"
          data={flows.map(({ id, name }) => ({ value: id, label: name }))}
          value={flow ?? null}
          onChange={(next) => void navigate({ search: (now) => ({ ...now, flow: next ?? undefined }), replace: true })}
          searchable
          clearable
          w={220}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          data={Object.entries(shown).map(([value, { word }]) => ({ value, label: word }))}
          value={status ?? null}
          onChange={(next) =>
            void navigate({ search: (now) => ({ ...now, status: next ?? undefined }), replace: true })
          }
          clearable
          w={160}
        />
      </Group>
      {list.isLoadingError ? (
        <Failure what="The deliveries cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Deliveries"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.id}
          onOpen={({ id }) => setOpened(id === opened ? undefined : id)}
          below={(row) => row.id === opened && <DeliveryDetails delivery={row} />}
          more={{ has: list.hasNextPage, loading: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
          empty={
            <EmptyState drawing={<ListDrawing />}>
              {flow || status
                ? 'No delivery fits these filters.'
                : 'Nothing has arrived yet. What reaches a webhook or is read from a system is listed here, also when it starts nothing.'}
            </EmptyState>
          }
        />
      )}
    </Stack>
  );
}

/** Where it was heard: an address, a clock, or a system that was asked. */
function sentTo({ method, address, scheduledAt, polled }: Delivery): string {
  if (scheduledAt !== null) return `Schedule, ${exactTime(scheduledAt)}`;
  return polled === null ? `${method} ${address}` : `Read from ${polled.connection}: ${polled.event}`;
}

function DeliveryDetails({ delivery }: { delivery: Delivery }) {
  const { can } = useWorkspace();
  const redeliver = useRedeliver();
  const again = () =>
    redeliver.mutate(delivery, {
      onSuccess: ({ runIds, wokenRunIds }) =>
        notifications.show({ message: `Taken in again${cameOfIt(runIds.length, wokenRunIds.length)}.` }),
    });
  return (
    <Stack py="xs">
      {delivery.reason && <Text size="sm">{delivery.reason}</Text>}
      {can('run:operate') && (
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<Repeat size={14} aria-hidden />}
            loading={redeliver.isPending}
            onClick={again}
          >
            Deliver again
          </Button>
        </Group>
      )}
      <section>
        <Title order={3} mb={4}>
          Body
        </Title>
        <JsonView value={delivery.body} label="body" />
      </section>
      <section>
        <Title order={3} mb={4}>
          Headers
        </Title>
        <JsonView value={delivery.headers} label="headers" />
      </section>
    </Stack>
  );
}

function cameOfIt(began: number, woken: number): string {
  if (began > 0) return '; a run began';
  return woken > 0 ? '; a run that waited for it goes on' : '';
}
