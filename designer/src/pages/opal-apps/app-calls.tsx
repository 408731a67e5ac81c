import type { OpalApp, OpalAppCall } from '@castellan/api';
import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useOpalAppCalls } from '../../api/opal-apps.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { callColumns } from './call-columns.js';

/** What Opal asked lately, and what it was told. */
export function AppCalls({ app }: { app: OpalApp }) {
  const { id: ws } = useWorkspace();
  const list = useOpalAppCalls(app.id);
  const columns: Column<OpalAppCall>[] = [
    { key: 'at', title: 'When', cell: ({ at }) => <RelativeTime at={at} />, width: 150 },
    ...callColumns,
    { key: 'reason', title: 'Why', cell: ({ reason }) => reason ?? '–', wideOnly: true },
    {
      key: 'run',
      title: 'Run',
      cell: ({ runId }) =>
        runId === null ? (
          '–'
        ) : (
          <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
            Run
          </Link>
        ),
    },
  ];
  return (
    <section aria-label="Last calls">
      <Title order={2} mb="xs">
        Last calls
      </Title>
      {list.isLoadingError ? (
        <Failure what="The calls cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Last calls"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.id}
          more={moreOf(list)}
          empty={
            <Text c="dimmed" size="sm" p="md">
              Opal has not called yet.
            </Text>
          }
        />
      )}
    </section>
  );
}
