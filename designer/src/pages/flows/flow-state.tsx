import type { FlowRow } from '@castellan/api';
import { Badge, Group, Tooltip } from '@mantine/core';
import { CircleDot, FlaskConical, PencilLine } from 'lucide-react';
import { StatusBadge, stateIcons } from '../../ui/status-badge.js';

/** Whether a flow runs, by which version, and what is remarkable about it. */
export function FlowState({ flow }: { flow: FlowRow }) {
  return (
    <Group gap={6}>
      {flow.published === null ? (
        <StatusBadge look="skipped" word="Never published" />
      ) : flow.enabled ? (
        <StatusBadge look="succeeded" word={`On, v${flow.published}`} icon={CircleDot} />
      ) : (
        <StatusBadge look="neutral" word={`Off, v${flow.published}`} icon={stateIcons.paused} />
      )}
      {flow.published !== null && flow.changed && (
        <Tooltip label="The draft differs from the published version">
          <Badge variant="outline" color="gray" tt="none" fw={500} leftSection={<PencilLine size={12} aria-hidden />}>
            Draft changed
          </Badge>
        </Tooltip>
      )}
      {flow.usesSimulators && (
        <Tooltip label="Some of its connections are simulators">
          <Badge variant="outline" color="gray" tt="none" fw={500} leftSection={<FlaskConical size={12} aria-hidden />}>
            Simulators
          </Badge>
        </Tooltip>
      )}
    </Group>
  );
}
