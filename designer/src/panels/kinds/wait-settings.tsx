import { below } from '@castellan/flow';
import { SegmentedControl } from '@mantine/core';
import { useFormScope } from '../../forms/form-scope.js';
import { DurationSetting, ValueSetting } from '../../forms/setting-fields.js';
import { EventWaitFields } from './event-wait-fields.js';
import type { StepSettingsProps } from './step-settings-props.js';

type Until = 'seconds' | 'until' | 'event';

/** For some time, until an instant, or until something arrives. */
export function WaitSettings({ step, pointer }: StepSettingsProps) {
  const { change, readOnly } = useFormScope();
  const present: Until = step.event !== undefined ? 'event' : step.until !== undefined ? 'until' : 'seconds';
  const choose = (next: Until) => {
    const { seconds: _s, until: _u, event: _e, ...rest } = step;
    const begun = { seconds: 60, until: { jsonata: '' }, event: { event: '', key: '', equals: { jsonata: '' } } };
    change(pointer, { ...rest, [next]: begun[next] });
  };
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="What is waited for"
        data={[
          { value: 'seconds', label: 'For some time' },
          { value: 'until', label: 'Until an instant' },
          { value: 'event', label: 'For an event' },
        ]}
        value={present}
        readOnly={readOnly}
        onChange={(next) => choose(next as Until)}
      />
      {present === 'seconds' && (
        <ValueSetting of="duration" label="Time" required pointer={below(pointer, 'seconds')} value={step.seconds} />
      )}
      {present === 'until' && (
        <ValueSetting
          of="text"
          label="Instant"
          help="With a zone: 2026-01-31T09:00:00Z"
          required
          pointer={below(pointer, 'until')}
          value={step.until}
        />
      )}
      {present === 'event' && <EventWaitFields event={step.event ?? {}} pointer={below(pointer, 'event')} />}
      <DurationSetting
        label="At the longest"
        help="Then the run goes on by the port timeout."
        pointer={below(pointer, 'timeoutSeconds')}
        value={step.timeoutSeconds}
        placeholder="without end"
      />
    </>
  );
}
