import { below, readExpression } from '@castellan/flow';
import { SegmentedControl } from '@mantine/core';
import { useFormScope } from '../../forms/form-scope.js';
import { SchemaField } from '../../forms/schema-field.js';
import { ValueSetting } from '../../forms/setting-fields.js';
import type { StepSettingsProps } from './step-settings-props.js';

const fields = { type: 'object', additionalProperties: {}, title: 'Fields' };

/** What the step makes: an object field by field, or any value. */
export function ShapeSettings({ step, pointer }: StepSettingsProps) {
  const { change, readOnly } = useFormScope();
  const place = below(pointer, 'output');
  const output = step.output;
  const byFields =
    typeof output === 'object' && output !== null && !Array.isArray(output) && readExpression(output) === undefined;
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="How the output is given"
        data={[
          { value: 'fields', label: 'Field by field' },
          { value: 'whole', label: 'As a whole' },
        ]}
        value={byFields ? 'fields' : 'whole'}
        readOnly={readOnly}
        onChange={(next) => change(place, next === 'fields' ? {} : { jsonata: '' })}
      />
      {byFields ? (
        <SchemaField name="output" schema={fields} root={fields} value={output} pointer={place} place="" />
      ) : (
        <ValueSetting of="any" label="Output" required pointer={place} value={output} />
      )}
    </>
  );
}
