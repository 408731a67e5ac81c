import { Code, Stack, Tabs, Text, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMe } from '../../api/session.js';
import { useWorkspace } from '../../api/workspace.js';
import { Page } from '../../ui/page.js';
import { AgentsPanel } from './agents-panel.js';
import { BudgetsPanel } from './budgets-panel.js';
import { EvidencePanel } from './evidence-panel.js';
import { NewWorkspaceForm } from './new-workspace-form.js';
import { PolicyPanel } from './policy-panel.js';
import { ProtectedPanel } from './protected-panel.js';
import { RetentionForm } from './retention-form.js';
import { TokensPanel } from './tokens-panel.js';

const route = getRouteApi('/w/$ws/settings');

export function SettingsPage() {
  const { tab = 'workspace' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page title="Settings">
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next as typeof tab }, replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="workspace">Workspace</Tabs.Tab>
          <Tabs.Tab value="safety">Safety</Tabs.Tab>
          <Tabs.Tab value="evidence">Evidence</Tabs.Tab>
          <Tabs.Tab value="tokens">API tokens</Tabs.Tab>
          <Tabs.Tab value="agents">Agents</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="workspace">
          <WorkspacePanel />
        </Tabs.Panel>
        <Tabs.Panel value="safety">
          <Stack gap="xl">
            <ProtectedPanel />
            <BudgetsPanel />
            <PolicyPanel />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="evidence">
          <EvidencePanel />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <TokensPanel />
        </Tabs.Panel>
        <Tabs.Panel value="agents">
          <AgentsPanel />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function WorkspacePanel() {
  const { name, role, id } = useWorkspace();
  const { publicUrl, publicUrlMissing } = useMe();
  return (
    <Stack gap="xl" maw={560}>
      <section>
        <Title order={2} mb="xs">
          {name}
        </Title>
        <Text size="sm">You are {role} here.</Text>
        <Text size="sm" c="dimmed">
          Id for the API: <Code>{id}</Code>
        </Text>
      </section>
      <section>
        <Title order={2} mb="xs">
          Address
        </Title>
        <Text size="sm">
          Links and webhook addresses begin with <Code>{publicUrl}</Code>.
        </Text>
        {publicUrlMissing && (
          <Text size="sm" c="dimmed">
            Set PUBLIC_URL on the server to the address that other systems reach.
          </Text>
        )}
      </section>
      <section>
        <Title order={2} mb="xs">
          History
        </Title>
        <RetentionForm />
      </section>
      <section>
        <Title order={2} mb="xs">
          Another workspace
        </Title>
        <Text size="sm" c="dimmed" mb="sm">
          A workspace has flows, connections and members of its own.
        </Text>
        <NewWorkspaceForm />
      </section>
    </Stack>
  );
}
