import type { DeliveryFilter } from '@castellan/api';
import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Repeat } from 'lucide-react';
import { useState } from 'react';
import { useRedeliverAll, useRedeliverable } from '../../api/triggers.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';

/** Has all deliveries that fit the filters delivered again, after it was said how many they are. */
export function RedeliverAll({ filter }: { filter: DeliveryFilter }) {
  const { can } = useWorkspace();
  const [asked, setAsked] = useState(false);
  const { data: count, error } = useRedeliverable(filter, asked);
  const redeliver = useRedeliverAll();
  if (!can('run:operate')) return null;
  const deliver = () =>
    redeliver.mutate(filter, {
      onSuccess: ({ deliveries, runs, left }) => {
        setAsked(false);
        notifications.show({
          message: `Delivered again: ${deliveries}. Runs that began: ${runs}.${left > 0 ? ` Left: ${left}.` : ''}`,
        });
      },
    });
  return (
    <>
      <Button
        variant="default"
        leftSection={<Repeat size={14} aria-hidden />}
        onClick={() => {
          redeliver.reset();
          setAsked(true);
        }}
      >
        Deliver these again
      </Button>
      <ConfirmDialog
        opened={asked}
        title="Deliver again what fits the filters"
        verb={count === undefined ? 'Deliver again' : `Deliver ${Math.min(count.deliveries, count.most)} again`}
        busy={redeliver.isPending}
        disabled={count === undefined || count.deliveries === 0}
        onConfirm={deliver}
        onClose={() => setAsked(false)}
      >
        {count !== undefined && (
          <Text size="sm">
            {count.deliveries === 0
              ? 'None of them can be delivered again: they were refused, wait in a queue, are samples, or were delivered again before.'
              : `${count.deliveries} can be delivered again${count.deliveries > count.most ? `; the first ${count.most} now` : ''}. Each begins the runs that its flows make of it today, also where it began some before.`}
          </Text>
        )}
        {error !== null && <Failure what="They cannot be counted" error={error} />}
        {redeliver.error !== null && <Failure what="They were not delivered again" error={redeliver.error} />}
      </ConfirmDialog>
    </>
  );
}
