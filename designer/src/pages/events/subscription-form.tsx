import type { EmittedEventSubscription } from '@castellan/api';
import { Button, Stack, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSaveSubscription } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { FilterField } from './filter-field.js';

/** What people may change of a subscription. Its event stays. */
export function SubscriptionForm({ subscription }: { subscription: EmittedEventSubscription }) {
  const { can } = useWorkspace();
  const save = useSaveSubscription(subscription.id);
  const [given, setGiven] = useState({
    name: subscription.name,
    url: subscription.url,
    filter: subscription.filter ?? '',
  });
  if (!can('connection:write')) return null;
  const isSame =
    given.name === subscription.name &&
    given.url === subscription.url &&
    given.filter.trim() === (subscription.filter ?? '');
  const set = (part: Partial<typeof given>) => setGiven({ ...given, ...part });

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate({ ...given, filter: given.filter.trim() || null });
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Address and filter">
      <Title order={2} mb="xs">
        Address and filter
      </Title>
      <Stack maw={720}>
        {save.error && <Failure what="Not saved" error={save.error} />}
        <TextInput
          label="Name"
          value={given.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          maxLength={120}
        />
        <TextInput
          label="Address"
          type="url"
          value={given.url}
          onChange={(event) => set({ url: event.currentTarget.value })}
        />
        <FilterField event={subscription.event} value={given.filter} onChange={(filter) => set({ filter })} />
        <div>
          <Button type="submit" variant="default" loading={save.isPending} disabled={isSame}>
            Save
          </Button>
        </div>
      </Stack>
    </form>
  );
}
