import { Button, Group, Text, Textarea } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { isObject } from '../../editor/is-object.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import { ValueField } from '../../forms/value-field.js';
import { TryFilter } from './try-filter.js';
import classes from './try-filter.module.css';

interface FilterFieldProps {
  /** Of the trigger. */
  id: string;
  filter: unknown;
  pointer: string;
}

const label = 'Only when';
const help = 'Gives true for deliveries that make a run. The others are logged as filtered.';

/** Which deliveries make a run: an expression in CEL or JSONata, and what it makes of what came before. */
export function FilterField({ id, filter, pointer }: FilterFieldProps) {
  const { change, readOnly } = useFormScope();
  if (filter === undefined) {
    return (
      <SettingFrame label={label} help={help} pointer={pointer}>
        <Text size="sm" c="dimmed" mb={4}>
          Every delivery makes a run.
        </Text>
        {!readOnly && (
          <Group gap="xs">
            <Button variant="light" size="compact-sm" onClick={() => change(pointer, { cel: '' })}>
              Add filter
            </Button>
            <Button variant="subtle" size="compact-sm" onClick={() => change(pointer, { jsonata: '' })}>
              Add filter in JSONata
            </Button>
          </Group>
        )}
      </SettingFrame>
    );
  }
  const remove = !readOnly && (
    <Button variant="subtle" color="gray" size="compact-xs" onClick={() => change(pointer, undefined)}>
      Remove
    </Button>
  );
  return (
    <>
      {isObject(filter) && typeof filter.cel === 'string' ? (
        <CelFilter source={filter.cel} pointer={pointer} aside={remove} />
      ) : (
        <ValueField
          label={label}
          help={help}
          pointer={pointer}
          value={filter}
          modes={['jsonata', 'variable']}
          aside={remove}
        >
          {() => null}
        </ValueField>
      )}
      <TryFilter id={id} filter={filter} />
    </>
  );
}

function CelFilter({ source, pointer, aside }: { source: string; pointer: string; aside: ReactNode }) {
  const { change, readOnly } = useFormScope();
  const field = useId();
  return (
    <SettingFrame
      label={label}
      help={`${help} Written in CEL: delivery.body, delivery.headers and delivery.query, such as has(delivery.body.user) && delivery.body.severity in ["high", "critical"].`}
      id={field}
      pointer={pointer}
    >
      <Textarea
        id={field}
        value={source}
        readOnly={readOnly}
        autosize
        minRows={2}
        spellCheck={false}
        classNames={{ input: classes.code ?? '' }}
        placeholder='delivery.body.severity == "high"'
        onChange={(event) => change(pointer, { cel: event.currentTarget.value })}
      />
      {aside}
    </SettingFrame>
  );
}
