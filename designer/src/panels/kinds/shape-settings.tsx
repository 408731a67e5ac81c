import { below } from '@castellan/flow';
import { AnySetting } from '../../forms/any-setting.js';
import type { StepSettingsProps } from './step-settings-props.js';

/** What the step makes: an object field by field, a list, or any value. */
export function ShapeSettings({ step, pointer }: StepSettingsProps) {
  return <AnySetting label="Output" required pointer={below(pointer, 'output')} value={step.output} />;
}
