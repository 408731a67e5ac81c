import type { Integration } from '@castellan/api';
import { Group } from '@mantine/core';
import { CirclePause, FlaskConical, Star } from 'lucide-react';
import { StatusBadge } from '../../ui/status-badge.js';
import { Tag } from '../../ui/tag.js';
import { healthStates } from './sync-words.js';

/** What is to be known of an integration wherever it is named. */
export function IntegrationTags({ integration }: { integration: Integration }) {
  const { primaryDirectory, paused, connection } = integration;
  if (!primaryDirectory && !paused && !connection.simulator) return null;
  return (
    <Group gap={6} component="span" display="inline-flex">
      {primaryDirectory && <Tag icon={Star}>Primary</Tag>}
      {paused && <Tag icon={CirclePause}>Paused</Tag>}
      {connection.simulator && <Tag icon={FlaskConical}>Simulator</Tag>}
    </Group>
  );
}

export function HealthBadge({ integration: { health }, plain }: { integration: Integration; plain?: boolean }) {
  return <StatusBadge {...healthStates[health.status]} {...(plain === undefined ? {} : { plain })} />;
}
