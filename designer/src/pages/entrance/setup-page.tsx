import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useSetup } from '../../api/session.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { fieldText, secretText } from '../../ui/form-text.js';
import { Entrance } from './entrance.js';

export function SetupPage() {
  const code = useLocation({ select: ({ hash }) => codeIn(hash) });
  const navigate = useNavigate();
  const setup = useSetup();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setup.mutate(
      {
        code: code ?? '',
        name: fieldText(form, 'name'),
        email: fieldText(form, 'email'),
        password: secretText(form, 'password'),
        workspace: fieldText(form, 'workspace'),
      },
      { onSuccess: () => void navigate({ to: '/' }) },
    );
  }

  if (code === undefined) {
    return (
      <Entrance title="The set-up code is missing">
        <Text>Open the whole link that the server printed when it started; it ends with a code.</Text>
      </Entrance>
    );
  }
  return (
    <Entrance title="Set up Castellan" lead="Make the first administrator. Others are invited later.">
      <form onSubmit={submit}>
        <Stack>
          {setup.error?.code === 'setup_done' ? (
            <ErrorPanel what="Castellan is already set up" why={setup.error.message} next={setup.error.remedy} />
          ) : (
            setup.error && <Failure what="Not set up" error={setup.error} />
          )}
          {setup.error?.code === 'setup_done' && <Link to="/sign-in">Go to sign in</Link>}
          <TextInput label="Your name" name="name" autoComplete="name" required maxLength={120} autoFocus />
          <TextInput label="E-mail" name="email" type="email" autoComplete="username" required maxLength={254} />
          <PasswordInput
            label="Password"
            description="At least 12 characters"
            name="password"
            autoComplete="new-password"
            required
            minLength={12}
            maxLength={200}
          />
          <TextInput
            label="Workspace"
            description="Flows, connections and people live in a workspace"
            name="workspace"
            defaultValue="Main"
            required
            maxLength={120}
          />
          <Button type="submit" loading={setup.isPending}>
            Set up
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}

/** The code stands in the fragment of the link, which browsers send to no server and no proxy logs. */
function codeIn(hash: string): string | undefined {
  return new URLSearchParams(hash).get('code') ?? undefined;
}
