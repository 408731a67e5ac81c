import { below } from '@castellan/flow';
import { AnySetting } from '../../forms/any-setting.js';
import { SchemaField } from '../../forms/schema-field.js';
import { ValueSetting } from '../../forms/setting-fields.js';
import type { StepSettingsProps } from './step-settings-props.js';

const headers = { type: 'object', additionalProperties: { type: 'string' }, title: 'Headers' };

/** What the caller of the webhook is answered. */
export function RespondSettings({ step, pointer }: StepSettingsProps) {
  return (
    <>
      <ValueSetting
        of="number"
        label="Status"
        placeholder="200"
        pointer={below(pointer, 'status')}
        value={step.status}
      />
      <AnySetting label="Body" pointer={below(pointer, 'body')} value={step.body} />
      <SchemaField
        name="headers"
        schema={headers}
        root={headers}
        value={step.headers}
        pointer={below(pointer, 'headers')}
        place=""
      />
    </>
  );
}
