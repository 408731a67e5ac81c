import type { EmittedEventSubscription } from '@castellan/api';
import { Button, Group, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useEventSubscriptions, useEventTypes } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { SubscriptionState } from './subscription-state.js';

export function SubscriptionList() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const list = useEventSubscriptions();
  const types = useEventTypes().data;
  const columns: Column<EmittedEventSubscription>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: (row) => (
        <div>
          <Link to="/w/$ws/events/$subscriptionId" params={{ ws, subscriptionId: row.id }}>
            {row.name}
          </Link>
          <Text size="xs" c="dimmed" className="break-anywhere">
            {row.url}
          </Text>
        </div>
      ),
    },
    {
      key: 'event',
      title: 'Event',
      cell: (row) => types?.find(({ type }) => type === row.event)?.title ?? row.event,
    },
    { key: 'state', title: 'State', cell: (row) => <SubscriptionState {...row} /> },
    { key: 'waiting', title: 'To be sent', align: 'right', cell: ({ waiting }) => waiting, wideOnly: true },
    { key: 'sent', title: 'Last sent', cell: (row) => <RelativeTime at={row.lastSentAt} /> },
  ];
  return (
    <section aria-label="Subscriptions">
      <Group justify="space-between" mb="sm" align="flex-end">
        <Title order={2}>Subscriptions</Title>
        {can('connection:write') && (
          <Button
            leftSection={<Plus size={16} aria-hidden />}
            renderRoot={(props) => <Link {...props} to="/w/$ws/events/new" params={{ ws }} search={{}} />}
          >
            New subscription
          </Button>
        )}
      </Group>
      {list.isLoadingError ? (
        <Failure what="The subscriptions cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Subscriptions"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.id}
          onOpen={({ id }) =>
            void navigate({ to: '/w/$ws/events/$subscriptionId', params: { ws, subscriptionId: id } })
          }
          empty={
            <EmptyState drawing={<ListDrawing />}>
              Nobody is told anything yet. A subscription sends one kind of event to an address of your choice.
            </EmptyState>
          }
        />
      )}
    </section>
  );
}
