import type { Team } from '@castellan/api';
import { Button, Group, List, Stack, Tabs, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useRemoveTeam, useResources, useSaveTeam, useTeam } from '../../api/teams.js';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { count, number } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { Page } from '../../ui/page.js';
import { PendingPage } from '../../ui/pending-page.js';
import { Removal } from '../../ui/removal.js';
import { ResourceTable } from './resource-table.js';
import { isWhole, type TeamDraft, TeamForm, toTeam } from './team-form.js';
import { TeamMembers } from './team-members.js';
import { sourceWords } from './team-words.js';
import { TieGroup } from './tie-group.js';

const route = getRouteApi('/w/$ws/teams/$teamId');
type View = ReturnType<typeof route.useSearch>;

export function TeamPage() {
  const { id: ws } = useWorkspace();
  const { teamId } = route.useParams();
  const { tab = 'members' } = route.useSearch();
  const navigate = route.useNavigate();
  const found = useTeam(teamId);
  const back = (
    <Link to="/w/$ws/teams" params={{ ws }}>
      Teams
    </Link>
  );
  if (!found.data) {
    return (
      <PendingPage
        title="Team"
        back={back}
        what="The team cannot be read"
        error={found.error}
        onRetry={() => void found.refetch()}
      />
    );
  }
  const team = found.data;
  return (
    <Page title={team.name} back={back} lead={team.description || sourceWords(team)}>
      <Stack gap="md">
        <RuleNotice team={team} />
        <Tabs
          value={tab}
          onChange={(value) => void navigate({ search: { tab: (value ?? 'members') as View['tab'] } })}
          keepMounted={false}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="members">Members {number(team.members)}</Tabs.Tab>
            <Tabs.Tab value="resources">Resources {number(team.resources)}</Tabs.Tab>
            <Tabs.Tab value="settings">Settings</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="members">
            <TeamMembers team={team} />
          </Tabs.Panel>
          <Tabs.Panel value="resources">
            <TeamResources team={team} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            <TeamSettings key={team.updatedAt} team={team} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Page>
  );
}

/** How the rule stands, where there is something to know. */
function RuleNotice({ team: { ruleState } }: { team: Team }) {
  if (ruleState === null) return null;
  if (ruleState.error) {
    return (
      <ErrorPanel what="The rule was not evaluated" why={ruleState.error} next="Everybody stays what they were." />
    );
  }
  if (ruleState.due) {
    return (
      <Notice look="running" title="The rule is being evaluated">
        Until then everybody stays what they were.
      </Notice>
    );
  }
  if (ruleState.failures === 0) return null;
  return (
    <Notice look="unknown" title={`The rule fails on ${count(ruleState.failures, 'person', 'people')}`}>
      They stay what they were. The preview in the settings names them.
    </Notice>
  );
}

function TeamResources({ team }: { team: Team }) {
  const { can } = useWorkspace();
  const list = useResources({ team: team.id });
  const [isTying, setTying] = useState(false);
  if (list.isLoadingError) {
    return <Failure what="The resources cannot be read" error={list.error} onRetry={() => void list.refetch()} />;
  }
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Groups of systems. Those that are pushed have the members of the team.
        </Text>
        {can('integration:write') && (
          <Button variant="default" onClick={() => setTying(true)}>
            Tie a group
          </Button>
        )}
      </Group>
      <ResourceTable rows={list.data?.items} of="team" />
      {isTying && <TieGroup team={team} onClose={() => setTying(false)} />}
    </Stack>
  );
}

function TeamSettings({ team }: { team: Team }) {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const save = useSaveTeam(team.id);
  const remove = useRemoveTeam(team.id);
  const { name, description, rule } = team;
  const given: TeamDraft = { name, description, by: rule === null ? 'hand' : 'rule', rule: rule ?? '' };
  const [draft, setDraft] = useState(given);
  const mayChange = can('team:write');

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(toTeam(draft));
  }

  return (
    <Stack gap="xl" maw={720}>
      <form onSubmit={submit} noValidate aria-label="The team">
        <Stack gap="lg">
          <TeamForm teamId={team.id} draft={draft} disabled={!mayChange} onChange={setDraft} />
          {draft.by !== given.by && (
            <Text size="sm" c="var(--state-waiting)" role="status">
              {draft.by === 'hand'
                ? 'Everybody who is in it now stays, and is taken out by hand from then on.'
                : 'Whoever the rule does not find leaves the team.'}
            </Text>
          )}
          {save.error && <Failure what="Not saved" error={save.error} />}
          {mayChange && (
            <Group>
              <Button
                type="submit"
                loading={save.isPending}
                disabled={!isWhole(draft) || JSON.stringify(toTeam(draft)) === JSON.stringify(toTeam(given))}
              >
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </form>
      {mayChange && (
        <Removal
          noun="team"
          name={name}
          lead="Nothing is pushed for it any more. The groups stay in their systems."
          removal={remove}
          byName
          onRemove={() =>
            remove.mutate(name, { onSuccess: () => void navigate({ to: '/w/$ws/teams', params: { ws } }) })
          }
        >
          <List size="sm" spacing={6}>
            <List.Item>{count(team.members, 'membership')} end, and can still be read in the audit.</List.Item>
            <List.Item>
              {count(team.resources, 'group')} in systems stay with those who are in them, and are pulled from then on.
            </List.Item>
            <List.Item>A push that is writing them is cancelled. What was written stays.</List.Item>
          </List>
        </Removal>
      )}
    </Stack>
  );
}
