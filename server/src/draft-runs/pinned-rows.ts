import type { Pin } from '@castellan/api';
import type { Sql } from '../platform/database/index.js';
import { type Blob, saveBlobs, splitLarge } from '../platform/large-values/index.js';

/** Rows of steps that a run of the workspace begins with because their outputs are pinned. */
export async function pinnedRows(
  tx: Sql,
  { workspaceId, runId }: { workspaceId: string; runId: string },
  pins: (Pin & { iteration: string })[],
): Promise<void> {
  if (pins.length === 0) return;
  const blobs: Blob[] = [];
  const rows = pins.map(({ stepId, iteration, port, output }) => {
    const { parts, large, blobs: own } = splitLarge(workspaceId, { output });
    blobs.push(...own);
    return { stepId, iteration, port, output: parts.output, large };
  });
  await saveBlobs(tx, blobs);
  await tx.query(
    `insert into steps (run_id, step_id, iteration, kind, status, port, output, large, started_at, ended_at)
     select $1, n."stepId", n.iteration, 'pinned', 'succeeded', n.port, n.output::jsonb, n.large::jsonb, now(), now()
       from json_to_recordset($2::json) as n ("stepId" text, iteration text, port text, output text, large text)`,
    [runId, JSON.stringify(rows)],
  );
}
