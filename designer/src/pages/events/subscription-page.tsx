import type { EmittedEventSubscription } from '@castellan/api';
import { Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useEventSubscription, useEventTypes, useRemoveSubscription } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { EventDeliveryLog } from './event-delivery-log.js';
import { RotateSecret } from './rotate-secret.js';
import { SubscriptionForm } from './subscription-form.js';
import { StopNotice, SubscriptionSwitch } from './subscription-switch.js';
import { TestInvocation } from './test-invocation.js';

const route = getRouteApi('/w/$ws/events/$subscriptionId');

export function SubscriptionPage() {
  const { id: ws } = useWorkspace();
  const { subscriptionId } = route.useParams();
  const found = useEventSubscription(subscriptionId);
  const type = useEventTypes().data?.find((one) => one.type === found.data?.event);
  const back = (
    <Link to="/w/$ws/events" params={{ ws }} activeOptions={{ exact: true }}>
      Events
    </Link>
  );
  if (!found.data) {
    return (
      <Page narrow title="Subscription" back={back}>
        {found.error ? (
          <Failure what="The subscription cannot be read" error={found.error} />
        ) : (
          <Loader aria-label="Loading" />
        )}
      </Page>
    );
  }
  const subscription = found.data;
  return (
    <Page
      title={subscription.name}
      back={back}
      lead={`${type?.title ?? subscription.event}, to ${subscription.url}`}
      actions={<SubscriptionSwitch subscription={subscription} />}
    >
      <Stack gap="xl">
        <StopNotice subscription={subscription} />
        <EventDeliveryLog subscription={subscription} />
        {type && <TestInvocation subscription={subscription} type={type} />}
        <SubscriptionForm key={subscription.updatedAt} subscription={subscription} />
        <RotateSecret subscription={subscription} />
        <Removal subscription={subscription} />
      </Stack>
    </Page>
  );
}

function Removal({ subscription: { id, name } }: { subscription: EmittedEventSubscription }) {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const remove = useRemoveSubscription();
  const [asking, setAsking] = useState(false);
  if (!can('connection:write')) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        Remove
      </Title>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Nothing more is sent, and the log is gone.
        </Text>
        <Button variant="default" onClick={() => setAsking(true)}>
          Remove subscription
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        title={`Remove ${name}?`}
        verb="Remove"
        destructive
        busy={remove.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate(id, { onSuccess: () => void navigate({ to: '/w/$ws/events', params: { ws } }) })}
      >
        <Text size="sm">What waits to be sent is not sent. Its secret is gone for good.</Text>
        {remove.error && <Failure what="Not removed" error={remove.error} />}
      </ConfirmDialog>
    </section>
  );
}
