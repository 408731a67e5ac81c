import type { DirectoryAccountRow, PersonDetail } from '@castellan/api';
import { Group, Text, UnstyledButton } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useIntegrations } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { SystemTile, systemName } from '../../systems/system-tile.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { AccountDrawer } from '../directory/account-drawer.js';
import { AccountStatus } from '../directory/account-status.js';
import { mfaWords, nameOf } from '../directory/record-words.js';

const route = getRouteApi('/w/$ws/people/$personKey');

/** All accounts of a person, those that were removed included; one opens in a drawer. */
export function PersonAccounts({ person }: { person: PersonDetail }) {
  const { id: ws } = useWorkspace();
  const { account: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (account: string | undefined) => void navigate({ search: { account }, replace: true });
  // One that was removed has no page any more.
  const standing = new Set(useIntegrations().data?.items.map(({ id }) => id));
  const columns: Column<DirectoryAccountRow>[] = [
    {
      key: 'account',
      title: 'Account',
      cell: (row) => (
        <Group gap="sm" wrap="nowrap">
          <SystemTile id={row.integration.connector} />
          <div>
            <UnstyledButton fz="sm" c="var(--mantine-color-anchor)" onClick={() => open(row.id)}>
              {nameOf(row)}
            </UnstyledButton>
            <Text size="xs" c="dimmed" className="break-anywhere">
              {systemName(row.integration.connector)}, {row.externalId}
            </Text>
          </div>
        </Group>
      ),
    },
    { key: 'status', title: 'Status', width: 130, cell: (row) => <AccountStatus account={row} /> },
    {
      key: 'in',
      title: 'Integration',
      cell: ({ integration }) =>
        standing.has(integration.id) ? (
          <Link to="/w/$ws/integrations/$integrationId" params={{ ws, integrationId: integration.id }}>
            {integration.name}
          </Link>
        ) : (
          integration.name
        ),
    },
    { key: 'mfa', title: 'Second factor', width: 130, cell: ({ mfaState }) => mfaWords[mfaState], wideOnly: true },
    { key: 'login', title: 'Signed in', cell: ({ lastLoginAt }) => <RelativeTime at={lastLoginAt} />, wideOnly: true },
    { key: 'begins', title: 'Begins', cell: ({ beginsAt }) => <RelativeTime at={beginsAt} />, wideOnly: true },
  ];
  return (
    <>
      <DataTable
        label="Accounts"
        columns={columns}
        rows={person.allAccounts}
        rowKey={({ id }) => id}
        onOpen={({ id }) => open(id)}
        empty={null}
      />
      {opened !== undefined && <AccountDrawer key={opened} id={opened} onClose={() => open(undefined)} />}
    </>
  );
}
