import type { TriggerState } from '@castellan/api';
import type { Problem } from '@castellan/flow';
import { Text } from '@mantine/core';
import { isObject } from '../editor/is-object.js';
import { JsonControl } from '../forms/controls.js';
import { PlainForm, PlainValues } from '../forms/plain-form.js';

interface RunInputProps {
  trigger: TriggerState;
  value: unknown;
  problems: Problem[];
  onChange: (value: unknown) => void;
}

/** What a run is started with: the form of its trigger, the body of a delivery, or nothing. */
export function RunInput({ trigger, value, problems, onChange }: RunInputProps) {
  if (trigger.kind === 'schedule') {
    return (
      <Text size="sm" c="dimmed">
        It runs as if its time had come.
      </Text>
    );
  }
  if (trigger.input === null) return <JsonInput label="Body of the delivery" value={value} onChange={onChange} />;
  const { properties } = trigger.input;
  if (isObject(properties) && Object.keys(properties).length > 0) {
    return (
      <PlainForm
        schema={trigger.input}
        value={isObject(value) ? value : {}}
        problems={problems}
        onChange={(next) => onChange(next)}
      />
    );
  }
  if (Object.keys(trigger.input).length > 0) return <JsonInput label="Input" value={value} onChange={onChange} />;
  return (
    <Text size="sm" c="dimmed">
      It asks for nothing.
    </Text>
  );
}

function JsonInput({ label, value, onChange }: { label: string; value: unknown; onChange: (value: unknown) => void }) {
  return (
    <PlainValues>
      <Text component="label" htmlFor="run-input" size="sm" fw={500}>
        {label}
      </Text>
      <JsonControl id="run-input" label={label} value={value} required={false} invalid={false} onChange={onChange} />
    </PlainValues>
  );
}
