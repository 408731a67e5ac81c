import { Tabs } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Page } from '../../ui/page.js';
import { AccountsTable } from '../directory/accounts-table.js';
import { GroupsTable } from '../directory/groups-table.js';
import { PeopleList } from './people-list.js';

const route = getRouteApi('/w/$ws/people');
type View = ReturnType<typeof route.useSearch>;

/** Everybody whom the integrations know: people, and the accounts and groups that they come from. */
export function PeoplePage() {
  const { can } = useWorkspace();
  const view = route.useSearch();
  const { tab = 'people' } = view;
  const navigate = route.useNavigate();
  const change = (part: Partial<View>) => void navigate({ search: (now) => ({ ...now, ...part }), replace: true });
  if (!can('directory:read')) {
    return (
      <Page title="People">
        <ErrorPanel what="Your role cannot see people" next="Ask an administrator of the workspace." />
      </Page>
    );
  }
  return (
    <Page title="People" lead="Who is who in the systems that are synced">
      <Tabs
        value={tab}
        onChange={(value) => void navigate({ search: { tab: (value ?? 'people') as View['tab'] } })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="people">People</Tabs.Tab>
          <Tabs.Tab value="accounts">Accounts</Tabs.Tab>
          <Tabs.Tab value="groups">Groups</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="people">
          <PeopleList />
        </Tabs.Panel>
        <Tabs.Panel value="accounts">
          <AccountsTable view={view} onChange={change} />
        </Tabs.Panel>
        <Tabs.Panel value="groups">
          <GroupsTable
            view={view}
            onChange={change}
            onMembers={(group) => void navigate({ search: { tab: 'accounts', group } })}
          />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
