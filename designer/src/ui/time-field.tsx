import { TextInput, type TextInputProps } from '@mantine/core';
import { fromLocalTime, toLocalTime } from './local-time.js';

interface Props extends Pick<TextInputProps, 'label' | 'aria-label'> {
  /** An instant; undefined is an empty field. */
  value: string | undefined;
  onChange(next: string | undefined): void;
}

/** A day and a time where the reader is, to the minute. */
export function TimeField({ value, onChange, ...named }: Props) {
  return (
    <TextInput
      type="datetime-local"
      value={value === undefined ? '' : toLocalTime(value)}
      onChange={(event) => onChange(fromLocalTime(event.currentTarget.value))}
      {...named}
    />
  );
}
