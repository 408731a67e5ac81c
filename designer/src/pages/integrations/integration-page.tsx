import type { Integration } from '@castellan/api';
import { Group, Tabs } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useIntegration, useRecordsAfter } from '../../api/integrations.js';
import { useWorkspace } from '../../api/workspace.js';
import { systemName } from '../../systems/system-tile.js';
import { number } from '../../ui/format.js';
import { Page } from '../../ui/page.js';
import { PendingPage } from '../../ui/pending-page.js';
import { AccountsTable } from '../directory/accounts-table.js';
import { GroupsTable } from '../directory/groups-table.js';
import { IntegrationActions } from './integration-actions.js';
import { IntegrationOverview } from './integration-overview.js';
import { IntegrationSettings } from './integration-settings.js';
import { IntegrationTags } from './integration-tags.js';
import { PushPanel } from './push-panel.js';

const route = getRouteApi('/w/$ws/integrations/$integrationId');
type View = ReturnType<typeof route.useSearch>;

export function IntegrationPage() {
  const { id: ws } = useWorkspace();
  const { integrationId } = route.useParams();
  const found = useIntegration(integrationId);
  useRecordsAfter(found.data?.lastSync);
  const back = (
    <Link to="/w/$ws/integrations" params={{ ws }} activeOptions={{ exact: true }}>
      Integrations
    </Link>
  );
  if (!found.data) {
    return (
      <PendingPage
        title="Integration"
        back={back}
        what="The integration cannot be read"
        error={found.error}
        onRetry={() => void found.refetch()}
      />
    );
  }
  const integration = found.data;
  return (
    <Page
      title={integration.name}
      back={back}
      lead={
        <Group gap="xs">
          {[systemName(integration.connector), integration.organisation?.name].filter(Boolean).join(', ')}
          <IntegrationTags integration={integration} />
        </Group>
      }
      actions={<IntegrationActions integration={integration} />}
    >
      <IntegrationTabs integration={integration} />
    </Page>
  );
}

function IntegrationTabs({ integration }: { integration: Integration }) {
  const { can } = useWorkspace();
  const view = route.useSearch();
  const { tab = 'syncs' } = view;
  const navigate = route.useNavigate();
  const change = (part: Partial<View>) => void navigate({ search: (now) => ({ ...now, ...part }), replace: true });
  const only = { integration: integration.id };
  const hasRecords = can('directory:read');
  return (
    <Tabs
      value={tab}
      onChange={(value) => void navigate({ search: { tab: (value ?? 'syncs') as View['tab'] } })}
      keepMounted={false}
    >
      <Tabs.List mb="md">
        <Tabs.Tab value="syncs">Overview</Tabs.Tab>
        {hasRecords && <Tabs.Tab value="accounts">Accounts {number(integration.present.accounts)}</Tabs.Tab>}
        {hasRecords && integration.hasGroups && (
          <Tabs.Tab value="groups">Groups {number(integration.present.groups)}</Tabs.Tab>
        )}
        {hasRecords && integration.hasGroups && <Tabs.Tab value="teams">Teams</Tabs.Tab>}
        <Tabs.Tab value="settings">Settings</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="syncs">
        <IntegrationOverview integration={integration} />
      </Tabs.Panel>
      <Tabs.Panel value="accounts">
        <AccountsTable view={{ ...view, ...only }} onChange={change} within />
      </Tabs.Panel>
      <Tabs.Panel value="groups">
        <GroupsTable
          view={{ ...view, ...only }}
          onChange={change}
          onMembers={(group) => void navigate({ search: { tab: 'accounts', group } })}
          within
        />
      </Tabs.Panel>
      <Tabs.Panel value="teams">
        <PushPanel integration={integration} />
      </Tabs.Panel>
      <Tabs.Panel value="settings">
        <IntegrationSettings key={integration.updatedAt} integration={integration} />
      </Tabs.Panel>
    </Tabs>
  );
}
