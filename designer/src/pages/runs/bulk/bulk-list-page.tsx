import type { BulkAction } from '@castellan/api';
import { Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useBulkActions, useWorkspace } from '../../../api/index.js';
import { type Column, DataTable, moreOf } from '../../../ui/data-table.js';
import { ListDrawing } from '../../../ui/drawings.js';
import { EmptyState } from '../../../ui/empty-state.js';
import { Failure } from '../../../ui/failure.js';
import { capital } from '../../../ui/format.js';
import { Page } from '../../../ui/page.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import { actionTitle, progressWords, wishWords } from './bulk-words.js';

/** What was done to many runs at one time, and what is under way. */
export function BulkListPage() {
  const { id: ws } = useWorkspace();
  const navigate = useNavigate();
  const list = useBulkActions();
  const columns: Column<BulkAction>[] = [
    {
      key: 'what',
      title: 'What',
      cell: (row) => (
        <>
          <Link to="/w/$ws/runs/bulk/$bulkId" params={{ ws, bulkId: row.id }}>
            {actionTitle(row)}
          </Link>
          {wishWords(row) !== '' && (
            <Text size="xs" c="dimmed">
              {capital(wishWords(row))}
            </Text>
          )}
        </>
      ),
    },
    { key: 'came', title: 'What came of it', cell: progressWords },
    { key: 'by', title: 'By', cell: ({ by }) => by, wideOnly: true },
    { key: 'when', title: 'When', cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
  ];
  return (
    <Page
      title="Actions on many runs"
      back={
        <Link to="/w/$ws/runs" params={{ ws }}>
          Runs
        </Link>
      }
    >
      {list.isLoadingError ? (
        <Failure what="The actions cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Actions on many runs"
          columns={columns}
          rows={list.data}
          rowKey={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/w/$ws/runs/bulk/$bulkId', params: { ws, bulkId: id } })}
          more={moreOf(list)}
          empty={
            <EmptyState drawing={<ListDrawing />}>
              Nothing was done to many runs yet. Choose runs in their list, then retry or cancel them.
            </EmptyState>
          }
        />
      )}
    </Page>
  );
}
