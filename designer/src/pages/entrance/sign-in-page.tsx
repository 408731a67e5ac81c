import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { setupStateQuery, useSignIn } from '../../api/session.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { fieldText, secretText } from '../../ui/form-text.js';
import { Entrance } from './entrance.js';
import { safeNext } from './safe-next.js';

const route = getRouteApi('/sign-in');

export function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const signIn = useSignIn();
  const setup = useQuery(setupStateQuery);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate(
      { email: fieldText(form, 'email'), password: secretText(form, 'password') },
      { onSuccess: () => router.history.push(safeNext(next)) },
    );
  }

  if (setup.data?.done === false) {
    return (
      <Entrance title="Castellan is not set up yet">
        <Text>
          Open the one-time link that the server printed when it started. It makes the first administrator. To see it
          again, look at the server's output, or restart the server.
        </Text>
      </Entrance>
    );
  }
  return (
    <Entrance title="Sign in to Castellan">
      <form onSubmit={submit}>
        <Stack>
          {signIn.error?.code === 'unauthenticated' ? (
            <ErrorPanel
              what="Not signed in"
              why="The e-mail address and the password do not belong together."
              next="Check both, or ask an administrator for a new invitation."
            />
          ) : (
            signIn.error && <Failure what="Not signed in" error={signIn.error} />
          )}
          <TextInput label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
          <PasswordInput label="Password" name="password" autoComplete="current-password" required />
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}
