import { below, months, weekdays } from '@castellan/flow';
import { MultiSelect } from '@mantine/core';
import { isObject } from '../../../editor/is-object.js';
import { useFormScope } from '../../../forms/form-scope.js';
import { SettingFrame } from '../../../forms/setting-fields.js';

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    value: String(from + index),
    label: String(from + index).padStart(2, '0'),
  }));
/** A week begins on Monday. */
const week = weekdays.map((label, value) => ({ value: String(value), label }));
const weekFromMonday = [...week.slice(1), ...week.slice(0, 1)];

const parts: { name: string; label: string; none: string; data: { value: string; label: string }[] }[] = [
  { name: 'hours', label: 'Hours', none: 'Every hour', data: numbers(0, 23) },
  { name: 'minutes', label: 'Minutes', none: '00', data: numbers(0, 59) },
  { name: 'daysOfWeek', label: 'Days of the week', none: 'Every day', data: weekFromMonday },
  { name: 'daysOfMonth', label: 'Days of the month', none: 'Every day', data: numbers(1, 31) },
  {
    name: 'months',
    label: 'Months',
    none: 'Every month',
    data: months.map((label, index) => ({ value: String(index + 1), label })),
  },
];

/** The lists of a calendar; one that is empty is every value. */
export function CalendarFields({ calendar, pointer }: { calendar: unknown; pointer: string }) {
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
