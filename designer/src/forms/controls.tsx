import { Combobox, MultiSelect, NumberInput, Select, Switch, Textarea, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type FieldOptions, useFormScope } from './form-scope.js';
import type { Choice, FieldShape } from './json-schema.js';

/** What every control is given; its label stands above it and is named by `labelId`. */
export interface ControlProps {
  id: string;
  label: string;
  value: unknown;
  required: boolean;
  invalid: boolean;
  onChange: (value: unknown) => void;
}

type Shape<Type extends FieldShape['type']> = Extract<FieldShape, { type: Type }>;

/** Text; typing "=" into an empty box begins an expression, as in a spreadsheet. */
export function TextControl(props: ControlProps & { shape: Shape<'text'>; onExpression: () => void }) {
  const { id, label, value, invalid, shape } = props;
  const { readOnly } = useFormScope();
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
  const shared = {
    id,
    'aria-label': label,
    value: text,
    error: invalid,
    readOnly,
    placeholder: shape.placeholder,
    onChange: (event: { currentTarget: { value: string } }) => {
      if (text === '' && event.currentTarget.value === '=') props.onExpression();
      else props.onChange(event.currentTarget.value);
    },
  };
  return shape.multiline ? <Textarea {...shared} autosize minRows={2} maxRows={12} /> : <TextInput {...shared} />;
}

export function NumberControl({
  id,
  label,
  value,
  invalid,
  shape,
  onChange,
}: ControlProps & { shape: Shape<'number'> }) {
  const { readOnly } = useFormScope();
  return (
    <NumberInput
      id={id}
      aria-label={label}
      value={typeof value === 'number' ? value : ''}
      error={invalid}
      readOnly={readOnly}
      allowDecimal={!shape.integer}
      min={shape.minimum}
      max={shape.maximum}
      clampBehavior="none"
      onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
    />
  );
}

export function BooleanControl({ id, label, value, onChange }: ControlProps) {
  const { readOnly } = useFormScope();
  return (
    <Switch
      id={id}
      aria-label={label}
      label={value === true ? 'Yes' : 'No'}
      checked={value === true}
      disabled={readOnly}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

export function ChoiceControl({
  id,
  label,
  value,
  invalid,
  required,
  shape,
  onChange,
}: ControlProps & { shape: Shape<'choice'> }) {
  const { readOnly } = useFormScope();
  return (
    <Select
      id={id}
      aria-label={label}
      data={shape.options.map((option, index) => ({ value: String(index), label: option.label }))}
      value={choiceIndex(shape.options, value)}
      error={invalid}
      readOnly={readOnly}
      clearable={!required}
      searchable={shape.options.length > 8}
      placeholder={shape.placeholder ?? 'Choose'}
      onChange={(index) => onChange(index === null ? undefined : shape.options[Number(index)]?.value)}
    />
  );
}

export function ChoicesControl({
  id,
  label,
  value,
  invalid,
  shape,
  onChange,
}: ControlProps & { shape: Shape<'choices'> }) {
  const { readOnly } = useFormScope();
  const chosen = Array.isArray(value) ? value : [];
  return (
    <MultiSelect
      id={id}
      aria-label={label}
      data={shape.options.map((option, index) => ({ value: String(index), label: option.label }))}
      value={chosen.map((each) => choiceIndex(shape.options, each)).filter((index) => index !== null)}
      error={invalid}
      readOnly={readOnly}
      placeholder={chosen.length === 0 ? 'Choose' : undefined}
      onChange={(indexes) => onChange(indexes.map((index) => shape.options[Number(index)]?.value))}
    />
  );
}

function choiceIndex(options: Choice[], value: unknown): string | null {
  const index = options.findIndex((option) => option.value === value);
  return index === -1 ? null : String(index);
}

/** Choices that the outside system lists; what is typed may also be used as it stands. */
export function OptionsControl(props: ControlProps & { pointer: string; options: FieldOptions }) {
  const { id, label, value, invalid, pointer, options, onChange } = props;
  const { readOnly } = useFormScope();
  const [search, setSearch] = useState<string | null>(null);
  const [asked] = useDebouncedValue(search ?? '', 300);
  const combobox = useCombobox({ onDropdownClose: () => setSearch(null) });
  const {
    data = [],
    isFetching,
    error,
  } = useQuery({
    queryKey: ['options', options.key, pointer, asked],
    queryFn: () => options.load(pointer, asked),
    staleTime: 60_000,
    retry: false,
    placeholderData: (previous) => previous,
  });
  const held = data.find((option) => option.value === value);
  const shown = held?.label ?? (value === undefined || value === null ? '' : String(value));

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(chosen) => {
        onChange(chosen.startsWith('#') ? data[Number(chosen.slice(1))]?.value : chosen.slice(1));
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target>
        <TextInput
          id={id}
          aria-label={label}
          value={search ?? shown}
          error={invalid}
          readOnly={readOnly}
          description={held !== undefined && held.label !== String(value) ? String(value) : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder="Choose or type"
          onFocus={() => combobox.openDropdown()}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            // Held at once: a press elsewhere closes the list, and what was typed must not go with it.
            onChange(event.currentTarget.value);
            setSearch(event.currentTarget.value);
            combobox.openDropdown();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={240} style={{ overflowY: 'auto' }}>
          {data.map((option, index) => (
            <Combobox.Option key={JSON.stringify(option.value)} value={`#${index}`}>
              {option.label}
            </Combobox.Option>
          ))}
          {search !== null && search !== '' && <Combobox.Option value={`=${search}`}>Use “{search}”</Combobox.Option>}
          {data.length === 0 && <Combobox.Empty>{optionsNote(isFetching, error)}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function optionsNote(isFetching: boolean, error: Error | null): string {
  if (isFetching) return 'Asking the system…';
  return error === null ? 'Nothing found' : error.message;
}

/** Data of any form, as JSON text; what does not parse yet is kept in the box. */
export function JsonControl({ id, label, value, onChange }: ControlProps) {
  const { readOnly } = useFormScope();
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? writeJson(value);
  const broken = draft !== null && draft.trim() !== '' && parse(draft) === undefined;
  return (
    <Textarea
      id={id}
      aria-label={label}
      value={text}
      readOnly={readOnly}
      autosize
      minRows={1}
      maxRows={16}
      styles={{
        input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--mantine-font-size-xs)' },
      }}
      placeholder="Text, number, or JSON"
      error={broken ? 'This is no JSON yet; it is kept as text.' : undefined}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setDraft(next);
        onChange(next.trim() === '' ? undefined : (parse(next)?.value ?? next));
      }}
      onBlur={() => setDraft(null)}
    />
  );
}

/** Text that cannot be mistaken for other JSON stands without quotes. */
function writeJson(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' && parse(value) === undefined ? value : JSON.stringify(value, null, 2);
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
