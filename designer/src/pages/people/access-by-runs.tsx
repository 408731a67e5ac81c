import type { PersonDetail } from '@castellan/api';
import { Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { words } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { type Look, StatusBadge } from '../../ui/status-badge.js';
import { givenByRuns, type RunEffect } from './given-by-runs.js';

const actions: Record<string, string> = {
  grant: 'Given',
  revoke: 'Taken away',
  create: 'Made',
  update: 'Changed',
  delete: 'Deleted',
  notify: 'Told',
};

const states: Record<string, { look: Look; word: string }> = {
  done: { look: 'succeeded', word: 'Done' },
  sending: { look: 'running', word: 'Under way' },
  refused: { look: 'failed', word: 'Refused' },
  unknown: { look: 'unknown', word: 'Unknown' },
};

/** What runs gave a person and took from them, newest first, and what of it stands. */
export function AccessByRuns({ person: { runs } }: { person: PersonDetail }) {
  const { id: ws } = useWorkspace();
  const given = givenByRuns(runs);
  const columns: Column<RunEffect>[] = [
    { key: 'at', title: 'When', width: 140, cell: ({ at }) => <RelativeTime at={at} /> },
    { key: 'action', title: 'What', width: 120, cell: ({ action }) => actions[action] ?? words(action) },
    {
      key: 'object',
      title: 'Of',
      cell: ({ object, connection, operation }) => (
        <>
          {titleOf(object)}
          <Text size="xs" c="dimmed">
            {[connection, words(operation)].filter(Boolean).join(', ')}
          </Text>
        </>
      ),
    },
    {
      key: 'state',
      title: 'Outcome',
      width: 130,
      cell: ({ state }) => <StatusBadge plain {...(states[state] ?? { look: 'neutral', word: words(state) })} />,
    },
    {
      key: 'run',
      title: 'Run',
      cell: ({ runId, stepId, flow }) => (
        <Link to="/w/$ws/runs/$runId" params={{ ws, runId }} search={{ step: stepId }}>
          {flow.name}
        </Link>
      ),
    },
  ];
  return (
    <Stack gap="sm">
      {given.length > 0 && (
        <Notice look="neutral" title="Access that runs gave and have not taken back">
          {given.map(({ object, connection }) => [titleOf(object), connection].filter(Boolean).join(' in ')).join(', ')}
        </Notice>
      )}
      <DataTable
        label="Changes by runs"
        columns={columns}
        rows={runs}
        rowKey={({ runId, stepId, action, object, at }) => [runId, stepId, action, object?.id, at].join(' ')}
        empty={
          <Text size="sm" c="dimmed" p="md">
            No run has changed anything about them.
          </Text>
        }
      />
    </Stack>
  );
}

const titleOf = (object: RunEffect['object']): string => object?.title ?? object?.id ?? '–';
