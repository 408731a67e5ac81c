import { below } from '@castellan/flow';
import { Anchor, Select, Text } from '@mantine/core';
import { useId } from 'react';
import { useCatalog } from '../editor/catalog.js';
import { connectionName } from '../editor/connection-name.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import { toggleSide } from '../editor/editor-store.js';
import { useFormScope } from '../forms/form-scope.js';
import { SettingFrame } from '../forms/setting-fields.js';

/** Which slot of the flow a step or trigger uses; with what stands in the slot. */
export function SlotSetting({ slot: given, pointer }: { slot: unknown; pointer: string }) {
  const store = useEditorStore();
  const catalog = useCatalog();
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const { change, readOnly } = useFormScope();
  const field = useId();
  const name = typeof given === 'string' ? given : null;
  const slot = name === null ? undefined : slots[name];
  const connection = catalog?.connections.find(({ id }) => id === slot?.id);
  const needsNone = catalog?.connectors
    .find(({ id }) => id === slot?.connector)
    ?.auth.every(({ kind }) => kind === 'none');
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
      {slot !== undefined && !needsNone && (
        <Text size="xs" c="dimmed">
          {connection === undefined
            ? `${slot.connector === 'table' ? 'No table is chosen' : 'No account is connected'} yet. `
            : `${connectionName(connection)} · `}
          <Anchor
            component="button"
            type="button"
            size="xs"
            underline="always"
            onClick={() => toggleSide(store, 'connections')}
          >
            {connection !== undefined ? 'change' : slot.connector === 'table' ? 'Choose one' : 'Connect one'}
          </Anchor>
        </Text>
      )}
    </SettingFrame>
  );
}
