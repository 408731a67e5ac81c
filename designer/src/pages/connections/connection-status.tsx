import type { ConnectionRow } from '@castellan/api';
import { Group } from '@mantine/core';
import { FlaskConical } from 'lucide-react';
import { StatusBadge } from '../../ui/status-badge.js';
import { Tag } from '../../ui/tag.js';

const shown = {
  untested: { look: 'neutral', word: 'Not tested' },
  working: { look: 'succeeded', word: 'Working' },
  failing: { look: 'failed', word: 'Failing' },
  unconnected: { look: 'waiting', word: 'Not connected' },
} as const;

export function ConnectionStatus({ connection }: { connection: ConnectionRow }) {
  return (
    <Group gap={6} wrap="nowrap">
      <StatusBadge {...shown[connection.consent?.given === false ? 'unconnected' : connection.status]} />
      {connection.simulator && <Tag icon={FlaskConical}>Simulator</Tag>}
    </Group>
  );
}
