import { below } from '@castellan/flow';
import { Text } from '@mantine/core';
import { AnySetting } from '../../forms/any-setting.js';
import { ConditionEditor } from '../../forms/condition-editor.js';
import type { StepSettingsProps } from './step-settings-props.js';

/** A list and what its kept items fulfil. */
export function FilterSettings({ step, pointer }: StepSettingsProps) {
  return (
    <>
      <AnySetting
        label="List"
        help="One thing counts as a list of one, nothing as an empty list."
        required
        pointer={below(pointer, 'items')}
        value={step.items}
      />
      <Text size="sm" fw={500}>
        Keep an item when
      </Text>
      <ConditionEditor label="Keep an item when" value={step.when} pointer={below(pointer, 'when')} />
      <Text size="xs" c="dimmed">
        Expressions see the item as item and its number as index.
      </Text>
    </>
  );
}
