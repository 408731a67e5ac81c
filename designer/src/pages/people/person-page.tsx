import type { PersonDetail } from '@castellan/api';
import { Button, Group, Stack, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import type { ReactNode } from 'react';
import { usePerson } from '../../api/directory.js';
import { useWorkspace } from '../../api/workspace.js';
import { Facts } from '../../ui/facts.js';
import { Page } from '../../ui/page.js';
import { PendingPage } from '../../ui/pending-page.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { ChangeHistory } from '../directory/change-history.js';
import { MembershipTable } from '../directory/membership-table.js';
import { accountStates } from '../directory/record-words.js';
import { AccessByRuns } from './access-by-runs.js';
import { PersonAccounts } from './person-accounts.js';

const route = getRouteApi('/w/$ws/people/$personKey');

/** One person over all systems: accounts, groups, what runs gave and took, and what became of them. */
export function PersonPage() {
  const { id: ws } = useWorkspace();
  const { personKey } = route.useParams();
  const found = usePerson(personKey);
  const back = (
    <Link to="/w/$ws/people" params={{ ws }} activeOptions={{ exact: true }}>
      People
    </Link>
  );
  if (!found.data) {
    return (
      <PendingPage
        title={personKey}
        back={back}
        what="The person cannot be read"
        error={found.error}
        onRetry={() => void found.refetch()}
      />
    );
  }
  const person = found.data;
  return (
    <Page
      title={person.displayName ?? person.key}
      back={back}
      lead={person.key}
      actions={
        <Button
          variant="default"
          leftSection={<Activity size={16} aria-hidden />}
          renderRoot={(props) => (
            <Link {...props} to="/w/$ws/runs" params={{ ws }} search={{ about: person.key, time: 'all' }} />
          )}
        >
          Runs about them
        </Button>
      }
    >
      <Stack gap="xl">
        <PersonFacts person={person} />
        <Part title="Accounts">
          <PersonAccounts person={person} />
        </Part>
        <Part title="Groups">
          <MembershipTable memberships={person.memberships} across />
        </Part>
        <Part title="Changed by runs">
          <AccessByRuns person={person} />
        </Part>
        <Part title="History">
          <ChangeHistory changes={person.history} across />
        </Part>
      </Stack>
    </Page>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

function PersonFacts({ person }: { person: PersonDetail }) {
  const { id: ws } = useWorkspace();
  const { status, jobTitle, department, location, manager, managerEmail, isPrimary, accounts } = person;
  const source = accounts.find(({ integration }) => integration.primaryDirectory)?.integration.name;
  return (
    <Facts room="much">
      <dt>Status</dt>
      <dd>
        <Group gap="xs">
          <StatusBadge plain {...accountStates[status]} />
        </Group>
      </dd>
      <dt>Job title</dt>
      <dd>{jobTitle ?? '–'}</dd>
      <dt>Department</dt>
      <dd>
        {department === null ? (
          '–'
        ) : (
          <Link to="/w/$ws/people" params={{ ws }} search={{ department }}>
            {department}
          </Link>
        )}
      </dd>
      <dt>Location</dt>
      <dd>{location ?? '–'}</dd>
      <dt>Manager</dt>
      <dd>
        {manager ? (
          <Link to="/w/$ws/people/$personKey" params={{ ws, personKey: manager.key }}>
            {manager.displayName ?? manager.key}
          </Link>
        ) : (
          (managerEmail ?? '–')
        )}
      </dd>
      <dt>Told by</dt>
      <dd>{isPrimary ? `${source ?? 'The primary directory'}, the primary directory` : 'Their accounts together'}</dd>
    </Facts>
  );
}
