import type { Cell, TableColumn } from '@castellan/api';
import { NumberInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core';

interface Props {
  column: TableColumn;
  value: Cell;
  disabled: boolean;
  required: boolean;
  error: string | undefined;
  onChange(value: Cell): void;
}

/** The input of one cell, after what its column holds. */
export function CellInput({ column, value, disabled, required, error, onChange }: Props) {
  const { title, type, choices } = column;
  const common = { label: title, disabled, withAsterisk: required, error };
  if (type === 'number') {
    return (
      <NumberInput
        {...common}
        value={typeof value === 'number' ? value : ''}
        onChange={(given) => onChange(given === '' ? null : Number(given))}
      />
    );
  }
  if (type === 'boolean') {
    const answers = [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ];
    return (
      <Select
        {...common}
        data={answers}
        value={value === null ? null : String(value)}
        onChange={(given) => onChange(given === null ? null : given === 'true')}
        clearable
      />
    );
  }
  if (type === 'list') {
    return <TagsInput {...common} value={Array.isArray(value) ? value : []} onChange={onChange} allowDuplicates />;
  }
  if (choices) {
    return (
      <Select {...common} data={choices} value={value === null ? null : String(value)} onChange={onChange} clearable />
    );
  }
  const text = value === null ? '' : String(value);
  const set = (given: string) => onChange(given === '' ? null : given);
  if (type === 'text') {
    return (
      <Textarea {...common} autosize maxRows={8} value={text} onChange={(event) => set(event.currentTarget.value)} />
    );
  }
  return (
    <TextInput
      {...common}
      type={type === 'date' ? 'date' : 'text'}
      placeholder={type === 'instant' ? '2026-03-01T09:00:00Z' : undefined}
      value={text}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}
