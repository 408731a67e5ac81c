import { ActionIcon, Checkbox, Select, TagsInput, TextInput } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useFormScope } from '../../forms/form-scope.js';
import classes from '../panels.module.css';
import { DefaultInput } from './default-input.js';
import type { InputField, InputType } from './input-schema.js';

const types: { value: InputType; label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'email', label: 'E-mail' },
  { value: 'number', label: 'Number' },
  { value: 'yesNo', label: 'Yes or no' },
  { value: 'choice', label: 'Choice' },
  { value: 'list', label: 'List of texts' },
];

interface FieldRowProps {
  field: InputField;
  number: number;
  onChange: (field: InputField) => void;
  onRemove: () => void;
}

/** One field of a form: its name, type, label, choices, what it begins with. */
export function FieldRow({ field, number, onChange, onRemove }: FieldRowProps) {
  const { readOnly } = useFormScope();
  // A name is written when it is whole: half a name would be another field.
  const [name, setName] = useState<string | null>(null);
  return (
    <fieldset className={classes.card} aria-label={`Field ${number}`}>
      <div className={classes.cardHead}>
        <TextInput
          size="xs"
          flex={1}
          aria-label={`Name of field ${number}`}
          value={name ?? field.name}
          readOnly={readOnly}
          onChange={(event) => setName(event.currentTarget.value)}
          onBlur={() => {
            if (name !== null && name.trim() !== '') onChange({ ...field, name: name.trim() });
            setName(null);
          }}
        />
        <Select
          size="xs"
          w={130}
          aria-label={`Type of field ${number}`}
          data={types}
          value={field.type}
          allowDeselect={false}
          readOnly={readOnly}
          onChange={(type) => type !== null && onChange(withType(field, type as InputType))}
        />
        {!readOnly && (
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Remove field ${number}`} onClick={onRemove}>
            <Trash2 size={14} />
          </ActionIcon>
        )}
      </div>
      <TextInput
        size="xs"
        aria-label={`Label of field ${number}`}
        placeholder="Label"
        value={field.title}
        readOnly={readOnly}
        onChange={(event) => onChange({ ...field, title: event.currentTarget.value })}
      />
      {field.type === 'choice' && (
        <TagsInput
          size="xs"
          aria-label={`Choices of field ${number}`}
          placeholder="Choices"
          value={field.choices}
          readOnly={readOnly}
          onChange={(choices) => onChange({ ...field, choices })}
        />
      )}
      <DefaultInput field={field} number={number} onChange={(next) => onChange(withDefault(field, next))} />
      <Checkbox
        size="xs"
        label="Required"
        checked={field.required}
        disabled={readOnly}
        onChange={(event) => onChange({ ...field, required: event.currentTarget.checked })}
      />
    </fieldset>
  );
}

/** A default of another type would fit no longer. */
function withType({ default: _, ...field }: InputField, type: InputType): InputField {
  return { ...field, type };
}

function withDefault({ default: _, ...field }: InputField, next: unknown): InputField {
  return next === undefined ? field : { ...field, default: next };
}
