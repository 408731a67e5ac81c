import type { Catalog } from '@castellan/api';
import { type Draft, type Flow, flowSchema, type Problem, validate } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';

/** What a flow file of another installation names and this one does not have. */
const onlyHere = ['connection_missing', 'connection_unknown', 'flow_unknown'];

/** What comes to be wrong by what happens in the installation, or by time, and not by another release. */
const outside = [...onlyHere, 'schedule_never'];

/** The draft as a flow without errors, else `flow_invalid` with every problem, warnings too. */
export function checkFlow(draft: Draft, catalog: Catalog): Flow {
  return withoutErrors(draft, validate(draft, catalog));
}

/** The same of a flow that is only rehearsed: nothing is called, so what it would call may be missing here. */
export function checkFlowFile(draft: Draft, catalog: Catalog): Flow {
  return withoutErrors(
    draft,
    validate(draft, catalog).filter(({ code }) => !onlyHere.includes(code)),
  );
}

/**
 * What of a published flow does not fit the connectors that there are. Whether its connections and the flows that it
 * calls are there is said where they are removed or switched off.
 */
export function misfitsOf(flow: Flow, catalog: Catalog): Problem[] {
  const problems = validate(flow, { ...catalog, flows: [] });
  return problems.filter(({ severity, code }) => severity === 'error' && !outside.includes(code));
}

function withoutErrors(draft: Draft, problems: Problem[]): Flow {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw new ApiError('flow_invalid', `${errors[0]?.pointer}: ${errors[0]?.message}${more}`, { problems });
  }
  return flowSchema.parse(draft);
}

/** Connections and tables that a version names cannot be removed until it is committed. */
export async function holdConnections(tx: Sql, flow: Flow): Promise<void> {
  const ids = connectionIds(flow);
  const held = await tx.query(
    'select id from connections where id = any($1::uuid[]) and removed_at is null order by id for share',
    [ids],
  );
  const tables = await tx.query(
    'select id from tables where id = any($1::uuid[]) and removed_at is null order by id for key share',
    [ids],
  );
  if (held.length + tables.length < new Set(ids).size) {
    throw new ApiError(
      'conflict',
      'A connection or table of this flow was removed in the meantime; choose another one.',
    );
  }
}

/** Whether any connection in the flow's slots is a simulator. */
export function usesSimulators(flow: Flow, catalog: Catalog): boolean {
  const simulators = new Set(catalog.connections.filter(({ simulator }) => simulator).map(({ id }) => id));
  return connectionIds(flow).some((id) => simulators.has(id));
}

function connectionIds(flow: Flow): string[] {
  return Object.values(flow.connections ?? {}).flatMap(({ id }) => (id ? [id] : []));
}
