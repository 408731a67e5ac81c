import type { Settings } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { useFormScope } from '../forms/form-scope.js';
import { ChoiceSetting, NumberSetting } from '../forms/setting-fields.js';
import { LaneFields } from './lane-fields.js';
import { Section } from './section.js';
import { IntakeKeyField } from './triggers/intake-key-field.js';

const place = '/settings/order';

/** How runs of the flow go beside each other: which of them take turns, and how many may be on their way. */
export function TurnsSection({ settings }: { settings: Partial<Settings> }) {
  return (
    <Section
      title="Runs at the same time"
      summary={summaryOf(settings)}
      pointers={[place, '/settings/concurrency']}
      initiallyOpen={settings.order !== undefined || settings.concurrency !== undefined}
    >
      <NumberSetting
        label="At most so many at one time"
        help="More wait in the queue, in the order in which they came. Runs that only wait, for people or for a time, count too."
        placeholder="No limit"
        pointer="/settings/concurrency"
        value={settings.concurrency}
        min={1}
      />
      <OrderFields order={settings.order} />
    </Section>
  );
}

function OrderFields({ order }: { order: Settings['order'] }) {
  const { change, readOnly } = useFormScope();
  if (order === undefined) {
    return (
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          Runs about the same person or thing may go on side by side.
        </Text>
        {!readOnly && (
          <Button variant="light" size="compact-sm" onClick={() => change(place, { key: '', whenBusy: 'queue' })}>
            Let them take turns
          </Button>
        )}
      </div>
    );
  }
  return (
    <>
      <IntakeKeyField
        label="Runs take turns that have the same"
        help="One run at a time goes on for each value, whom it is about for example. A run without a value waits for no other."
        pointer={`${place}/key`}
        value={order.key}
        onRemove={() => change(place, undefined)}
      />
      <ChoiceSetting
        label="While an earlier one has not ended"
        help={
          order.whenBusy === 'supersede'
            ? 'The earlier run of this flow is cancelled, also while it waits: what it has done stays done. A run in the queue never starts.'
            : 'They go one after another in the order in which they arrived.'
        }
        pointer={`${place}/whenBusy`}
        value={order.whenBusy}
        choices={[
          { value: 'queue', label: 'the newer run waits for its end' },
          { value: 'supersede', label: 'the newer run takes its place' },
        ]}
      />
      <LaneFields lane={order.lane} />
    </>
  );
}

/** What is set, for the closed section. */
function summaryOf({ order, concurrency }: Partial<Settings>): string {
  const turns = order === undefined ? [] : [order.whenBusy === 'supersede' ? 'the newest counts' : 'in turn'];
  const lane = order?.lane === undefined ? [] : [`in lane ${order.lane.name}`];
  return [...turns, ...lane, ...(concurrency === undefined ? [] : [`at most ${concurrency}`])].join(', ') || 'no limit';
}
