import { Button, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { useMakeWorkspace } from '../../api/people.js';
import { Failure } from '../../ui/failure.js';
import { fieldText } from '../../ui/form-text.js';

/** Makes a workspace and goes there. */
export function NewWorkspaceForm() {
  const make = useMakeWorkspace();
  const navigate = useNavigate();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = fieldText(new FormData(event.currentTarget), 'name');
    make.mutate(name, { onSuccess: ({ id }) => void navigate({ to: '/w/$ws', params: { ws: id } }) });
  }

  return (
    <form onSubmit={submit}>
      <Stack align="flex-start">
        {make.error && <Failure what="The workspace was not made" error={make.error} />}
        <TextInput
          label="Name of the workspace"
          description="You become its first administrator"
          name="name"
          required
          maxLength={120}
          w="100%"
        />
        <Button type="submit" variant="default" loading={make.isPending}>
          Make a workspace
        </Button>
      </Stack>
    </form>
  );
}
