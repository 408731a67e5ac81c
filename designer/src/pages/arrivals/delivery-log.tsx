import type { Delivery } from '@castellan/api';
import { Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useDeliveries } from '../../api/triggers.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { detailsColumn } from '../../ui/details-column.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { bytes, exactTime } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { Tag } from '../../ui/tag.js';
import { DeliveryDetails } from './delivery-details.js';
import { DeliveryFilters, deliveryLooks, useDeliveryFilter } from './delivery-filters.js';
import { RedeliverAll } from './redeliver-all.js';

/** All that arrived, with what came of it. */
export function DeliveryLog() {
  const { id: ws } = useWorkspace();
  const filter = useDeliveryFilter();
  const list = useDeliveries(filter);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const [opened, setOpened] = useState<string>();
  const toggle = ({ id }: Delivery) => setOpened(id === opened ? undefined : id);
  const columns: Column<Delivery>[] = [
    detailsColumn({
      title: 'Details',
      label: (row) => `Details of the delivery: ${sentTo(row)}`,
      isOpen: ({ id }) => id === opened,
      onToggle: toggle,
    }),
    {
      key: 'status',
      title: 'Status',
      cell: (row) => (
        <Group gap={6} wrap="nowrap">
          <StatusBadge {...deliveryLooks[row.status]} />
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
      <Group justify="space-between" gap="sm">
        <DeliveryFilters />
        <RedeliverAll filter={filter} />
      </Group>
      {list.isLoadingError ? (
        <Failure what="The deliveries cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Deliveries"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.id}
          onOpen={toggle}
          below={(row) => row.id === opened && <DeliveryDetails delivery={row} />}
          more={moreOf(list)}
          empty={
            <EmptyState drawing={<ListDrawing />}>
              {isFiltered
                ? 'No delivery fits these filters.'
                : 'Nothing has arrived yet. What reaches a webhook or is read from a system is listed here, also when it starts nothing.'}
            </EmptyState>
          }
        />
      )}
    </Stack>
  );
}

/** Where it was heard: an address, a clock, or a system that was asked, maybe for what it did not deliver. */
function sentTo({ method, address, scheduledAt, polled, swept }: Delivery): string {
  if (scheduledAt !== null) return `Schedule, ${exactTime(scheduledAt)}`;
  if (swept && polled) return `Found by the sweep of ${polled.connection}: ${polled.event}`;
  return polled === null ? `${method} ${address}` : `Read from ${polled.connection}: ${polled.event}`;
}
