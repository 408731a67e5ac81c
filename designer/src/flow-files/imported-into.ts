import type { Draft } from '@castellan/flow';

/**
 * The flow of a file in the place of an open one. Files name no connections of a workspace: a slot that the open flow
 * has too, for the same connector, keeps the one that was chosen there.
 */
export function importedInto(open: Draft, imported: Draft): Draft {
  if (imported.connections === undefined) return imported;
  const slots = Object.entries(imported.connections).map(([name, slot]) => {
    const known = open.connections?.[name];
    const isSame = known?.id != null && known.connector === slot.connector;
    return [name, isSame ? { ...slot, id: known.id } : slot] as const;
  });
  return { ...imported, connections: Object.fromEntries(slots) };
}
