import { below } from '@castellan/flow';
import { useCatalog } from '../../editor/catalog.js';
import { AnySetting } from '../../forms/any-setting.js';
import { SchemaForm } from '../../forms/schema-form.js';
import { SwitchSetting } from '../../forms/setting-fields.js';
import { FlowSetting } from '../flow-setting.js';
import { FailureSection } from './failure-section.js';
import type { StepSettingsProps } from './step-settings-props.js';

/** Which flow is run, with what, and whether its end is waited for. */
export function SubflowSettings({ step, pointer }: StepSettingsProps) {
  const catalog = useCatalog();
  const flow = catalog?.flows.find(({ id }) => id === step.flow);
  const input = below(pointer, 'input');
  return (
    <>
      <FlowSetting
        label="Flow"
        help="A published flow with a call trigger. Its published version of that moment is run."
        pointer={below(pointer, 'flow')}
        value={step.flow}
      />
      {flow?.input != null && Object.keys(flow.input).length > 0 ? (
        <SchemaForm schema={flow.input} value={step.input} pointer={input} />
      ) : (
        <AnySetting label="Input" pointer={input} value={step.input} />
      )}
      <SwitchSetting
        label="Wait for its end"
        help="Then what it answers is this step's output, and its failure this step's failure. Else the output is the id of its run."
        pointer={below(pointer, 'wait')}
        value={step.wait}
        otherwise
      />
      <FailureSection step={step} pointer={pointer} retry={false} />
    </>
  );
}
