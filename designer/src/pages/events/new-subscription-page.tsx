import { Button, Select, Stack, Text, TextInput } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useEventTypes, useSubscribe } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import classes from '../connections/connections.module.css';
import { FilterField } from './filter-field.js';
import { SecretDialog } from './secret-dialog.js';

const route = getRouteApi('/w/$ws/events/new');

export function NewSubscriptionPage() {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const { event = '' } = route.useSearch();
  const change = route.useNavigate();
  const types = useEventTypes().data ?? [];
  const subscribe = useSubscribe();
  const [given, setGiven] = useState({ name: '', url: '', filter: '' });
  const back = (
    <Link to="/w/$ws/events" params={{ ws }} activeOptions={{ exact: true }}>
      Events
    </Link>
  );
  if (!can('connection:write')) {
    return (
      <Page narrow title="New subscription" back={back}>
        <ErrorPanel what="Your role cannot subscribe to events" next="Ask an administrator of the workspace." />
      </Page>
    );
  }
  const chosen = types.find(({ type }) => type === event);
  const set = (part: Partial<typeof given>) => setGiven({ ...given, ...part });

  function submit(sent: FormEvent) {
    sent.preventDefault();
    const { name, url, filter } = given;
    subscribe.mutate({ name: name.trim() || (chosen?.title ?? ''), event, url, filter: filter.trim() || null });
  }

  function open() {
    const id = subscribe.data?.subscription.id ?? '';
    void navigate({ to: '/w/$ws/events/$subscriptionId', params: { ws, subscriptionId: id } });
  }

  return (
    <Page narrow title="New subscription" back={back}>
      <form onSubmit={submit} className={`card ${classes.sheet}`} noValidate>
        <Stack>
          {subscribe.error && <Failure what="Not made" error={subscribe.error} />}
          <Select
            label="Event"
            placeholder="Choose one"
            data={types.map(({ type, title }) => ({ value: type, label: title }))}
            value={event || null}
            onChange={(next) => void change({ search: { event: next ?? undefined }, replace: true })}
            searchable
            withAsterisk
          />
          {chosen && (
            <Text size="sm" c="dimmed">
              {chosen.description} It is told, and no answer but a 2xx is waited for (FIRE_AND_FORGET).
            </Text>
          )}
          <TextInput
            label="Address"
            description="It gets each event by POST, as JSON. The rules for addresses are those of HTTP steps (EGRESS_ALLOW)."
            placeholder="https://example.com/castellan"
            type="url"
            value={given.url}
            onChange={(typed) => set({ url: typed.currentTarget.value })}
            withAsterisk
          />
          <TextInput
            label="Name"
            placeholder={chosen?.title}
            value={given.name}
            onChange={(typed) => set({ name: typed.currentTarget.value })}
            maxLength={120}
          />
          <FilterField event={event} value={given.filter} onChange={(filter) => set({ filter })} />
          <div>
            <Button type="submit" loading={subscribe.isPending} disabled={!chosen || given.url === ''}>
              Subscribe
            </Button>
          </div>
        </Stack>
      </form>
      <SecretDialog secret={subscribe.data?.secret ?? null} onClose={open} />
    </Page>
  );
}
