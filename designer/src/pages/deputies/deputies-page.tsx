import type { Deputy } from '@castellan/api';
import { Button, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { UserRoundCheck } from 'lucide-react';
import { useState } from 'react';
import { useDeputies, useTakeBackDeputy } from '../../api/deputies.js';
import { useMe } from '../../api/session.js';
import { useWorkspace } from '../../api/workspace.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { exactTime } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { RowRemoval } from '../../ui/row-removal.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { useNow } from '../../ui/use-now.js';
import { DeputyForm } from './deputy-form.js';

/** Who decides approvals for whom while they are away. */
export function DeputiesPage() {
  const { id: ws, can } = useWorkspace();
  const [naming, setNaming] = useState(false);
  const list = useDeputies();
  const columns: Column<Deputy>[] = [
    { key: 'person', title: 'Who is away', cell: ({ person }) => <Somebody {...person} /> },
    { key: 'deputy', title: 'Deputy', cell: ({ deputy }) => <Somebody {...deputy} /> },
    { key: 'state', title: 'Now', cell: (row) => <Standing deputy={row} /> },
    { key: 'from', title: 'From', cell: ({ from }) => <Text size="sm">{exactTime(from)}</Text>, wideOnly: true },
    { key: 'until', title: 'Until', cell: ({ until }) => <Text size="sm">{exactTime(until)}</Text> },
    { key: 'by', title: 'Named by', cell: ({ namedBy }) => <Text size="sm">{namedBy}</Text>, wideOnly: true },
    { key: 'actions', title: 'Actions', titleHidden: true, cell: (row) => <TakeBack deputy={row} /> },
  ];
  return (
    <Page
      title="Deputies"
      lead="While somebody is away, their deputy is asked what they are asked, and decides it for them."
      back={
        <Link to="/w/$ws/approvals" params={{ ws }} activeOptions={{ exact: true }}>
          Approvals
        </Link>
      }
      actions={
        can('approval:decide') && !naming ? (
          <Button leftSection={<UserRoundCheck size={16} aria-hidden />} onClick={() => setNaming(true)}>
            Name a deputy
          </Button>
        ) : undefined
      }
    >
      <Stack>
        {naming && <DeputyForm onDone={() => setNaming(false)} />}
        <Text size="sm" c="dimmed" maw={720}>
          A deputy never decides what is about themselves or what they started, nor for somebody who must not decide it
          either. Their own deputies are not asked. Each decision says for whom it was made.
        </Text>
        {list.isLoadingError ? (
          <Failure what="The deputies cannot be read" error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <DataTable
            label="Deputies"
            columns={columns}
            rows={list.data?.items}
            rowKey={(row) => row.id}
            empty={<EmptyState drawing={<ListDrawing />}>Nobody decides for somebody else.</EmptyState>}
          />
        )}
      </Stack>
    </Page>
  );
}

function Somebody({ name, email }: Deputy['person']) {
  return (
    <div>
      <Text size="sm" fw={500}>
        {name}
      </Text>
      <Text size="xs" c="dimmed" className="break-anywhere">
        {email}
      </Text>
    </div>
  );
}

function Standing({ deputy: { from } }: { deputy: Deputy }) {
  const now = useNow();
  return Date.parse(from) > now ? (
    <StatusBadge look="waiting" word="Ahead" plain />
  ) : (
    <StatusBadge look="succeeded" word="Decides" plain />
  );
}

function TakeBack({ deputy: { id, person, deputy } }: { deputy: Deputy }) {
  const { can } = useWorkspace();
  const { user } = useMe();
  const takeBack = useTakeBackDeputy();
  if (!can('approval:decide') || (person.userId !== user.id && !can('member:write'))) return null;
  return (
    <RowRemoval
      verb="Take back"
      failure="Not taken back"
      name={`${deputy.name} for ${person.name}`}
      title={`${deputy.name} decides for ${person.name} no longer?`}
      removal={takeBack}
      onRemove={(closing) => takeBack.mutate(id, closing)}
    >
      It holds at once. What was decided by now stays decided.
    </RowRemoval>
  );
}
