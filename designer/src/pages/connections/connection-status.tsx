import type { ConnectionRow } from '@castellan/api';
import { Badge, Group } from '@mantine/core';
import { FlaskConical } from 'lucide-react';
import { StatusBadge } from '../../ui/status-badge.js';

const shown = {
  untested: { look: 'neutral', word: 'Untested' },
  working: { look: 'succeeded', word: 'Working' },
  failing: { look: 'failed', word: 'Failing' },
} as const;

export function ConnectionStatus({ connection }: { connection: ConnectionRow }) {
  return (
    <Group gap={6} wrap="nowrap">
      <StatusBadge {...shown[connection.status]} />
      {connection.simulator && <SimulatorBadge />}
    </Group>
  );
}

/** Nothing real is behind it. */
export function SimulatorBadge() {
  return (
    <Badge variant="outline" color="gray" tt="none" fw={500} leftSection={<FlaskConical size={12} aria-hidden />}>
      Simulator
    </Badge>
  );
}
