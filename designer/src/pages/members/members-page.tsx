import { type Member, type Role, roles } from '@castellan/api';
import { Select, Stack, Text, Title } from '@mantine/core';
import { useMembers, useRemoveMember, useSetRole } from '../../api/people.js';
import { useMe } from '../../api/session.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { RowRemoval } from '../../ui/row-removal.js';
import { InviteForm } from './invite-form.js';
import { InviteList } from './invite-list.js';
import { RoleTable } from './role-table.js';

export function MembersPage() {
  const { can, name } = useWorkspace();
  const manage = can('member:write');
  const list = useMembers();
  const columns: Column<Member>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: (row) => (
        <div>
          <Text size="sm" fw={500}>
            {row.name}
          </Text>
          <Text size="xs" c="dimmed">
            {row.email}
          </Text>
        </div>
      ),
    },
    { key: 'role', title: 'Role', cell: (row) => (manage ? <RoleChoice member={row} /> : row.role) },
    { key: 'joined', title: 'Joined', cell: (row) => <RelativeTime at={row.joinedAt} />, wideOnly: true },
    ...(manage
      ? [{ key: 'remove', title: 'Actions', titleHidden: true, cell: (row: Member) => <RemoveButton member={row} /> }]
      : []),
  ];
  return (
    <Page title="Members" lead={`People in the workspace ${name}`}>
      <Stack gap="xl">
        {manage && <InviteForm />}
        {list.isLoadingError ? (
          <Failure what="The members cannot be read" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Members"
            columns={columns}
            rows={list.data}
            rowKey={(row) => row.userId}
            more={moreOf(list)}
            empty={<EmptyState>No members.</EmptyState>}
          />
        )}
        {manage && <InviteList />}
        <section>
          <Title order={2} mb="xs">
            What each role may do
          </Title>
          <RoleTable />
        </section>
      </Stack>
    </Page>
  );
}

function RoleChoice({ member }: { member: Member }) {
  const set = useSetRole();
  return (
    <Select
      aria-label={`Role of ${member.name}`}
      data={roles}
      value={member.role}
      onChange={(role) => role && set.mutate({ id: member.userId, role: role as Role })}
      disabled={set.isPending}
      allowDeselect={false}
      w={130}
      size="xs"
    />
  );
}

function RemoveButton({ member }: { member: Member }) {
  const { user } = useMe();
  const { name } = useWorkspace();
  const remove = useRemoveMember();
  const self = user.id === member.userId;
  return (
    <RowRemoval
      verb={self ? 'Leave' : 'Remove'}
      failure="Not removed"
      name={self ? 'the workspace' : member.name}
      title={self ? `Leave ${name}?` : `Remove ${member.name}?`}
      removal={remove}
      onRemove={(closing) => remove.mutate(member.userId, closing)}
    >
      {self ? 'You lose' : `${member.name} loses`} access to {name} at once, and the tokens made here stop working.
    </RowRemoval>
  );
}
