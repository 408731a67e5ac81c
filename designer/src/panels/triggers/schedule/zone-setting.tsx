import { Select } from '@mantine/core';
import { useId, useMemo } from 'react';
import { useFormScope } from '../../../forms/form-scope.js';
import { SettingFrame } from '../../../forms/setting-fields.js';
import { offsetName } from '../../../ui/format.js';

/** The zone whose clock on the wall a schedule follows; the reader's own and UTC stand first. */
export function ZoneSetting({ zone, pointer }: { zone: unknown; pointer: string }) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  const data = useMemo(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const now = new Date();
    const option = (value: string) => ({ value, label: `${value} (${offsetName(now, value)})` });
    const first = [...new Set([own, 'UTC'])];
    const others = Intl.supportedValuesOf('timeZone').filter((each) => !first.includes(each));
    return [
      { group: 'Yours and UTC', items: first.map(option) },
      { group: 'All zones', items: others.map(option) },
    ];
  }, []);
  return (
    <SettingFrame
      label="Time zone"
      help="Times follow the clock on the wall there, in summer and winter."
      id={id}
      pointer={pointer}
    >
      <Select
        id={id}
        data={data}
        value={typeof zone === 'string' ? zone : 'UTC'}
        searchable
        allowDeselect={false}
        limit={60}
        readOnly={readOnly}
        nothingFoundMessage="No zone of this name"
        onChange={(next) => next !== null && change(pointer, next === 'UTC' ? undefined : next)}
      />
    </SettingFrame>
  );
}
