import { below, type DraftStep, type Effect, keysOf, namedOperation, removalsAfter, stepPlaces } from '@castellan/flow';
import { Button, Group, MultiSelect } from '@mantine/core';
import { useId } from 'react';
import { connectorOfSlot, useCatalog } from '../../editor/catalog.js';
import { useEditor } from '../../editor/editor-context.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import type { StepSettingsProps } from './step-settings-props.js';

/** The steps whose effects an approval allows: named, it shows and allows just what they would do. */
export function CoversSetting({ step, pointer }: Pick<StepSettingsProps, 'step' | 'pointer'>) {
  const { change, readOnly } = useFormScope();
  const inputId = useId();
  const choices = useWrites();
  const removals = useRemovalsAfter(pointer);
  const place = below(pointer, 'covers');
  const covers = (Array.isArray(step.covers) ? step.covers : []).map(String);
  return (
    <SettingFrame
      id={inputId}
      label="Allows only what these steps would do"
      help="The rest of the run is planned first. The approvers see each change, and a write that is another one by then is not sent. Whoever started the run does not decide."
      pointer={place}
    >
      <MultiSelect
        id={inputId}
        data={choices}
        value={covers}
        placeholder={covers.length === 0 ? 'Not bound to changes' : undefined}
        readOnly={readOnly}
        searchable
        onChange={(next) => change(place, next)}
      />
      {step.covers === undefined && removals.length > 0 && !readOnly && (
        <Group gap="xs" mt={6}>
          <Button size="compact-xs" variant="light" onClick={() => change(place, removals)}>
            {removals.length === 1 ? 'Bind it to this step' : `Bind it to these ${removals.length} steps`}
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => change(place, [])}>
            Leave it unbound
          </Button>
        </Group>
      )}
    </SettingFrame>
  );
}

/** Steps of the flow that change something, by their titles. */
function useWrites(): { value: string; label: string }[] {
  const flow = useEditor((state) => state.flow);
  const effectOf = useEffectOf();
  return stepPlaces(flow).flatMap(({ id, step }) =>
    step.kind !== 'action' || effectOf(step) === 'read' ? [] : [{ value: id, label: String(step.title || id) }],
  );
}

/** Steps that take something away and run only when the approval at a place was given. */
function useRemovalsAfter(pointer: string): string[] {
  const flow = useEditor((state) => state.flow);
  const effectOf = useEffectOf();
  const approvalId = keysOf(pointer)?.at(-1) ?? '';
  return removalsAfter(flow, approvalId, (step) => effectOf(step) === 'destructive');
}

function useEffectOf(): (action: DraftStep) => Effect | undefined {
  const slots = useEditor((state) => state.flow.connections);
  const catalog = useCatalog();
  return ({ connection, operation }) =>
    namedOperation(connectorOfSlot(catalog, slots, connection)?.operations, operation)?.effect;
}
