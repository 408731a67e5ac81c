import type { FlowRow } from '@castellan/api';
import { Group, Tooltip } from '@mantine/core';
import { CircleDot, FlaskConical, PencilLine, TriangleAlert } from 'lucide-react';
import { StatusBadge, stateIcons } from '../../ui/status-badge.js';
import { Tag } from '../../ui/tag.js';

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
      {flow.misfits > 0 && (
        <Tooltip
          label={`Version ${flow.published} no longer fits this release and its connectors. Open the flow to see where.`}
        >
          <span>
            <Tag icon={TriangleAlert}>No longer fits</Tag>
          </span>
        </Tooltip>
      )}
      {flow.published !== null && flow.changed && (
        <Tooltip label="The draft differs from the published version">
          <span>
            <Tag icon={PencilLine}>Draft changed</Tag>
          </span>
        </Tooltip>
      )}
      {flow.usesSimulators && (
        <Tooltip label="Some of its connections are simulators">
          <span>
            <Tag icon={FlaskConical}>Simulators</Tag>
          </span>
        </Tooltip>
      )}
    </Group>
  );
}
