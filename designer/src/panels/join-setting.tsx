import { below } from '@castellan/flow';
import { NumberInput, Select } from '@mantine/core';
import { useEditor } from '../editor/editor-context.js';
import { isObject } from '../editor/is-object.js';
import { levelOf, type StepPlace } from '../editor/outline.js';
import { useFormScope } from '../forms/form-scope.js';
import { SettingFrame } from '../forms/setting-fields.js';

/** Where several wires lead to a step: how many of them it waits for. */
export function JoinSetting({ place }: { place: StepPlace }) {
  const flow = useEditor((state) => state.flow);
  const { change, readOnly } = useFormScope();
  const wires = levelOf(flow, place).wires.filter((wire) => wire.to === place.id).length;
  const { join } = place.step;
  if (wires < 2 && join === undefined) return null;
  const pointer = below(place.pointer, 'join');
  const count = isObject(join) && typeof join.n === 'number' ? join.n : undefined;
  return (
    <SettingFrame label="Several wires lead here. It runs" pointer={pointer}>
      <Select
        aria-label="It runs"
        data={[
          { value: 'all', label: 'when all are decided and one is live' },
          { value: 'any', label: 'at the first live one' },
          { value: 'n', label: 'when so many are live' },
        ]}
        value={count !== undefined ? 'n' : join === 'any' ? 'any' : 'all'}
        allowDeselect={false}
        readOnly={readOnly}
        onChange={(next) =>
          change(pointer, next === 'all' ? undefined : next === 'n' ? { n: Math.max(1, wires) } : next)
        }
      />
      {count !== undefined && (
        <NumberInput
          aria-label="How many live wires"
          min={1}
          max={wires}
          value={count}
          readOnly={readOnly}
          onChange={(n) => typeof n === 'number' && change(pointer, { n })}
        />
      )}
    </SettingFrame>
  );
}
