import type { DirectoryAccountDetail } from '@castellan/api';
import { Button, Drawer, Group, Loader, SimpleGrid, Stack, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Contact } from 'lucide-react';
import { useAccount } from '../../api/directory.js';
import { useWorkspace } from '../../api/workspace.js';
import { systemName } from '../../systems/system-tile.js';
import { Failure } from '../../ui/failure.js';
import { JsonView } from '../../ui/json-view.js';
import { AccountFacts } from './account-facts.js';
import { ChangeHistory } from './change-history.js';
import { MembershipTable } from './membership-table.js';
import { nameOf } from './record-words.js';

/** One account: in the common form beside what its system gave, its groups, and what became of it. */
export function AccountDrawer({ id, onClose }: { id: string; onClose(): void }) {
  const found = useAccount(id);
  return (
    <Drawer
      opened
      onClose={onClose}
      title={found.data ? `${nameOf(found.data)} in ${found.data.integration.name}` : 'Account'}
      position="right"
      size="min(960px, 100%)"
    >
      {found.error && <Failure what="The account cannot be read" error={found.error} />}
      {found.isPending && <Loader aria-label="Loading" />}
      {found.data && <Account account={found.data} />}
    </Drawer>
  );
}

function Account({ account }: { account: DirectoryAccountDetail }) {
  const { id: ws } = useWorkspace();
  const { email, integration, payload, memberships, history } = account;
  return (
    <Stack gap="xl">
      {email && (
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<Contact size={14} aria-hidden />}
            renderRoot={(props) => (
              <Link {...props} to="/w/$ws/people/$personKey" params={{ ws, personKey: email.toLowerCase() }} />
            )}
          >
            The person, over all systems
          </Button>
        </Group>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <section aria-label="In the common form">
          <Title order={2} mb="xs">
            In the common form
          </Title>
          <AccountFacts account={account} />
        </section>
        <section aria-label="As the system gave it">
          <Title order={2} mb="xs">
            As {systemName(integration.connector)} gave it
          </Title>
          <JsonView value={payload} label="the record as the system gave it" />
        </section>
      </SimpleGrid>
      <section aria-label="Groups">
        <Title order={2} mb="xs">
          Groups
        </Title>
        <MembershipTable memberships={memberships} />
      </section>
      <section aria-label="History">
        <Title order={2} mb="xs">
          History
        </Title>
        <ChangeHistory changes={history} />
      </section>
    </Stack>
  );
}
