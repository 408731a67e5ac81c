import type { Delivery } from '@castellan/api';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Repeat } from 'lucide-react';
import { useRedeliver } from '../../api/triggers.js';
import { useWorkspace } from '../../api/workspace.js';
import { JsonView } from '../../ui/json-view.js';

/** Statuses of what cannot be delivered again: it was not kept, or comes by itself. */
const notAgain: Delivery['status'][] = ['refused', 'queued'];

/** A delivery as it came, without secrets, and what can be done with it. */
export function DeliveryDetails({ delivery }: { delivery: Delivery }) {
  const { can } = useWorkspace();
  const redeliver = useRedeliver();
  const isUnmatched = delivery.status === 'unmatched';
  const again = () =>
    redeliver.mutate(delivery, {
      onSuccess: ({ runIds, wokenRunIds }) =>
        notifications.show({
          message:
            isUnmatched && runIds.length === 0
              ? 'It cannot be matched yet: see its reason.'
              : `Taken in again${cameOfIt(runIds.length, wokenRunIds.length)}.`,
        }),
    });
  return (
    <Stack py="xs">
      {delivery.reason && <Text size="sm">{delivery.reason}</Text>}
      <Facts delivery={delivery} />
      {can('run:operate') && !notAgain.includes(delivery.status) && (
        <Group>
          <Button
            size="xs"
            variant="default"
            leftSection={<Repeat size={14} aria-hidden />}
            loading={redeliver.isPending}
            onClick={again}
          >
            {isUnmatched ? 'Match again' : 'Deliver again'}
          </Button>
        </Group>
      )}
      {delivery.status !== 'refused' && <Part title="Body" value={delivery.body} />}
      {Object.keys(delivery.query).length > 0 && <Part title="Query" value={delivery.query} />}
      <Part title="Headers" value={delivery.headers} />
    </Stack>
  );
}

function Facts({ delivery: { source, externalId, againOf, again } }: { delivery: Delivery }) {
  const facts = [
    source !== null && `From ${source}`,
    externalId !== null && `the sender’s id ${externalId}`,
    againOf !== null && 'delivered again by hand',
    again.length > 0 && `delivered again ${again.length === 1 ? 'once' : `${again.length} times`} since`,
  ].filter((fact) => fact !== false);
  return facts.length === 0 ? null : (
    <Text size="xs" c="dimmed" className="break-anywhere">
      {facts.join(' · ')}
    </Text>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  return (
    <section>
      <Title order={3} mb={4}>
        {title}
      </Title>
      <JsonView value={value} label={title.toLowerCase()} />
    </section>
  );
}

function cameOfIt(began: number, woken: number): string {
  if (began > 0) return '; a run began';
  return woken > 0 ? '; a run that waited for it goes on' : '';
}
