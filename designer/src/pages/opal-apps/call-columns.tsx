import type { OpalAppCall } from '@castellan/api';
import { Text } from '@mantine/core';
import type { Column } from '../../ui/data-table.js';
import { StatusBadge } from '../../ui/status-badge.js';

/** What is asked of an app, and the status with which it answers: as Opal calls it, and as the check does. */
export const callColumns: Column<Pick<OpalAppCall, 'method' | 'target' | 'status'>>[] = [
  {
    key: 'call',
    title: 'Call',
    cell: ({ method, target }) => (
      <Text size="sm" className="break-anywhere">
        {method} {target}
      </Text>
    ),
  },
  {
    key: 'status',
    title: 'Answer',
    cell: ({ status }) => <StatusBadge look={status === 200 ? 'succeeded' : 'failed'} word={String(status)} />,
  },
];
