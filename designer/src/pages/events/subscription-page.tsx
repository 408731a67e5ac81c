import type { EmittedEventSubscription } from '@castellan/api';
import { Stack } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEventSubscription, useEventTypes, useRemoveSubscription } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { Page } from '../../ui/page.js';
import { PendingPage } from '../../ui/pending-page.js';
import { Removal } from '../../ui/removal.js';
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
      <PendingPage narrow title="Subscription" back={back} what="The subscription cannot be read" error={found.error} />
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
        <SubscriptionRemoval subscription={subscription} />
      </Stack>
    </Page>
  );
}

function SubscriptionRemoval({ subscription: { id, name } }: { subscription: EmittedEventSubscription }) {
  const { id: ws, can } = useWorkspace();
  const navigate = useNavigate();
  const remove = useRemoveSubscription();
  const onSuccess = () => void navigate({ to: '/w/$ws/events', params: { ws } });
  if (!can('connection:write')) return null;
  return (
    <Removal
      noun="subscription"
      name={name}
      lead="Nothing more is sent, and the log is gone."
      removal={remove}
      onRemove={() => remove.mutate(id, { onSuccess })}
    >
      What waits to be sent is not sent. Its secret is gone for good.
    </Removal>
  );
}
