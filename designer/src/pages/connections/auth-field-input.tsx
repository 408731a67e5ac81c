import { NumberInput, PasswordInput, Select, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type AuthField, type FieldValue, isSecret } from './auth-form.js';

interface Props {
  field: AuthField;
  value: FieldValue;
  problem?: string;
  /** The secret is stored already: left empty, it stays. */
  stored: boolean;
  disabled: boolean;
  onChange(value: FieldValue): void;
}

/** One field of a connection's form. */
export function AuthFieldInput({ field, value, problem, stored, disabled, onChange }: Props) {
  const common = {
    label: field.label,
    description: field.help,
    placeholder: stored && isSecret(field) ? 'Stored; leave empty to keep it' : field.placeholder,
    error: problem,
    withAsterisk: field.required && !stored,
    disabled,
  };
  // A browser must not offer the passwords of people here, nor remember these.
  const quiet = { autoComplete: 'off', 'data-1p-ignore': true };
  switch (field.control) {
    case 'secret':
      return (
        <PasswordInput
          {...common}
          autoComplete="new-password"
          data-1p-ignore
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'long-secret':
    case 'long-text':
      return (
        <Textarea
          {...common}
          {...quiet}
          autosize
          minRows={3}
          maxRows={10}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          value={value as number | string}
          onChange={(next) => onChange(next)}
          allowDecimal={false}
        />
      );
    case 'switch':
      return (
        <Switch
          label={field.label}
          description={field.help}
          error={problem}
          disabled={disabled}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={field.choices}
          value={String(value) || null}
          onChange={(next) => onChange(next ?? '')}
          clearable={!field.required}
        />
      );
    case 'list':
      return <TagsInput {...common} value={value as string[]} onChange={onChange} />;
    case 'text':
      return (
        <TextInput
          {...common}
          {...quiet}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
