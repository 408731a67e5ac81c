import { below, type CatalogOperation, type DraftStep } from '@castellan/flow';
import { Select } from '@mantine/core';
import { useId } from 'react';
import { isObject } from '../../editor/is-object.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import { OperationSetting } from '../operation-setting.js';
import { Section } from '../section.js';

interface UndoSectionProps {
  step: DraftStep;
  pointer: string;
  operation: CatalogOperation;
}

/** How what the step did is taken back when its run fails: not at all, as the operation knows, or by another call. */
export function UndoSection({ step, pointer, operation }: UndoSectionProps) {
  const { change, readOnly } = useFormScope();
  const field = useId();
  const place = below(pointer, 'undo');
  const { undo } = step;
  const own = isObject(undo) ? undo : null;
  const chosen = undo === 'auto' ? 'auto' : own === null ? 'none' : 'call';
  const choose = (next: string | null) => {
    if (next === 'none') change(place, undefined);
    if (next === 'auto') change(place, 'auto');
    if (next === 'call') change(place, { operation: '', input: {} });
  };
  return (
    <Section title="Undo" summary={words[chosen]} pointers={[place]}>
      <SettingFrame
        label="When the run fails"
        help="What steps did is taken back in the opposite order. The flow settings say whether a cancelled run does so too."
        id={field}
        pointer={place}
      >
        <Select
          id={field}
          data={[
            { value: 'none', label: 'what this step did stays done' },
            { value: 'auto', label: 'it is taken back as the operation knows', disabled: operation.undo === undefined },
            { value: 'call', label: 'it is taken back by another call' },
          ]}
          value={chosen}
          allowDeselect={false}
          readOnly={readOnly}
          onChange={choose}
        />
      </SettingFrame>
      {own !== null && (
        <OperationSetting
          pointer={place}
          slot={own.connection ?? step.connection}
          operation={own.operation}
          input={own.input}
          writes
        />
      )}
    </Section>
  );
}

const words = { none: 'stays done', auto: 'as the operation knows', call: 'by another call' };
