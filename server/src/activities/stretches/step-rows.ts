import type { Sealer } from '../../platform/crypto/index.js';
import { prepared, type Sql } from '../../platform/database/index.js';
import { type Blob, saveBlobs } from '../../platform/large-values/index.js';
import { maskSecrets } from '../../platform/masking.js';
import { cancelChildren } from '../../runs/cancel-runs.js';
import { asJson, storedForms } from '../values.js';
import type { StretchRun } from './stretch.js';
import { closeWaits } from './wait-rows.js';

/** A step's row as a stretch writes it. */
export interface StepRow {
  runId: string;
  step: string;
  iteration: string;
  kind: string;
  status: string;
  port: string | null;
  input: string | null;
  output: string | null;
  exact: string | null;
  error: string | null;
  count: number | null;
  due: number | null;
  detail: string | null;
  large: string | null;
  blobs: Blob[];
  childRunId: string | null;
  begins: boolean;
  ended: boolean;
}

/** What these runs have to say of their steps, with the secrets of their versions masked. */
export async function stepRowsOf(
  runs: StretchRun[],
  { sealer, secretsOf }: { sealer: Sealer; secretsOf: (versionId: string) => Promise<string[]> },
): Promise<StepRow[]> {
  const rows: StepRow[] = [];
  for (const run of runs) {
    if (run.changes.steps.length === 0) continue;
    const secrets = await secretsOf(run.version.id);
    const { workspaceId, id: runId } = run.facts;
    for (const change of run.changes.steps) {
      const { step, iteration, kind, status } = change;
      const forms = await storedForms(sealer, secrets, { workspaceId, runId, step, iteration }, change);
      // Field by field: objects that are put together of others took eight times the memory, and there are many of these.
      rows.push({
        runId,
        step,
        iteration,
        kind,
        status,
        port: change.port ?? null,
        input: forms.input,
        output: forms.output,
        exact: forms.exact,
        error: asJson(change.error),
        count: change.count ?? null,
        due: change.due ?? null,
        detail: asJson(maskSecrets(change.detail, secrets)),
        large: forms.large,
        blobs: forms.blobs,
        childRunId: change.childRunId ?? null,
        begins: change.begins === true,
        ended: !open.has(status),
      });
    }
  }
  return rows;
}

const open: ReadonlySet<string> = new Set(['running', 'retrying', 'waiting']);

/** The runs of which a step that begins here has its row already. */
export async function begunBefore(tx: Sql, rows: StepRow[]): Promise<string[]> {
  const beginning = rows.filter(({ begins }) => begins);
  if (beginning.length === 0) return [];
  const found = await tx.query<{ runId: string }>(
    prepared(`select distinct s.run_id as "runId" from unnest($1::uuid[], $2::text[], $3::text[]) as n (run_id, step_id, iteration)
       join steps s on s.run_id = n.run_id and s.step_id = n.step_id and s.iteration = n.iteration and s.pass = 0`),
    [beginning.map((r) => r.runId), beginning.map((r) => r.step), beginning.map((r) => r.iteration)],
  );
  return found.map(({ runId }) => runId);
}

/** Answers the runs of which a row had ended already. */
export async function writeSteps(tx: Sql, rows: StepRow[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  await saveBlobs(
    tx,
    rows.flatMap(({ blobs }) => blobs),
  );
  const written = await tx.query<{ runId: string; step: string; iteration: string }>(
    prepared(`insert into steps as s (run_id, step_id, iteration, kind, status, port, input, output, exact, error, count, next_at,
                             detail, child_run_id, large, started_at, ended_at)
     select run_id, step_id, iteration, kind, status, port, input::jsonb, output::jsonb, exact, error::jsonb, count,
            to_timestamp(due / 1000.0), detail::jsonb, child_run_id, large::jsonb, case when status <> 'skipped' then now() end,
            case when ended then now() end
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::text[], $10::text[], $11::int[], $12::float8[], $13::text[], $14::uuid[], $15::bool[], $16::text[])
         as n (run_id, step_id, iteration, kind, status, port, input, output, exact, error, count, due, detail,
               child_run_id, ended, large)
     on conflict (run_id, step_id, iteration, pass) do update
        set status = excluded.status, port = excluded.port, input = coalesce(excluded.input, s.input),
            output = excluded.output, exact = coalesce(excluded.exact, s.exact), error = excluded.error,
            count = coalesce(excluded.count, s.count), next_at = excluded.next_at,
            detail = excluded.detail, child_run_id = coalesce(excluded.child_run_id, s.child_run_id),
            large = case when excluded.large is null then s.large else coalesce(s.large, '{}') || excluded.large end,
            ended_at = excluded.ended_at, seq = excluded.seq
      where s.ended_at is null
     returning run_id as "runId"`),
    [
      rows.map((r) => r.runId),
      rows.map((r) => r.step),
      rows.map((r) => r.iteration),
      rows.map((r) => r.kind),
      rows.map((r) => r.status),
      rows.map((r) => r.port),
      rows.map((r) => r.input),
      rows.map((r) => r.output),
      rows.map((r) => r.exact),
      rows.map((r) => r.error),
      rows.map((r) => r.count),
      rows.map((r) => r.due),
      rows.map((r) => r.detail),
      rows.map((r) => r.childRunId),
      rows.map((r) => r.ended),
      rows.map((r) => r.large),
    ],
  );
  if (written.length === rows.length) return new Set();
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.runId, (counts.get(row.runId) ?? 0) + 1);
  for (const { runId } of written) counts.set(runId, (counts.get(runId) ?? 0) - 1);
  return new Set([...counts].filter(([, missing]) => missing > 0).map(([runId]) => runId));
}

/**
 * Cancels what is still open of these steps in the iterations below `iteration`, with the runs that they wait for.
 * @returns runs that are to be announced
 */
export async function closeOpenSteps(tx: Sql, runId: string, steps: string[], iteration: string): Promise<string[]> {
  const below = iteration === '' ? '%' : `${iteration}.%`;
  const values = [runId, steps, below];
  const closed = await tx.query<{ childRunId: string | null }>(
    prepared(`update steps set status = 'cancelled', ended_at = now(), next_at = null, seq = nextval('change_seq')
      where run_id = $1 and ended_at is null and step_id = any($2) and iteration like $3
     returning child_run_id as "childRunId"`),
    values,
  );
  await closeWaits(tx, runId, steps, below);
  return cancelChildren(
    tx,
    closed.flatMap(({ childRunId }) => childRunId ?? []),
  );
}
