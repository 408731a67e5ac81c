import type { Pin } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';

/** Rows of steps that a run begins with because their outputs are pinned. */
export async function pinnedRows(tx: Sql, runId: string, pins: (Pin & { iteration: string })[]): Promise<void> {
  if (pins.length === 0) return;
  await tx.query(
    `insert into steps (run_id, step_id, iteration, kind, status, port, output, started_at, ended_at)
     select $1, n."stepId", n.iteration, 'pinned', 'succeeded', n.port, n.output, now(), now()
       from json_to_recordset($2::json) as n ("stepId" text, iteration text, port text, output jsonb)`,
    [runId, JSON.stringify(pins)],
  );
}
