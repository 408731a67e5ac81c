import { type Permission, permissions } from '@castellan/api';
import { Button, Checkbox, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useMakeToken } from '../../api/people.js';
import { useWorkspace } from '../../api/workspace.js';
import { CopyField } from '../../ui/copy-field.js';
import { Failure } from '../../ui/failure.js';
import { Notice } from '../../ui/notice.js';
import { permissionWords } from '../members/permission-words.js';

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: 'never', label: 'Never ends' },
];

/** Makes a token with some of the permissions that I hold; its secret is shown once. */
export function TokenForm() {
  const { can } = useWorkspace();
  const make = useMakeToken();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [lifetime, setLifetime] = useState('90');
  const mine = permissions.filter(can);

  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate(
      {
        name: name.trim(),
        scopes: scopes as Permission[],
        expiresInDays: lifetime === 'never' ? null : Number(lifetime),
      },
      {
        onSuccess: () => {
          setName('');
          setScopes([]);
        },
      },
    );
  }

  return (
    <form onSubmit={submit}>
      <Stack className="card" p="md">
        {make.data?.secret && (
          <Notice look="succeeded" icon={KeyRound} title={`${make.data.name} is made`}>
            <CopyField label="Secret" value={make.data.secret} />
            <Text size="sm" mt={4}>
              Copy it now: it is not shown again.
            </Text>
          </Notice>
        )}
        {make.error && <Failure what="Not made" error={make.error} />}
        <Group align="flex-end">
          <TextInput
            label="What the token is for"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            maxLength={120}
            w={{ base: '100%', xs: 280 }}
          />
          <Select
            label="Ends after"
            data={lifetimes}
            value={lifetime}
            onChange={(next) => next && setLifetime(next)}
            allowDeselect={false}
            w={140}
          />
        </Group>
        <Checkbox.Group label="What it may do" value={scopes} onChange={setScopes}>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="xs" mt="xs">
            {mine.map((permission) => (
              <Checkbox key={permission} value={permission} label={permissionWords(permission)} />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <Group>
          <Button type="submit" loading={make.isPending} disabled={scopes.length === 0}>
            Make a token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
