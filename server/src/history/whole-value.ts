import type { Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';

/** Names a value of a run. */
export interface ValueName {
  runId: string;
  part: 'trigger' | 'input' | 'output';
  step?: string;
  iteration: string;
}

/** The value as a whole, as JSON text; null when there is none. It is the form that is shown, without secrets. */
export async function readWholeValue(sql: Sql, workspaceId: string, name: ValueName): Promise<string | null> {
  const { runId, part, step, iteration } = name;
  if (part === 'trigger') {
    const [row] = await sql.query<{ json: string | null }>(
      `select (${wholeValue('r', 'trigger_data', 'trigger')})::text as json from runs r where r.workspace_id = $1 and r.id = $2`,
      [workspaceId, runId],
    );
    return row?.json ?? null;
  }
  const [row] = await sql.query<{ json: string | null }>(
    `select (${wholeValue('s', part)})::text as json from runs r join steps s on s.run_id = r.id
      where r.workspace_id = $1 and r.id = $2 and s.step_id = $3 and s.iteration = $4 and s.pass = 0`,
    [workspaceId, runId, step ?? '', iteration],
  );
  return row?.json ?? null;
}
