import type { SubscriptionState } from '@castellan/api';
import type { CatalogTrigger } from '@castellan/flow';
import { Button, Group, Text } from '@mantine/core';
import { BellOff, BellRing, Pencil, Send } from 'lucide-react';
import { useState } from 'react';
import {
  type EventPlace,
  useEndSubscription,
  useSubscription,
  useTestSubscription,
  useWorkspace,
} from '../../../api/index.js';
import { ConfirmDialog } from '../../../ui/confirm.js';
import { CopyField } from '../../../ui/copy-field.js';
import { Facts } from '../../../ui/facts.js';
import { Failure } from '../../../ui/failure.js';
import { duration } from '../../../ui/format.js';
import { Notice } from '../../../ui/notice.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import { Section } from '../../section.js';
import { InvocationList } from './invocation-list.js';
import classes from './subscription.module.css';
import { SubscriptionForm } from './subscription-form.js';

interface SubscriptionSectionProps {
  place: EventPlace;
  system: string;
  event: CatalogTrigger;
  /** The body to test with: the trigger's sample, or the event's. */
  sample: unknown;
}

/** The subscription at the system that brings this event here: made, changed, tested and ended by button. */
export function SubscriptionSection(props: SubscriptionSectionProps) {
  const { can } = useWorkspace();
  if (!can('connection:use')) return null;
  return (
    <Section title={`Subscription at ${props.system}`} initiallyOpen>
      <Subscription {...props} />
    </Section>
  );
}

function Subscription({ place, system, event, sample }: SubscriptionSectionProps) {
  const { can } = useWorkspace();
  const { data, error, refetch } = useSubscription(place);
  const [open, setOpen] = useState<'form' | 'end' | null>(null);
  const test = useTestSubscription();
  if (data === undefined) {
    return error === null ? null : (
      <Failure what={`${system} does not tell its subscriptions`} error={error} onRetry={() => void refetch()} />
    );
  }
  const { mine, asks } = data;
  return (
    <div className={classes.panel}>
      <Standing state={data} system={system} />
      <CopyField label="Address of the connection" value={data.address} />
      <Group gap="xs">
        {can('flow:publish') && (
          <Button
            size="compact-sm"
            variant={mine ? 'default' : 'filled'}
            leftSection={mine ? <Pencil size={14} aria-hidden /> : <BellRing size={14} aria-hidden />}
            onClick={() => setOpen('form')}
          >
            {mine ? 'Change' : 'Subscribe'}
          </Button>
        )}
        {mine && can('flow:publish') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<BellOff size={14} aria-hidden />}
            onClick={() => setOpen('end')}
          >
            End it
          </Button>
        )}
        {mine && can('flow:run') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Send size={14} aria-hidden />}
            loading={test.isPending}
            onClick={() => test.mutate({ ...place, payload: sample })}
          >
            Send a test event
          </Button>
        )}
      </Group>
      {mine && (
        <Text size="xs" c="dimmed">
          A test event is delivered by {system}: a real run of every flow that hears the event.
        </Text>
      )}
      {test.error !== null && <Failure what="No test event was sent" error={test.error} />}
      {mine && <InvocationList place={place} system={system} awaited={test.data?.invocations ?? []} />}
      {open === 'form' && (
        <SubscriptionForm
          {...{ place, system, asks, sample, mine }}
          title={event.title}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'end' && <EndDialog place={place} system={system} onClose={() => setOpen(null)} />}
    </div>
  );
}

/** How it stands: subscribed or not, who else is, and which flows hear it here. */
function Standing({ state, system }: { state: SubscriptionState; system: string }) {
  const { mine, others, made, asks, onlyOne, answers, listens } = state;
  const [other] = others;
  return (
    <>
      {mine === null && onlyOne && other !== undefined && (
        <Notice look="failed" title={`“${other.name}” has the one subscription that ${system} allows`}>
          It delivers {other.url === null ? 'elsewhere' : `to ${other.url}`}. Remove it in {system}, then subscribe
          here: several flows can listen to one subscription, and one of them answers.
        </Notice>
      )}
      {mine === null && !(onlyOne && other !== undefined) && (
        <Text size="sm">
          {system} does not deliver this event here yet. Subscribing takes effect at once, whether or not this flow is
          published; all flows on this connection share the subscription.
        </Text>
      )}
      {mine !== null && asks && answers === null && (
        <Notice look="unknown" title="No flow that is switched on answers">
          {system} is answered with the usual fallback.
        </Notice>
      )}
      <Facts room="little">
        {mine !== null && (
          <>
            <dt>Subscription</dt>
            <dd>
              {mine.name}
              {!mine.enabled && ', switched off'}
              {made !== null && (
                <>
                  , made by {made.by} <RelativeTime at={made.at} />
                </>
              )}
            </dd>
            {mine.mode !== null && (
              <>
                <dt>Answered</dt>
                <dd>
                  {modeWords[mine.mode]}
                  {mine.mode !== 'sync' &&
                    mine.deadlineSeconds !== null &&
                    `, within ${duration(mine.deadlineSeconds * 1_000)}`}
                </dd>
              </>
            )}
            <dt>Filter</dt>
            <dd>{mine.filter === null ? 'none: everything is delivered' : <code>{mine.filter}</code>}</dd>
          </>
        )}
        {answers !== null && (
          <>
            <dt>Answers</dt>
            <dd>{answers.flowName}</dd>
          </>
        )}
        {listens.length > 0 && (
          <>
            <dt>{asks ? 'Only listen' : 'Listen'}</dt>
            <dd>{listens.map(({ flowName }) => flowName).join(', ')}</dd>
          </>
        )}
        {others.length > 0 && (
          <>
            <dt>Others at {system}</dt>
            <dd>{others.map(({ name }) => name).join(', ')}</dd>
          </>
        )}
      </Facts>
    </>
  );
}

const modeWords = {
  sync: 'at once (SYNC)',
  async: 'later (ASYNC)',
  dynamic: 'at once or later (DYNAMIC)',
} as const;

function EndDialog({ place, system, onClose }: { place: EventPlace; system: string; onClose: () => void }) {
  const end = useEndSubscription();
  return (
    <ConfirmDialog
      opened
      title={`End the subscription at ${system}`}
      verb="End it"
      destructive
      busy={end.isPending}
      onConfirm={() => end.mutate(place, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">
        {system} delivers this event no more: no flow of this connection hears it, and none answers. It can be
        subscribed to again at any time.
      </Text>
      {end.error !== null && <Failure what="The subscription goes on" error={end.error} />}
    </ConfirmDialog>
  );
}
