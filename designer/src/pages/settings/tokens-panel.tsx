import type { Token } from '@castellan/api';
import { Code, Stack, Text } from '@mantine/core';
import { useRevokeToken, useTokens } from '../../api/people.js';
import { type Column, DataTable, moreOf } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { RowRemoval } from '../../ui/row-removal.js';
import { StatusBadge, stateIcons } from '../../ui/status-badge.js';
import { TokenForm } from './token-form.js';

/** Tokens for programs that call the API. */
export function TokensPanel() {
  const list = useTokens();
  const columns: Column<Token>[] = [
    {
      key: 'name',
      title: 'Name',
      cell: (row) => (
        <div>
          <Text size="sm" fw={500}>
            {row.name}
          </Text>
          <Text size="xs" c="dimmed">
            {row.owner}
          </Text>
        </div>
      ),
    },
    { key: 'prefix', title: 'Begins with', cell: (row) => <Code>{row.prefix}…</Code>, wideOnly: true },
    {
      key: 'scopes',
      title: 'May',
      cell: (row) => (
        <Text size="sm" title={row.scopes.join(', ')}>
          {count(row.scopes.length, 'permission')}
        </Text>
      ),
      wideOnly: true,
    },
    { key: 'used', title: 'Last used', cell: (row) => <RelativeTime at={row.lastUsedAt} />, wideOnly: true },
    { key: 'state', title: 'State', cell: (row) => <TokenState token={row} /> },
    {
      key: 'revoke',
      title: 'Actions',
      titleHidden: true,
      cell: (row) => row.revokedAt === null && <RevokeButton token={row} />,
    },
  ];
  return (
    <Stack gap="xl">
      <TokenForm />
      {list.isLoadingError ? (
        <Failure what="The tokens cannot be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="API tokens"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.id}
          more={moreOf(list)}
          empty={<EmptyState drawing={<ListDrawing />}>No token yet. A program needs one to call the API.</EmptyState>}
        />
      )}
    </Stack>
  );
}

function TokenState({ token }: { token: Token }) {
  if (token.revokedAt) return <StatusBadge look="skipped" word="Revoked" icon={stateIcons.cancelled} plain />;
  if (token.expiresAt && Date.parse(token.expiresAt) < Date.now()) {
    return <StatusBadge look="skipped" word="Run out" plain />;
  }
  return (
    <Text size="sm">
      {token.expiresAt ? (
        <>
          Ends <RelativeTime at={token.expiresAt} />
        </>
      ) : (
        'Never ends'
      )}
    </Text>
  );
}

function RevokeButton({ token }: { token: Token }) {
  const revoke = useRevokeToken();
  return (
    <RowRemoval
      verb="Revoke"
      failure="Not revoked"
      name={token.name}
      title={`Revoke ${token.name}?`}
      removal={revoke}
      onRemove={(closing) => revoke.mutate(token.id, closing)}
    >
      Programs that use it are refused at once. It cannot be brought back.
    </RowRemoval>
  );
}
