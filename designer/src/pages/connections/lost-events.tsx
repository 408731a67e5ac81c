import type { ConnectionRow } from '@castellan/api';
import { Stack, Text, Title } from '@mantine/core';
import { useSweeps } from '../../api/index.js';
import { SweepCard } from '../../sweeps/sweep-card.js';
import { Failure } from '../../ui/failure.js';

/** How what is delivered to the connection is checked for events that were lost on the way. */
export function LostEvents({ connection }: { connection: ConnectionRow }) {
  const sweeps = useSweeps(connection.id);
  if (sweeps.error) return <Failure what="It cannot be read how deliveries are checked" error={sweeps.error} />;
  const items = sweeps.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-label="Lost events">
      <Title order={2} mb="xs">
        Lost events
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        For all flows that listen to an event of this connection.
      </Text>
      <Stack gap="sm">
        {items.map((sweep) => (
          <SweepCard key={sweep.event} sweep={sweep} title={sweep.title} />
        ))}
      </Stack>
    </section>
  );
}
