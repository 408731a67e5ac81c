import type { Invite } from '@castellan/api';
import { Button, Title } from '@mantine/core';
import { useInvites, useWithdrawInvite } from '../../api/people.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';

/** Invitations that nobody has used yet. */
export function InviteList() {
  const list = useInvites();
  const withdraw = useWithdrawInvite();
  const columns: Column<Invite>[] = [
    { key: 'email', title: 'E-mail', cell: (row) => row.email },
    { key: 'role', title: 'Role', cell: (row) => row.role },
    { key: 'expires', title: 'Ends', cell: (row) => <RelativeTime at={row.expiresAt} /> },
    {
      key: 'withdraw',
      title: 'Actions',
      titleHidden: true,
      cell: (row) => (
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          aria-label={`Withdraw the invitation of ${row.email}`}
          onClick={() => withdraw.mutate(row.id)}
        >
          Withdraw
        </Button>
      ),
    },
  ];
  if (!list.data || list.data.length === 0) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        Open invitations
      </Title>
      {withdraw.error && <Failure what="Not withdrawn" error={withdraw.error} />}
      <DataTable label="Open invitations" columns={columns} rows={list.data} rowKey={(row) => row.id} empty={null} />
    </section>
  );
}
