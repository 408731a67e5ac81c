import { below } from '@castellan/flow';
import { useCatalog } from '../../editor/catalog.js';
import { AnySetting } from '../../forms/any-setting.js';
import { SchemaForm } from '../../forms/schema-form.js';
import { ChoiceSetting, SwitchSetting } from '../../forms/setting-fields.js';
import { FailureSection } from './failure-section.js';
import type { StepSettingsProps } from './step-settings-props.js';

/** Which flow is run, with what, and whether its end is waited for. */
export function SubflowSettings({ step, pointer }: StepSettingsProps) {
  const catalog = useCatalog();
  const flow = catalog?.flows.find(({ id }) => id === step.flow);
  const input = below(pointer, 'input');
  return (
    <>
      <ChoiceSetting
        label="Flow"
        help="Published flows that another flow may call."
        pointer={below(pointer, 'flow')}
        value={step.flow}
        choices={(catalog?.flows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      {flow?.input != null && Object.keys(flow.input).length > 0 ? (
        <SchemaForm schema={flow.input} value={step.input} pointer={input} />
      ) : (
        <AnySetting label="Input" pointer={input} value={step.input} />
      )}
      <SwitchSetting
        label="Wait for its end"
        help="Its output is then this step's output."
        pointer={below(pointer, 'wait')}
        value={step.wait}
        otherwise
      />
      <FailureSection step={step} pointer={pointer} retry={false} />
    </>
  );
}
