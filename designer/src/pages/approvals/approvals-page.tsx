import type { Approval } from '@castellan/api';
import { Button, SegmentedControl, Stack, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { UserRoundCheck } from 'lucide-react';
import { useApprovals } from '../../api/approvals.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { DecisionDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { ApprovalStatus } from './approval-status.js';

const route = getRouteApi('/w/$ws/approvals');

const views = [
  { value: 'mine', label: 'For me' },
  { value: 'open', label: 'All open' },
  { value: 'decided', label: 'Decided' },
];

const nothing = {
  mine: 'Nothing waits for your decision.',
  open: 'Nothing waits for a decision.',
  decided: 'Nothing was decided yet.',
};

export function ApprovalsPage() {
  const { id: ws, can } = useWorkspace();
  const { show = can('approval:decide') ? 'mine' : 'open' } = route.useSearch();
  const search = route.useNavigate();
  const navigate = useNavigate();
  const list = useApprovals({ status: show === 'decided' ? 'decided' : 'open', mine: show === 'mine' });
  const columns: Column<Approval>[] = [
    {
      key: 'title',
      title: 'What',
      cell: (row) => (
        <div>
          <Link to="/w/$ws/approvals/$approvalId" params={{ ws, approvalId: row.id }}>
            {row.title}
          </Link>
          <Text size="xs" c="dimmed">
            {row.flowName}
            {row.decidesFor !== null && `, for ${row.decidesFor}`}
          </Text>
        </div>
      ),
    },
    { key: 'about', title: 'About', cell: (row) => row.subject ?? '–' },
    { key: 'status', title: 'Status', cell: (row) => <ApprovalStatus status={row.status} /> },
    { key: 'asked', title: 'Asked', cell: (row) => <RelativeTime at={row.createdAt} />, wideOnly: true },
    {
      key: 'until',
      title: show === 'decided' ? 'Decided' : 'Until',
      cell: (row) => <RelativeTime at={show === 'decided' ? row.decidedAt : row.expiresAt} />,
      wideOnly: true,
    },
  ];
  return (
    <Page
      title="Approvals"
      actions={
        <Button
          variant="default"
          leftSection={<UserRoundCheck size={16} aria-hidden />}
          renderRoot={(props) => <Link {...props} to="/w/$ws/approvals/deputies" params={{ ws }} />}
        >
          Deputies
        </Button>
      }
    >
      <Stack>
        <SegmentedControl
          aria-label="Which approvals"
          data={views}
          value={show}
          onChange={(next) => void search({ search: { show: next as typeof show }, replace: true })}
          style={{ alignSelf: 'flex-start' }}
        />
        {list.isLoadingError ? (
          <Failure what="The approvals cannot be read" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Approvals"
            columns={columns}
            rows={list.data}
            rowKey={(row) => row.id}
            onOpen={({ id }) => void navigate({ to: '/w/$ws/approvals/$approvalId', params: { ws, approvalId: id } })}
            more={moreOf(list)}
            empty={<EmptyState drawing={<DecisionDrawing />}>{nothing[show]}</EmptyState>}
          />
        )}
      </Stack>
    </Page>
  );
}
