import { below } from '@castellan/flow';
import { MultiSelect, SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import { isObject } from '../../editor/is-object.js';
import { useFormScope } from '../../forms/form-scope.js';
import { ChoiceSetting, DurationSetting, SettingFrame, TextSetting } from '../../forms/setting-fields.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

type Clock = 'cron' | 'every' | 'calendar';

const begun = { cron: '0 9 * * 1-5', every: 3_600, calendar: { hours: [9], minutes: [0] } };

/** When the flow starts by itself, in which zone, and what happens when it is still busy. */
export function ScheduleSettings({ trigger, pointer }: TriggerSettingsProps) {
  const { change, readOnly } = useFormScope();
  const zones = useMemo(() => ['UTC', ...Intl.supportedValuesOf('timeZone')], []);
  const present: Clock = trigger.calendar !== undefined ? 'calendar' : trigger.every !== undefined ? 'every' : 'cron';
  const choose = (next: Clock) => {
    const { cron: _c, every: _e, calendar: _k, ...rest } = trigger;
    change(pointer, { ...rest, [next]: begun[next] });
  };
  return (
    <>
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
        onChange={(next) => choose(next as Clock)}
      />
      {present === 'cron' && (
        <TextSetting
          label="Cron"
          help="Minute, hour, day of the month, month, day of the week."
          pointer={below(pointer, 'cron')}
          value={trigger.cron}
          placeholder={begun.cron}
        />
      )}
      {present === 'every' && <DurationSetting label="Every" pointer={below(pointer, 'every')} value={trigger.every} />}
      {present === 'calendar' && <CalendarFields calendar={trigger.calendar} pointer={below(pointer, 'calendar')} />}
      <ChoiceSetting
        label="Time zone"
        pointer={below(pointer, 'zone')}
        value={trigger.zone}
        otherwise="UTC"
        choices={zones.map((zone) => ({ value: zone, label: zone }))}
      />
      <ChoiceSetting
        label="When the last run is not done yet"
        pointer={below(pointer, 'overlap')}
        value={trigger.overlap}
        otherwise="skip"
        choices={[
          { value: 'skip', label: 'skip this time' },
          { value: 'one', label: 'let one wait' },
          { value: 'all', label: 'run beside it' },
        ]}
      />
      <DurationSetting
        label="Make good a missed time up to"
        help="After the server was down."
        pointer={below(pointer, 'catchupSeconds')}
        value={trigger.catchupSeconds}
      />
      <DurationSetting
        label="Spread by up to"
        pointer={below(pointer, 'jitterSeconds')}
        value={trigger.jitterSeconds}
      />
    </>
  );
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    value: String(from + index),
    label: String(from + index).padStart(2, '0'),
  }));

const parts: { name: string; label: string; none: string; data: { value: string; label: string }[] }[] = [
  { name: 'hours', label: 'Hours', none: 'Every hour', data: numbers(0, 23) },
  { name: 'minutes', label: 'Minutes', none: '00', data: numbers(0, 59) },
  {
    name: 'daysOfWeek',
    label: 'Days of the week',
    none: 'Every day',
    data: days.map((label, value) => ({ value: String(value), label })),
  },
  { name: 'daysOfMonth', label: 'Days of the month', none: 'Every day', data: numbers(1, 31) },
  {
    name: 'months',
    label: 'Months',
    none: 'Every month',
    data: months.map((label, index) => ({ value: String(index + 1), label })),
  },
];

function CalendarFields({ calendar, pointer }: { calendar: unknown; pointer: string }) {
  const { change, readOnly } = useFormScope();
  const held = isObject(calendar) ? calendar : {};
  return parts.map(({ name, label, none, data }) => {
    const chosen = Array.isArray(held[name]) ? held[name].map(String) : [];
    return (
      <SettingFrame key={name} label={label} pointer={below(pointer, name)}>
        <MultiSelect
          aria-label={label}
          data={data}
          value={chosen}
          placeholder={chosen.length === 0 ? none : undefined}
          searchable
          readOnly={readOnly}
          onChange={(next) =>
            change(below(pointer, name), next.length === 0 ? undefined : next.map(Number).toSorted((a, b) => a - b))
          }
        />
      </SettingFrame>
    );
  });
}
