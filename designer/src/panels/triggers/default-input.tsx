import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { useFormScope } from '../../forms/form-scope.js';
import type { InputField } from './input-schema.js';

interface DefaultInputProps {
  field: InputField;
  number: number;
  onChange: (value: unknown) => void;
}

/** What a field of a form begins with, in the control of its type; empty for nothing. */
export function DefaultInput({ field, number, onChange }: DefaultInputProps) {
  const { readOnly } = useFormScope();
  const shared = { size: 'xs', readOnly, placeholder: 'Default', 'aria-label': `Default of field ${number}` } as const;
  const value = field.default;
  switch (field.type) {
    case 'number':
      return (
        <NumberInput
          {...shared}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      );
    case 'yesNo':
      return (
        <Select
          {...shared}
          data={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          value={typeof value === 'boolean' ? String(value) : null}
          clearable
          onChange={(next) => onChange(next === null ? undefined : next === 'true')}
        />
      );
    case 'choice':
      return (
        <Select
          {...shared}
          data={[...new Set(field.choices)]}
          value={typeof value === 'string' ? value : null}
          clearable
          onChange={(next) => onChange(next ?? undefined)}
        />
      );
    case 'list':
      return (
        <TagsInput
          {...shared}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(next) => onChange(next.length === 0 ? undefined : next)}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        />
      );
  }
}
