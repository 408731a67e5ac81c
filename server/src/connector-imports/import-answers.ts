import type { ConnectorImport, ImportableOperation } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import type { ImportRow } from './import-rows.js';
import { type ConnectorUses, readConnectorUses } from './operation-uses.js';
import { connectedKinds, keyOf, type PresentConnector, presentOf } from './present-connector.js';

/** An import as people see it: what can be chosen, held against the connector that is there. */
export async function answerOf(sql: Sql, row: ImportRow): Promise<ConnectorImport> {
  const { id, source, state, progress, received, result } = row;
  const told = { id, source, state, progress, received, result, problems: row.problems ?? [] };
  const present = await presentOf(sql, row.intoId);
  const uses = present && row.outline ? await readConnectorUses(sql, row.workspaceId, present.connector) : null;
  return {
    ...told,
    outline: row.outline && outlineOf(row.outline, present, uses),
    into: present && (await intoOf(sql, row, present, uses)),
  };
}

type Outline = NonNullable<ImportRow['outline']>;

function outlineOf(found: Outline, present: PresentConnector | null, uses: ConnectorUses | null) {
  const { signIns, operations, ...outline } = found;
  return {
    ...outline,
    signIns: signIns.map(({ kind, title }) => ({ kind, title })),
    operations: operations.map((one) => importable(one, present, uses)),
  };
}

function importable(
  { hash, ...operation }: Outline['operations'][number],
  present: PresentConnector | null,
  uses: ConnectorUses | null,
): ImportableOperation {
  const before = present?.definition.operations[operation.id];
  const usedBy = uses?.byOperation.get(operation.id) ?? [];
  if (!before) {
    return { ...operation, allPages: operation.paging !== null, present: null, usedBy: [] };
  }
  const { effect, idempotency, paging } = before;
  const kept = { effect, idempotency, allPages: paging !== undefined };
  return { ...operation, ...kept, present: before.hash === hash ? 'same' : 'changed', usedBy };
}

async function intoOf(sql: Sql, row: ImportRow, present: PresentConnector, uses: ConnectorUses | null) {
  const { connector, title, number, definition } = present;
  const ids = new Set(row.outline?.operations.map(({ id }) => id));
  const gone = row.outline ? Object.entries(definition.operations).filter(([id]) => !ids.has(id)) : [];
  const proof = definition.test === null ? undefined : definition.operations[definition.test];
  return {
    ...{ id: connector, title, version: number },
    connections: (await connectedKinds(sql, row.workspaceId, connector)).length,
    test: proof ? keyOf(proof) : null,
    gone: gone.map(([id, operation]) => ({
      ...{ id, title: operation.title, key: keyOf(operation) },
      usedBy: uses?.byOperation.get(id) ?? [],
    })),
  };
}
