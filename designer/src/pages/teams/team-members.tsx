import type { Team, TeamMember } from '@castellan/api';
import { Button, Group, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAddMembers, useRemoveMember, useTeamMembers } from '../../api/teams.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { RowRemoval } from '../../ui/row-removal.js';
import { SearchField } from '../../ui/search-field.js';
import { addressesIn } from './team-words.js';

const route = getRouteApi('/w/$ws/teams/$teamId');

/** Who is in a team, and was; by hand, people are added and taken out here. */
export function TeamMembers({ team }: { team: Team }) {
  const { can } = useWorkspace();
  const { q, gone } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useTeamMembers(team.id, { gone: gone ?? 'present', q });
  const mayChange = can('team:write') && team.rule === null;
  return (
    <Stack>
      {mayChange && <AddMembers team={team} />}
      <Group role="search" aria-label="Filter members">
        <SearchField
          label="Search members"
          value={q ?? ''}
          onChange={(next) => void navigate({ search: (now) => ({ ...now, q: next || undefined }), replace: true })}
        />
        <SegmentedControl
          aria-label="Which members"
          value={gone ?? 'present'}
          data={[
            { value: 'present', label: 'Now' },
            { value: 'gone', label: 'Before' },
          ]}
          onChange={(value) =>
            void navigate({
              search: (now) => ({ ...now, gone: value === 'gone' ? ('gone' as const) : undefined }),
              replace: true,
            })
          }
        />
      </Group>
      {list.isLoadingError ? (
        <Failure what="The members cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="Members"
          columns={columnsFor(team, { gone: gone === 'gone', mayChange })}
          rows={list.data}
          rowKey={({ id }) => id}
          more={moreOf(list)}
          empty={
            <EmptyState drawing={<ListDrawing />}>
              {gone ? 'Nobody has left it.' : q ? 'No member fits this.' : 'Nobody is in it yet.'}
            </EmptyState>
          }
        />
      )}
    </Stack>
  );
}

function AddMembers({ team }: { team: Team }) {
  const add = useAddMembers(team.id);
  const [text, setText] = useState('');
  const emails = addressesIn(text);
  function submit(event: FormEvent) {
    event.preventDefault();
    add.mutate(emails, { onSuccess: () => setText('') });
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Add members">
      <Group align="flex-end" gap="sm">
        <Textarea
          label="Add people"
          description="Their e-mail addresses, one or many"
          placeholder="jane.doe@example.com"
          value={text}
          autosize
          minRows={1}
          maxRows={6}
          style={{ flex: 1 }}
          maw={560}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" loading={add.isPending} disabled={emails.length === 0}>
          Add
        </Button>
      </Group>
      {add.error && <Failure what="Not added" error={add.error} />}
    </form>
  );
}

function columnsFor(team: Team, { gone, mayChange }: { gone: boolean; mayChange: boolean }): Column<TeamMember>[] {
  const columns: Column<TeamMember>[] = [
    { key: 'person', title: 'Person', cell: (member) => <Who member={member} /> },
    { key: 'department', title: 'Department', cell: ({ department }) => department ?? '–', wideOnly: true },
    {
      key: 'added',
      title: 'Joined',
      cell: ({ addedAt, addedBy }) => <When at={addedAt} by={addedBy ?? 'the rule'} />,
    },
  ];
  if (gone) {
    const left = ({ removedAt, removedBy }: TeamMember) => <When at={removedAt} by={removedBy ?? 'the rule'} />;
    return [...columns, { key: 'left', title: 'Left', cell: left }];
  }
  if (!mayChange) return columns;
  const removal = (member: TeamMember) => <MemberRemoval team={team} member={member} />;
  return [
    ...columns,
    { key: 'remove', title: 'Take out', titleHidden: true, width: 110, align: 'right', cell: removal },
  ];
}

function Who({ member: { email, displayName, status } }: { member: TeamMember }) {
  const { id: ws } = useWorkspace();
  return (
    <div>
      {status === null ? (
        email
      ) : (
        <Link to="/w/$ws/people/$personKey" params={{ ws, personKey: email }}>
          {displayName ?? email}
        </Link>
      )}
      <Text size="xs" c="dimmed" className="break-anywhere">
        {status === null ? 'Not in the directory' : email}
      </Text>
    </div>
  );
}

function When({ at, by }: { at: string | null; by: string }) {
  return (
    <>
      <RelativeTime at={at} />
      <Text size="xs" c="dimmed" className="break-anywhere">
        {by}
      </Text>
    </>
  );
}

function MemberRemoval({ team, member }: { team: Team; member: TeamMember }) {
  const remove = useRemoveMember(team.id);
  const name = member.displayName ?? member.email;
  return (
    <RowRemoval
      verb="Take out"
      failure="Not taken out"
      name={name}
      title={`Take ${name} out of ${team.name}?`}
      removal={remove}
      onRemove={(closing) => remove.mutate(member.email, closing)}
    >
      They leave the team at once, and the groups that it is pushed to with the next push.
    </RowRemoval>
  );
}
