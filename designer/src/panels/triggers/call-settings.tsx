import { below } from '@castellan/flow';
import { InputFields } from './input-fields.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

/** What a calling flow hands over, and what it gets back. */
export function CallSettings({ trigger, pointer }: TriggerSettingsProps) {
  return (
    <>
      <InputFields
        label="Input"
        help="What the calling flow fills in. Expressions read it as trigger.input."
        schema={trigger.input}
        pointer={below(pointer, 'input')}
      />
      <InputFields
        label="Output"
        help="What the calling flow may rely on."
        schema={trigger.output}
        pointer={below(pointer, 'output')}
      />
    </>
  );
}
