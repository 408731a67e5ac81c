import { type Role, roles } from '@castellan/api';
import { Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useInvite } from '../../api/people.js';
import { CopyField } from '../../ui/copy-field.js';
import { Failure } from '../../ui/failure.js';
import { exactTime } from '../../ui/format.js';

/** Invites by a link that is shown once; how it gets to the person is the inviter's business. */
export function InviteForm() {
  const invite = useInvite();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('builder');

  function submit(event: FormEvent) {
    event.preventDefault();
    invite.mutate({ email: email.trim(), role }, { onSuccess: () => setEmail('') });
  }

  return (
    <section aria-label="Invite">
      <Title order={2} mb="xs">
        Invite
      </Title>
      <Stack>
        <form onSubmit={submit}>
          <Group align="flex-end" gap="sm">
            <TextInput
              label="E-mail"
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              required
              maxLength={254}
              w={{ base: '100%', xs: 280 }}
            />
            <Select
              label="Role"
              data={roles}
              value={role}
              onChange={(next) => next && setRole(next as Role)}
              allowDeselect={false}
              w={140}
            />
            <Button type="submit" loading={invite.isPending}>
              Make a link
            </Button>
          </Group>
        </form>
        {invite.error && <Failure what="Not invited" error={invite.error} />}
        {invite.data?.url && (
          <Stack gap={4}>
            <CopyField label="Invitation link" value={invite.data.url} />
            <Text size="sm" c="dimmed">
              Send it to {invite.data.email}. It is shown only now, works once, and ends{' '}
              {exactTime(invite.data.expiresAt)}.
            </Text>
          </Stack>
        )}
      </Stack>
    </section>
  );
}
