import { below } from '@castellan/flow';
import { useCatalog } from '../../editor/catalog.js';
import { useEditor } from '../../editor/editor-context.js';
import { isObject } from '../../editor/is-object.js';
import { useFlowRow } from '../../editor/use-flow-row.js';
import { ChoiceSetting, DurationSetting } from '../../forms/setting-fields.js';
import { SweepCard } from '../../sweeps/sweep-card.js';
import { CopyField } from '../../ui/copy-field.js';
import { SlotSetting } from '../slot-setting.js';
import { IntakeSettings } from './intake-section.js';
import { ListenForSample } from './listen-for-sample.js';
import { PollSummary } from './polls/poll-summary.js';
import { SendSample } from './send-sample.js';
import { AnswerSettings } from './subscription/answer-settings.js';
import { EventShape } from './subscription/event-shape.js';
import { SubscriptionSection } from './subscription/subscription-section.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';
import { useTriggerState } from './use-trigger-state.js';

const readOnly =
  'The system does not deliver this event: it is asked what is new. Each event counts once, by its own id.';
const deliveredToo =
  'The system delivers this event to the address of its connection, which stands on the Connections page, and is asked as well, for what no delivery told. Each event counts once, by its own id.';

/** An event of a connected system: delivered to one address for all flows, or read from the system. */
export function EventSettings({ id, trigger, pointer }: TriggerSettingsProps) {
  const catalog = useCatalog();
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const url = useFlowRow()?.triggers.find((each) => each.id === id)?.url;
  const slot = slots[String(trigger.connection ?? '')];
  const connector = catalog?.connectors.find((each) => each.id === slot?.connector);
  const events = connector?.triggers ?? [];
  const event = events.find((each) => each.id === trigger.event);
  return (
    <>
      <SlotSetting slot={trigger.connection} pointer={pointer} />
      <ChoiceSetting
        label="Event"
        pointer={below(pointer, 'event')}
        value={trigger.event}
        choices={events.map((each) => ({ value: each.id, label: each.title }))}
      />
      {event?.poll !== undefined && (
        <>
          <PollSummary id={id} />
          <DurationSetting
            label="Read every"
            help={event.poll.delivered ? deliveredToo : readOnly}
            pointer={below(pointer, 'everySeconds')}
            value={trigger.everySeconds ?? event.poll.everySeconds}
          />
        </>
      )}
      {event?.sweep !== undefined && <LostEvents id={id} />}
      {url !== undefined && !event?.subscribable && <CopyField label="Address of the connection" value={url} />}
      <SendSample id={id} trigger={trigger} pointer={pointer} />
      {event !== undefined && event.poll === undefined && (
        <ListenForSample id={id} trigger={trigger} pointer={pointer} />
      )}
      {event?.answers !== undefined && event.answers !== false && (
        <AnswerSettings event={event} trigger={trigger} pointer={pointer} />
      )}
      {event !== undefined && <EventShape event={event} />}
      {event?.subscribable && slot?.id && connector && (
        <SubscriptionSection
          place={{ connection: slot.id, event: event.id }}
          system={connector.title}
          event={event}
          sample={sampleOf(trigger) ?? event.sample}
        />
      )}
      <IntakeSettings
        id={id}
        trigger={trigger}
        pointer={pointer}
        named={event?.poll !== undefined || event?.subscribable === true}
      />
    </>
  );
}

/** Of the published trigger: all flows that hear the event share it. */
function LostEvents({ id }: { id: string }) {
  const sweep = useTriggerState(id)?.sweep;
  return sweep ? <SweepCard sweep={sweep} title="Lost events" /> : null;
}

/** The body that the trigger was given as its sample. */
function sampleOf({ sample }: TriggerSettingsProps['trigger']): unknown {
  return isObject(sample) ? sample.body : undefined;
}
