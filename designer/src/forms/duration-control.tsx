import { Group, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { useFormScope } from './form-scope.js';

const units = [
  { seconds: 1, title: 'seconds' },
  { seconds: 60, title: 'minutes' },
  { seconds: 3_600, title: 'hours' },
  { seconds: 86_400, title: 'days' },
];

interface DurationControlProps {
  label: string;
  id?: string;
  /** Seconds. */
  value: unknown;
  placeholder?: string;
  invalid?: boolean;
  onChange: (seconds: number | undefined) => void;
}

/** A duration as a number and its unit; it is kept in seconds. */
export function DurationControl({ label, id, value, placeholder, invalid = false, onChange }: DurationControlProps) {
  const { readOnly } = useFormScope();
  const seconds = typeof value === 'number' ? value : undefined;
  const [chosen, setChosen] = useState<number | null>(null);
  const unit = chosen ?? largestUnit(seconds);
  return (
    <Group gap={6} wrap="nowrap">
      <NumberInput
        {...(id === undefined ? {} : { id })}
        aria-label={label}
        flex={1}
        min={0}
        value={seconds === undefined ? '' : seconds / unit}
        placeholder={placeholder}
        error={invalid}
        readOnly={readOnly}
        onChange={(next) => onChange(typeof next === 'number' ? next * unit : undefined)}
      />
      <Select
        aria-label={`Unit of ${label.toLowerCase()}`}
        w={120}
        data={units.map((each) => ({ value: String(each.seconds), label: each.title }))}
        value={String(unit)}
        allowDeselect={false}
        readOnly={readOnly}
        onChange={(next) => {
          setChosen(Number(next));
          if (seconds !== undefined) onChange((seconds / unit) * Number(next));
        }}
      />
    </Group>
  );
}

/** The largest unit in which the duration is a whole number. */
function largestUnit(seconds: number | undefined): number {
  if (seconds === undefined || seconds === 0) return 1;
  return units.findLast((unit) => seconds % unit.seconds === 0)?.seconds ?? 1;
}
