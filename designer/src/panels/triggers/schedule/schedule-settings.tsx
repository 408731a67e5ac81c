import { below } from '@castellan/flow';
import { SegmentedControl, Select, Text } from '@mantine/core';
import { useFormScope } from '../../../forms/form-scope.js';
import { ChoiceSetting, DurationSetting, TextSetting } from '../../../forms/setting-fields.js';
import { Section } from '../../section.js';
import type { TriggerSettingsProps } from '../trigger-settings-props.js';
import { CalendarFields } from './calendar-fields.js';
import { LastFires } from './last-fires.js';
import { NextFires } from './next-fires.js';
import { presets } from './presets.js';
import { ZoneSetting } from './zone-setting.js';

type ClockKind = 'cron' | 'every' | 'calendar';

const begun = { cron: '0 9 * * 1-5', every: 3_600, calendar: { hours: [9], minutes: [0] } };

/** When the flow starts by itself, in which zone, and what happens when it is still busy. */
export function ScheduleSettings({ id, trigger, pointer }: TriggerSettingsProps) {
  const present: ClockKind =
    trigger.calendar !== undefined ? 'calendar' : trigger.every !== undefined ? 'every' : 'cron';
  return (
    <>
      <NextFires trigger={trigger} />
      <LastFires id={id} />
      <ClockChoice trigger={trigger} pointer={pointer} present={present} />
      {present === 'cron' && (
        <TextSetting
          label="Cron"
          help="Minute, hour, day of the month, month, day of the week. A day must fit its number and its weekday."
          pointer={below(pointer, 'cron')}
          value={trigger.cron}
          placeholder={begun.cron}
        />
      )}
      {present === 'every' && (
        <DurationSetting
          label="Every"
          help="Counted in UTC from the beginning of 1970, so that hours begin on the hour; not from the last run."
          pointer={below(pointer, 'every')}
          value={trigger.every}
        />
      )}
      {present === 'calendar' && <CalendarFields calendar={trigger.calendar} pointer={below(pointer, 'calendar')} />}
      {present !== 'every' && <ZoneSetting zone={trigger.zone} pointer={below(pointer, 'zone')} />}
      <OverlapSetting overlap={trigger.overlap} pointer={below(pointer, 'overlap')} />
      <Section title="Late and spread" pointers={[below(pointer, 'catchupSeconds'), below(pointer, 'jitterSeconds')]}>
        <DurationSetting
          label="Make good what is at most so late"
          help="After the server was down. What is older is shown as missed."
          pointer={below(pointer, 'catchupSeconds')}
          value={trigger.catchupSeconds ?? 3_600}
        />
        <DurationSetting
          label="Spread by up to"
          help="Each time comes later by a part of this, so that many schedules do not begin at the same second."
          pointer={below(pointer, 'jitterSeconds')}
          value={trigger.jitterSeconds ?? 0}
        />
      </Section>
    </>
  );
}

/** A common time, or the way in which times are given. */
function ClockChoice({
  trigger,
  pointer,
  present,
}: Pick<TriggerSettingsProps, 'trigger' | 'pointer'> & { present: ClockKind }) {
  const { change, readOnly } = useFormScope();
  const set = (times: object) => {
    const { cron: _c, every: _e, calendar: _k, ...rest } = trigger;
    change(pointer, { ...rest, ...times });
  };
  return (
    <>
      {!readOnly && (
        <Select
          aria-label="Common times"
          placeholder="Choose a common time"
          data={presets.map(({ title }) => title)}
          value={null}
          onChange={(title) => {
            const preset = presets.find((each) => each.title === title);
            if (preset) set(preset.times);
          }}
        />
      )}
      <SegmentedControl
        size="xs"
        aria-label="How the times are given"
        data={[
          { value: 'every', label: 'Every …' },
          { value: 'calendar', label: 'Calendar' },
          { value: 'cron', label: 'Cron' },
        ]}
        value={present}
        readOnly={readOnly}
        onChange={(next) => set({ [next]: begun[next as ClockKind] })}
      />
    </>
  );
}

const overlaps = {
  skip: { label: 'skip this time', means: 'The time passes without a run. The list of last times says so.' },
  one: {
    label: 'let one wait',
    means: 'One run begins as soon as the one before has ended; times that come meanwhile are skipped.',
  },
  all: { label: 'run beside it', means: 'A new run begins at each time, however many are under way.' },
};

function OverlapSetting({ overlap, pointer }: { overlap: unknown; pointer: string }) {
  const chosen = overlaps[(overlap ?? 'skip') as keyof typeof overlaps] ?? overlaps.skip;
  return (
    <div>
      <ChoiceSetting
        label="When the run before is not done yet"
        pointer={pointer}
        value={overlap}
        otherwise="skip"
        choices={Object.entries(overlaps).map(([value, { label }]) => ({ value, label }))}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {chosen.means}
      </Text>
    </div>
  );
}
