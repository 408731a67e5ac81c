import type { EmittedEventSubscription, EventSending } from '@castellan/api';
import { Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Repeat } from 'lucide-react';
import { useState } from 'react';
import { type EventDeliveryState, useEventDeliveries, useSendFailedAgain } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { detailsColumn } from '../../ui/details-column.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { SearchField } from '../../ui/search-field.js';
import { type Look, StatusBadge } from '../../ui/status-badge.js';
import { Tag } from '../../ui/tag.js';
import { EventDeliveryDetails } from './event-delivery-details.js';

const looks: Record<EventSending['state'], { look: Look; word: string }> = {
  waiting: { look: 'waiting', word: 'To be sent' },
  sent: { look: 'succeeded', word: 'Received' },
  failed: { look: 'failed', word: 'Given up' },
  filtered: { look: 'skipped', word: 'Kept back' },
  skipped: { look: 'skipped', word: 'Skipped' },
};

const notReceived = { look: 'failed', word: 'Not received' } as const;

/** What was sent, with what the receiver made of it. */
export function EventDeliveryLog({ subscription }: { subscription: EmittedEventSubscription }) {
  const { can } = useWorkspace();
  const [filter, setFilter] = useState<{ state?: EventDeliveryState; q?: string }>({});
  const [opened, setOpened] = useState<string>();
  const list = useEventDeliveries(subscription.id, filter);
  const again = useSendFailedAgain();
  const toggle = ({ id }: EventSending) => setOpened(id === opened ? undefined : id);
  const columns: Column<EventSending>[] = [
    detailsColumn({
      title: 'Details',
      label: ({ eventId }) => `Details of event ${eventId}`,
      isOpen: ({ id }) => id === opened,
      onToggle: toggle,
    }),
    {
      key: 'state',
      title: 'State',
      cell: ({ state, test }) => (
        <Group gap={6} wrap="nowrap">
          <StatusBadge {...(test && state === 'failed' ? notReceived : looks[state])} />
          {test && <Tag>Test</Tag>}
        </Group>
      ),
    },
    {
      key: 'said',
      title: 'Last attempt',
      cell: (row) => <LastAttempt sending={row} isOn={subscription.state === 'on'} />,
    },
    { key: 'attempts', title: 'Attempts', align: 'right', cell: ({ attempts }) => attempts.length, wideOnly: true },
    { key: 'at', title: 'Happened', cell: ({ at }) => <RelativeTime at={at} /> },
  ];
  return (
    <section aria-label="Deliveries">
      <Group justify="space-between" mb="sm" align="flex-end">
        <Title order={2}>Deliveries</Title>
        {can('run:operate') && subscription.failed > 0 && subscription.state === 'on' && (
          <Button
            variant="default"
            size="xs"
            leftSection={<Repeat size={14} aria-hidden />}
            loading={again.isPending}
            onClick={() =>
              again.mutate(subscription.id, {
                onSuccess: ({ count }) => notifications.show({ message: `To be sent again: ${count}.` }),
              })
            }
          >
            Send again what was given up
          </Button>
        )}
      </Group>
      <Stack>
        <Group gap="sm" role="search" aria-label="Filter deliveries">
          <SearchField
            label="Search deliveries"
            hint="Finds text in an event, its id, and in what the receiver said."
            value={filter.q ?? ''}
            onChange={(q) => setFilter({ ...filter, q: q || undefined })}
          />
          <Select
            aria-label="State"
            placeholder="Any state"
            data={Object.entries(looks).map(([value, { word }]) => ({ value, label: word }))}
            value={filter.state ?? null}
            onChange={(state) => setFilter({ ...filter, state: (state as EventDeliveryState | null) ?? undefined })}
            clearable
            w={170}
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
            onOpen={toggle}
            below={(row) =>
              row.id === opened && <EventDeliveryDetails sending={row} isOn={subscription.state === 'on'} />
            }
            more={moreOf(list)}
            empty={
              <EmptyState drawing={<ListDrawing />}>
                {filter.state || filter.q
                  ? 'No delivery fits these filters.'
                  : 'Nothing has happened yet that is told here.'}
              </EmptyState>
            }
          />
        )}
      </Stack>
    </section>
  );
}

function LastAttempt({ sending: { attempts, state, dueAt }, isOn }: { sending: EventSending; isOn: boolean }) {
  const last = attempts.at(-1);
  return (
    <Text size="sm" component="div" className="break-anywhere" c={last ? undefined : 'dimmed'}>
      {last ? (last.problem ?? String(last.status)) : state === 'filtered' ? 'the filter kept it back' : 'none yet'}
      {isOn && last && dueAt && (
        <Text size="xs" c="dimmed">
          again <RelativeTime at={dueAt} />
        </Text>
      )}
    </Text>
  );
}
