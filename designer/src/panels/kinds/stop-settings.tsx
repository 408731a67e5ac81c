import { below } from '@castellan/flow';
import { ChoiceSetting, ValueSetting } from '../../forms/setting-fields.js';
import type { StepSettingsProps } from './step-settings-props.js';

/** How the run ends here, and what it says about it. */
export function StopSettings({ step, pointer }: StepSettingsProps) {
  return (
    <>
      <ChoiceSetting
        label="The run ends as"
        pointer={below(pointer, 'outcome')}
        value={step.outcome}
        choices={[
          { value: 'succeed', label: 'succeeded' },
          { value: 'fail', label: 'failed' },
        ]}
      />
      <ValueSetting of="longText" label="Message" pointer={below(pointer, 'message')} value={step.message} />
    </>
  );
}
