import { below } from '@castellan/flow';
import { AnySetting } from '../../forms/any-setting.js';
import { ChoiceSetting, NumberSetting } from '../../forms/setting-fields.js';
import { Section } from '../section.js';
import { FailureSection } from './failure-section.js';
import type { StepSettingsProps } from './step-settings-props.js';

/** The list that is gone through, how many items at once, and what is collected. */
export function LoopSettings({ step, pointer }: StepSettingsProps) {
  return (
    <>
      <AnySetting
        label="List"
        help="The steps inside run once for each item and see it as item."
        required
        pointer={below(pointer, 'items')}
        value={step.items}
      />
      <AnySetting
        label="What identifies an item"
        help="A retried run knows by it what was done already. Without it the item's number counts."
        pointer={below(pointer, 'key')}
        value={step.key}
      />
      <NumberSetting
        label="Items at once"
        pointer={below(pointer, 'concurrency')}
        value={step.concurrency}
        placeholder="1"
        min={1}
        max={1000}
      />
      <ChoiceSetting
        label="When an item fails"
        pointer={below(pointer, 'onItemError')}
        value={step.onItemError}
        otherwise="stop"
        choices={[
          { value: 'stop', label: 'stop the loop' },
          { value: 'continue', label: 'go on with the others' },
        ]}
      />
      <AnySetting
        label="Collect from each item"
        help="A value when the item is done; true takes the outputs of all its steps."
        pointer={below(pointer, 'collect')}
        value={step.collect}
      />
      <Section
        title="Batches"
        summary={typeof step.batchSize === 'number' ? `of ${step.batchSize}` : 'off'}
        pointers={[below(pointer, 'batchSize')]}
      >
        <NumberSetting
          label="Items in a batch"
          help="With it, item is a list of up to so many items."
          pointer={below(pointer, 'batchSize')}
          value={step.batchSize}
          min={1}
          max={1000}
        />
      </Section>
      <FailureSection step={step} pointer={pointer} retry={false} />
    </>
  );
}
