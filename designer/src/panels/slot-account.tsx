import type { Draft } from '@castellan/flow';
import { Anchor, Text } from '@mantine/core';
import { useCatalog } from '../editor/catalog.js';
import { connectionName } from '../editor/connection-name.js';
import { useEditorStore } from '../editor/editor-context.js';
import { toggleSide } from '../editor/editor-store.js';

type Slot = NonNullable<Draft['connections']>[string];

/** What is missing while nothing stands in a slot, and what to do about it. */
const missing: Record<string, { what: string; remedy: string }> = {
  table: { what: 'No table is chosen yet.', remedy: 'Choose one' },
  webhook: { what: 'No secret is stored yet.', remedy: 'Store one' },
};
const missingAccount = { what: 'No account is connected yet.', remedy: 'Connect one' };

/** What stands in a slot, under the field that names it; with the way to change that. */
export function SlotAccount({ slot }: { slot: Slot | undefined }) {
  const store = useEditorStore();
  const catalog = useCatalog();
  const connection = catalog?.connections.find(({ id }) => id === slot?.id);
  const connector = catalog?.connectors.find(({ id }) => id === slot?.connector);
  if (slot === undefined || connector?.auth.every(({ kind }) => kind === 'none')) return null;
  const { what, remedy } = missing[slot.connector ?? ''] ?? missingAccount;
  return (
    <Text size="xs" c="dimmed">
      {connection === undefined ? `${what} ` : `${connectionName(connection)} · `}
      <Anchor
        component="button"
        type="button"
        size="xs"
        underline="always"
        onClick={() => toggleSide(store, 'connections')}
      >
        {connection === undefined ? remedy : 'change'}
      </Anchor>
    </Text>
  );
}
