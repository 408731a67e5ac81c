import type { TableInfo } from '@castellan/api';
import { Button, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useTables } from '../../api/tables.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';

export function TablesPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const list = useTables();
  const columns: Column<TableInfo>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: ({ id, name, description }) => (
        <div>
          <Link to="/w/$ws/tables/$tableId" params={{ ws, tableId: id }}>
            {name}
          </Link>
          {description !== '' && (
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          )}
        </div>
      ),
    },
    { key: 'rows', title: 'Rows', cell: ({ rowCount }) => rowCount.toLocaleString('en-GB'), align: 'right' },
    {
      key: 'used',
      title: 'Used by',
      cell: ({ usedBy }) => (usedBy.length === 0 ? '–' : count(usedBy.length, 'flow')),
      wideOnly: true,
    },
    { key: 'changed', title: 'Changed', cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />, wideOnly: true },
  ];
  const make = can('table:write') && (
    <Button
      leftSection={<Plus size={16} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/w/$ws/tables/new" params={{ ws }} />}
    >
      New table
    </Button>
  );
  return (
    <Page
      title="Tables"
      lead="Rows that people and flows share: role maps, reminders sent, places in a log."
      actions={make}
    >
      {list.isLoadingError ? (
        <Failure what="The tables cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Tables"
          columns={columns}
          rows={list.data?.items}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/w/$ws/tables/$tableId', params: { ws, tableId: id } })}
          empty={
            <EmptyState drawing={<ListDrawing />} action={make}>
              There is no table yet. A template makes those that it needs.
            </EmptyState>
          }
        />
      )}
    </Page>
  );
}
