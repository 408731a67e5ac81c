import type { EmittedEventSubscription } from '@castellan/api';
import { Button, Group, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useSwitchSubscription } from '../../api/events.js';
import { useWorkspace } from '../../api/workspace.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { Failure } from '../../ui/failure.js';
import { exactTime } from '../../ui/format.js';
import { Notice } from '../../ui/notice.js';
import { SubscriptionState } from './subscription-state.js';

interface Props {
  subscription: EmittedEventSubscription;
}

/** On and off. Switching off asks first, since what happens meanwhile is not told afterwards. */
export function SubscriptionSwitch({ subscription }: Props) {
  const { can } = useWorkspace();
  const change = useSwitchSubscription(subscription.id);
  const [asking, setAsking] = useState(false);
  const isOn = subscription.state === 'on';
  return (
    <>
      <SubscriptionState {...subscription} />
      {subscription.state !== 'stopped' && (
        <Switch
          label="Sends events"
          checked={isOn}
          disabled={!can('connection:write') || change.isPending}
          onChange={() => (isOn ? setAsking(true) : change.mutate('send'))}
        />
      )}
      <ConfirmDialog
        opened={asking}
        title={`Switch ${subscription.name} off?`}
        verb="Switch off"
        busy={change.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => change.mutate('off', { onSuccess: () => setAsking(false) })}
      >
        <Text size="sm">
          What happens while it is off is not kept for it. What waits already is sent when it is switched on.
        </Text>
        {change.error && <Failure what="Not switched off" error={change.error} />}
      </ConfirmDialog>
    </>
  );
}

/** It was stopped, or fails: why, and what can be done about it. */
export function StopNotice({ subscription }: Props) {
  const { can } = useWorkspace();
  const change = useSwitchSubscription(subscription.id);
  const { state, reason, stoppedAt, failingSince, waiting } = subscription;
  if (state === 'on' && failingSince !== null) {
    return (
      <Notice look="waiting" title="The receiver does not take the events">
        No attempt has succeeded since {exactTime(failingSince)}. Each event is tried again over some 31 hours; after
        three days without success the subscription is stopped.
      </Notice>
    );
  }
  if (state !== 'stopped') return null;
  return (
    <Notice look="failed" title="The subscription was stopped">
      {reason} {stoppedAt && `Stopped on ${exactTime(stoppedAt)}. `}
      What happens is kept for it for 30 days; {waiting === 1 ? '1 event waits' : `${waiting} events wait`}.
      {can('connection:write') && (
        <Group gap="xs" mt="sm">
          <Button size="xs" loading={change.isPending} onClick={() => change.mutate('send')}>
            Switch on and send what it missed
          </Button>
          <Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate('skip')}>
            Switch on without it
          </Button>
        </Group>
      )}
      {change.error && <Failure what="Not switched on" error={change.error} />}
    </Notice>
  );
}
