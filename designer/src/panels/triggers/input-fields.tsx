import { below } from '@castellan/flow';
import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { JsonControl } from '../../forms/controls.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import classes from '../panels.module.css';
import { FieldRow } from './field-row.js';
import { fieldsOfSchema, type InputField, schemaOfFields } from './input-schema.js';

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

function freeName(fields: InputField[]): string {
  let number = fields.length + 1;
  while (fields.some(({ name }) => name === `field${number}`)) number++;
  return `field${number}`;
}
