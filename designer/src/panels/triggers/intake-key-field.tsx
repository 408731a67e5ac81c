import { readExpression } from '@castellan/flow';
import { Autocomplete, Button, Group } from '@mantine/core';
import { useId } from 'react';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import { ValueField } from '../../forms/value-field.js';
import { keysInSample } from './sample-keys.js';

interface IntakeKeyFieldProps {
  label: string;
  help: string;
  pointer: string;
  value: unknown;
  /** Where the key may be left out. */
  onRemove?: () => void;
}

/** Something read from a delivery before a run is made: a pointer into it, or an expression. */
export function IntakeKeyField({ label, help, pointer, value, onRemove }: IntakeKeyFieldProps) {
  const { change, readOnly, data } = useFormScope();
  const id = useId();
  const remove = onRemove !== undefined && !readOnly && value !== undefined && (
    <Button variant="subtle" color="gray" size="compact-xs" onClick={onRemove}>
      Remove
    </Button>
  );
  if (readExpression(value) !== undefined) {
    return (
      <ValueField
        label={label}
        help={help}
        pointer={pointer}
        value={value}
        modes={['jsonata', 'variable']}
        aside={remove}
      >
        {() => null}
      </ValueField>
    );
  }
  return (
    <SettingFrame label={label} help={`${help} A pointer such as /body/id.`} id={id} pointer={pointer}>
      <Autocomplete
        id={id}
        data={keysInSample(data.trigger)}
        value={typeof value === 'string' ? value : ''}
        readOnly={readOnly}
        placeholder="/body/id"
        onChange={(next) => change(pointer, next === '' ? undefined : next)}
      />
      <Group gap={4}>
        {!readOnly && (
          <Button variant="subtle" size="compact-xs" onClick={() => change(pointer, { jsonata: '' })}>
            Use an expression
          </Button>
        )}
        {remove}
      </Group>
    </SettingFrame>
  );
}
