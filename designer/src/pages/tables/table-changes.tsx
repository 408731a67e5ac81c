import type { TableChange, TableInfo } from '@castellan/api';
import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Undo2 } from 'lucide-react';
import { usePutBack, useTableChanges } from '../../api/tables.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { cellText, rowTitle } from './cell-text.js';

/** What became of the rows of a table, or of one of them, newest first; each change can be taken back. */
export function TableChanges({ table, rowKey }: { table: TableInfo; rowKey?: string }) {
  const { id: ws, can } = useWorkspace();
  const list = useTableChanges(table.id, rowKey);
  const putBack = usePutBack(table.id);
  const columns: Column<TableChange>[] = [
    {
      key: 'what',
      title: 'What changed',
      cell: (change) => (
        <div>
          {rowKey === undefined && (
            <Text size="sm" fw={500}>
              {rowTitle(table.columns, table.key, change.after ?? change.before ?? {})}
            </Text>
          )}
          <Differences table={table} change={change} />
        </div>
      ),
    },
    {
      key: 'who',
      title: 'By',
      cell: ({ actor, runId, step }) =>
        runId === null ? (
          actor
        ) : (
          <Link to="/w/$ws/runs/$runId" params={{ ws, runId }} search={{ step: step ?? undefined }}>
            Run, step {step}
          </Link>
        ),
    },
    { key: 'when', title: 'When', cell: ({ at }) => <RelativeTime at={at} />, width: 130 },
    {
      key: 'back',
      title: 'Take back',
      titleHidden: true,
      cell: ({ version }) =>
        can('table:write') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Undo2 size={14} aria-hidden />}
            loading={putBack.isPending && putBack.variables === version}
            onClick={() => putBack.mutate(version)}
          >
            Put back
          </Button>
        ),
    },
  ];
  if (list.isLoadingError) {
    return <Failure what="The changes cannot be read" error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <>
      {putBack.error && <Failure what="Not put back" error={putBack.error} />}
      <DataTable
        label="Changes"
        columns={columns}
        rows={list.data}
        rowKey={({ version }) => String(version)}
        more={moreOf(list)}
        empty={
          <Text c="dimmed" size="sm" p="md">
            Nothing has changed yet.
          </Text>
        }
      />
    </>
  );
}

function Differences({ table, change: { before, after } }: { table: TableInfo; change: TableChange }) {
  if (after === null) return <Text size="sm">Removed</Text>;
  const differing = table.columns.filter(
    ({ name }) => JSON.stringify(before?.[name] ?? null) !== JSON.stringify(after[name] ?? null),
  );
  return (
    <Text size="sm" className="break-anywhere">
      {before === null ? 'Added: ' : ''}
      {differing
        .map(({ name, title }) =>
          before === null
            ? `${title} ${cellText(after[name])}`
            : `${title} ${cellText(before[name]) || '–'} → ${cellText(after[name]) || '–'}`,
        )
        .join(' · ')}
    </Text>
  );
}
