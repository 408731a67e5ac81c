import { type Draft, objectOf, stepPlaces } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';

export interface UsingFlow {
  flowId: string;
  flowName: string;
}

/** The flows that name a connector in their draft or their published version, by the operation that they call. */
export interface ConnectorUses {
  flows: UsingFlow[];
  byOperation: ReadonlyMap<string, UsingFlow[]>;
}

export async function readConnectorUses(sql: Sql, workspaceId: string, connector: string): Promise<ConnectorUses> {
  const named = (json: string) => `jsonb_path_exists(${json}, '$.connections.*.connector ? (@ == $id)', $2)`;
  const rows = await sql.query<{ flowId: string; flowName: string; draft: Draft; published: Draft | null }>(
    `select f.id as "flowId", f.name as "flowName", f.draft::jsonb as draft, v.flow::jsonb as published
       from flows f left join versions v on v.flow_id = f.id and v.number = f.published
      where f.workspace_id = $1 and f.removed_at is null
        and (${named('f.draft::jsonb')} or ${named('v.flow::jsonb')})
      order by f.name, f.id`,
    [workspaceId, JSON.stringify({ id: connector })],
  );
  const byOperation = new Map<string, UsingFlow[]>();
  for (const { draft, published, ...flow } of rows) {
    const called = [draft, published].flatMap((form) => (form ? operationsIn(form, connector) : []));
    for (const operation of new Set(called)) byOperation.set(operation, [...(byOperation.get(operation) ?? []), flow]);
  }
  return { flows: rows.map(({ flowId, flowName }) => ({ flowId, flowName })), byOperation };
}

/** The operations of a connector that one form of a flow calls. A draft may be of any shape. */
function operationsIn(flow: Draft, connector: string): string[] {
  const slots = Object.entries(objectOf(flow.connections)).filter(([, slot]) => objectOf(slot).connector === connector);
  const names = new Set<unknown>(slots.map(([name]) => name));
  const steps = stepPlaces(flow).map(({ step }) => objectOf(step));
  const calls = [
    ...steps,
    ...steps.map(({ undo }) => objectOf(undo)),
    objectOf(objectOf(objectOf(flow.settings).onFailure).notify),
  ];
  return calls.flatMap(({ connection, operation }) =>
    names.has(connection) && typeof operation === 'string' ? [operation] : [],
  );
}
