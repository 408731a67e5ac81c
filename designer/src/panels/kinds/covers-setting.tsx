import { below, stepPlaces } from '@castellan/flow';
import { MultiSelect } from '@mantine/core';
import { useId } from 'react';
import { useCatalog } from '../../api/connections.js';
import { useEditor } from '../../editor/editor-context.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SettingFrame } from '../../forms/setting-fields.js';
import type { StepSettingsProps } from './step-settings-props.js';

/** The steps whose effects an approval allows: named, it shows and allows just what they would do. */
export function CoversSetting({ step, pointer }: Pick<StepSettingsProps, 'step' | 'pointer'>) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  const choices = useWrites();
  const place = below(pointer, 'covers');
  const covers = (Array.isArray(step.covers) ? step.covers : []).map(String);
  return (
    <SettingFrame
      id={id}
      label="Allows only what these steps would do"
      help="The rest of the run is planned first. The approvers see each change, and a write that is another one by then is not sent. Whoever started the run does not decide."
      pointer={place}
    >
      <MultiSelect
        id={id}
        data={choices}
        value={covers}
        placeholder={covers.length === 0 ? 'Not bound to changes' : undefined}
        readOnly={readOnly}
        searchable
        onChange={(next) => change(place, next.length === 0 ? undefined : next)}
      />
    </SettingFrame>
  );
}

/** Steps of the flow that change something, by their titles. */
function useWrites(): { value: string; label: string }[] {
  const flow = useEditor((state) => state.flow);
  const connectors = useCatalog().data?.connectors ?? [];
  return stepPlaces(flow).flatMap(({ id, step }) => {
    if (step.kind !== 'action') return [];
    const connector = flow.connections?.[String(step.connection)]?.connector;
    const operations = connectors.find((one) => one.id === connector)?.operations ?? [];
    const isRead = operations.some((one) => one.id === step.operation && one.effect === 'read');
    return isRead ? [] : [{ value: id, label: String(step.title || id) }];
  });
}
