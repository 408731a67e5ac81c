import { below } from '@castellan/flow';
import { ActionIcon, Button, Checkbox, Select, TagsInput, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { JsonControl } from '../../forms/controls.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import classes from '../panels.module.css';
import { fieldsOfSchema, type InputField, type InputType, schemaOfFields } from './input-schema.js';

const types: { value: InputType; label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'email', label: 'E-mail' },
  { value: 'number', label: 'Number' },
  { value: 'yesNo', label: 'Yes or no' },
  { value: 'choice', label: 'Choice' },
  { value: 'list', label: 'List of texts' },
];

/** The fields of a form, which are kept as JSON Schema; a schema that says more is edited as such. */
export function InputFields({
  label,
  help,
  schema,
  pointer,
}: {
  label: string;
  help: string;
  schema: unknown;
  pointer: string;
}) {
  const { change, readOnly } = useFormScope();
  const fields = fieldsOfSchema(schema);
  const write = (next: InputField[]) => change(pointer, next.length === 0 ? undefined : schemaOfFields(next));
  return (
    <SettingFrame label={label} help={help} pointer={pointer}>
      {fields === undefined ? (
        <JsonControl
          id={pointer}
          label={`${label} as JSON Schema`}
          value={schema}
          required={false}
          invalid={false}
          onChange={(next) => change(pointer, next)}
        />
      ) : (
        fields.map((field, index) => (
          <FieldRow
            key={below(pointer, index)}
            field={field}
            number={index + 1}
            onChange={(next) => write(fields.with(index, next))}
            onRemove={() => write(fields.toSpliced(index, 1))}
          />
        ))
      )}
      {fields !== undefined && !readOnly && (
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<Plus size={14} />}
          className={classes.addButton}
          onClick={() =>
            write([...fields, { name: freeName(fields), title: '', type: 'text', required: false, choices: [] }])
          }
        >
          Add field
        </Button>
      )}
    </SettingFrame>
  );
}

interface FieldRowProps {
  field: InputField;
  number: number;
  onChange: (field: InputField) => void;
  onRemove: () => void;
}

function FieldRow({ field, number, onChange, onRemove }: FieldRowProps) {
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
          onChange={(type) => type !== null && onChange({ ...field, type: type as InputType })}
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

function freeName(fields: InputField[]): string {
  let number = fields.length + 1;
  while (fields.some(({ name }) => name === `field${number}`)) number++;
  return `field${number}`;
}
