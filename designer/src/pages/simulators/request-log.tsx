import type { SimulatorDetail } from '@castellan/api';
import { Code, Text } from '@mantine/core';
import { useState } from 'react';
import type { z } from 'zod';
import { type Column, DataTable } from '../../ui/data-table.js';
import { detailsColumn } from '../../ui/details-column.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { JsonView } from '../../ui/json-view.js';
import { RelativeTime } from '../../ui/relative-time.js';

type Request = z.infer<typeof SimulatorDetail>['log'][number];
type Logged = Request & { place: number };

/** What a simulator was asked, newest first. */
export function RequestLog({ log }: { log: Request[] }) {
  const [opened, setOpened] = useState<number>();
  // The log is newest first: counted from its end, a request keeps its place while others come.
  const rows = log.map((request, index) => ({ ...request, place: log.length - index }));
  const columns: Column<Logged>[] = [
    detailsColumn({
      title: 'Body',
      label: ({ method, path }) => `Body of ${method} ${path}`,
      isOpen: ({ place }) => place === opened,
      has: ({ body }) => body !== undefined && body !== null,
      onToggle: ({ place }) => setOpened(place === opened ? undefined : place),
    }),
    {
      key: 'request',
      title: 'Request',
      cell: ({ method, path }) => (
        <Text size="sm" ff="monospace" className="break-anywhere">
          {method} {path}
        </Text>
      ),
    },
    {
      key: 'status',
      title: 'Answer',
      cell: ({ status }) => (
        <Text size="sm" c={status >= 400 ? 'var(--state-failed)' : undefined}>
          {status}
          {status >= 400 && ' refused'}
        </Text>
      ),
    },
    {
      key: 'key',
      title: 'Idempotency key',
      cell: ({ key }) => (key ? <Code className="break-anywhere">{key}</Code> : '–'),
      wideOnly: true,
    },
    { key: 'when', title: 'When', cell: ({ at }) => <RelativeTime at={at} /> },
  ];
  return (
    <DataTable
      label="Requests"
      columns={columns}
      rows={rows}
      rowKey={({ place }) => String(place)}
      below={({ place, body }) => place === opened && <JsonView value={body} label="body" />}
      empty={<EmptyState drawing={<ListDrawing />}>It was asked nothing since its last reset.</EmptyState>}
    />
  );
}
