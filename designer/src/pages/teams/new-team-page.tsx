import { Button, Stack } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useCreateTeam } from '../../api/teams.js';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { isWhole, type TeamDraft, TeamForm, toTeam } from './team-form.js';

export function NewTeamPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const create = useCreateTeam();
  const [draft, setDraft] = useState<TeamDraft>({ name: '', description: '', by: 'hand', rule: '' });
  const back = (
    <Link to="/w/$ws/teams" params={{ ws }}>
      Teams
    </Link>
  );
  if (!can('team:write')) {
    return (
      <Page narrow title="New team" back={back}>
        <ErrorPanel what="Your role cannot make teams" next="Ask an administrator of the workspace." />
      </Page>
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate(toTeam(draft), {
      onSuccess: ({ id }) => void navigate({ to: '/w/$ws/teams/$teamId', params: { ws, teamId: id } }),
    });
  }

  return (
    <Page narrow title="New team" back={back}>
      <form onSubmit={submit} noValidate aria-label="New team">
        <Stack gap="lg">
          <TeamForm draft={draft} onChange={setDraft} />
          {create.error && <Failure what="Not made" error={create.error} />}
          <div>
            <Button type="submit" loading={create.isPending} disabled={!isWhole(draft)}>
              Make team
            </Button>
          </div>
        </Stack>
      </form>
    </Page>
  );
}
