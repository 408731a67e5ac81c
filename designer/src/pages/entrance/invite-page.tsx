import { Button, Loader, PasswordInput, Stack, TextInput } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useAcceptInvite, useInviteState } from '../../api/session.js';
import { Failure } from '../../ui/failure.js';
import { fieldText, secretText } from '../../ui/form-text.js';
import { Entrance } from './entrance.js';

const route = getRouteApi('/invite/$code');

export function InvitePage() {
  const { code } = route.useParams();
  const navigate = useNavigate();
  const invite = useInviteState(code);
  const accept = useAcceptInvite(code);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = fieldText(form, 'name');
    accept.mutate(
      { password: secretText(form, 'password'), ...(name && { name }) },
      { onSuccess: () => void navigate({ to: '/' }) },
    );
  }

  if (invite.error) {
    return (
      <Entrance title="This invitation cannot be used">
        <Failure what="It was used, withdrawn, or has run out" error={invite.error} />
      </Entrance>
    );
  }
  if (!invite.data) {
    return (
      <Entrance title="Invitation">
        <Loader aria-label="Loading" />
      </Entrance>
    );
  }
  const { workspace, role, email, accountExists } = invite.data;
  return (
    <Entrance title={`Join ${workspace}`} lead={`You are invited as ${role}.`}>
      <form onSubmit={submit}>
        <Stack>
          {accept.error && <Failure what="Not joined" error={accept.error} />}
          <TextInput label="E-mail" value={email} readOnly autoComplete="username" />
          {!accountExists && (
            <TextInput label="Your name" name="name" autoComplete="name" required maxLength={120} autoFocus />
          )}
          <PasswordInput
            label={accountExists ? 'Your password' : 'Choose a password'}
            description={accountExists ? 'Of your existing account' : 'At least 12 characters'}
            name="password"
            autoComplete={accountExists ? 'current-password' : 'new-password'}
            required
            minLength={accountExists ? 1 : 12}
            maxLength={200}
            autoFocus={accountExists}
          />
          <Button type="submit" loading={accept.isPending}>
            Join
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}
