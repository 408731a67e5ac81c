import { below } from '@castellan/flow';
import { Select } from '@mantine/core';
import { useId } from 'react';
import { useEditor } from '../editor/editor-context.js';
import { useFormScope } from '../forms/form-scope.js';
import { SettingFrame } from '../forms/setting-fields.js';
import { SlotAccount } from './slot-account.js';

/** Which slot of the flow a step or trigger uses; with what stands in the slot. */
export function SlotSetting({ slot: given, pointer }: { slot: unknown; pointer: string }) {
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const { change, readOnly } = useFormScope();
  const field = useId();
  const name = typeof given === 'string' ? given : null;
  const slot = name === null ? undefined : slots[name];
  return (
    <SettingFrame label="Connection" id={field} pointer={below(pointer, 'connection')}>
      <Select
        id={field}
        data={Object.entries(slots).map(([value, { title, connector }]) => ({
          value,
          label: title ?? connector ?? value,
        }))}
        value={name}
        placeholder="Choose a connection of this flow"
        allowDeselect={false}
        readOnly={readOnly}
        onChange={(next) => next !== null && change(below(pointer, 'connection'), next)}
      />
      <SlotAccount slot={slot} />
    </SettingFrame>
  );
}
