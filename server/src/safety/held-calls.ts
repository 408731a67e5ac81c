import { createHash } from 'node:crypto';
import type { Change } from '@castellan/sdk';
import { changedApproval } from '../emitted-events/changed-rows.js';
import { tellApprovalsWanted } from '../emitted-events/told.js';
import { announce } from '../events/changes.js';
import type { Sealer } from '../platform/crypto/index.js';
import { prepared, type Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import { saveBlobs, splitLarge } from '../platform/large-values/index.js';

/** Why the workspace holds a call back until people let it through. */
export type HoldKind = 'protected' | 'budget';

/** Where a call stands. */
export interface CallPlace {
  runId: string;
  step: string;
  iteration: string;
}

/** A call as it would be sent. */
export interface HeldCall extends CallPlace {
  /** As the ledger names its effect. */
  effectKey: string;
  input: unknown;
  inputHash: string;
  changes: Change[];
}

/** What people are asked before calls are sent. */
export interface HoldQuestion {
  kind: HoldKind;
  workspaceId: string;
  runId: string;
  flowId: string;
  /** Tells it from the others of its run and kind. */
  name: string;
  title: string;
  /** E-mail address of whom it is about, where it is one person. */
  subject: string | null;
  approvers: string[];
  /** What is said above the list of changes, and what beside it. */
  words: { why: string } & Record<string, unknown>;
}

/** Who a run of this installation goes back to: those who started it, the runs that called it, and the first of each chain. */
const starters = `with recursive up as (
    select id, root_id, parent_run_id, started_by from runs where id = $1
    union all select r.id, r.root_id, r.parent_run_id, r.started_by from up join runs r on r.id = up.parent_run_id
  ) select coalesce(array_agg(distinct who) filter (where who is not null), '{}') as who
      from (select started_by as who from up
            union select r.started_by from up join runs r on r.id = up.root_id) s`;

export async function startersOf(sql: Sql, runId: string): Promise<string[]> {
  const [row] = await sql.query<{ who: string[] }>(prepared(starters), [runId]);
  return row?.who ?? [];
}

/** What was decided of a call by now, by why it is held; the latest of each. */
export async function decisionsOn(
  sql: Sql,
  { runId, effectKey, inputHash }: Pick<HeldCall, 'runId' | 'effectKey' | 'inputHash'>,
): Promise<Map<HoldKind, string>> {
  const rows = await sql.query<{ kind: HoldKind; status: string }>(
    prepared(`select a.kind, a.status from held_calls h join approvals a on a.id = h.approval_id
      where h.run_id = $1 and h.effect_key = $2 and h.input_hash = $3 order by a.id`),
    [runId, effectKey, inputHash],
  );
  return new Map(rows.map(({ kind, status }) => [kind, status]));
}

/** The input with which a call was held back: it is sent as people saw it. Null where it was not. */
export async function heldInput(
  sql: Sql,
  sealer: Sealer,
  { runId, step, iteration }: CallPlace,
): Promise<{ input: unknown } | null> {
  const [row] = await sql.query<{ key: string; input: string }>(
    `select effect_key as key, input from held_calls where run_id = $1 and step_id = $2 and iteration = $3
      order by held_at desc limit 1`,
    [runId, step, iteration],
  );
  return row ? { input: JSON.parse(await sealer.open(row.input, sealedFor(runId, row.key))) } : null;
}

/**
 * Asks people, or adds to what they are asked already; whoever looked at the shorter list has to look again.
 * @returns whether it was asked anew
 */
export async function hold(tx: Sql, sealer: Sealer, question: HoldQuestion, call: HeldCall): Promise<boolean> {
  const open = await openQuestion(tx, question);
  await list(tx, sealer, question, { id: open ?? (await ask(tx, question)), calls: [call] });
  return open === null;
}

/** Adds what will be asked as well to what people are asked already; nothing where it was decided by now. */
export async function addToQuestion(tx: Sql, sealer: Sealer, question: HoldQuestion, calls: HeldCall[]): Promise<void> {
  const id = await openQuestion(tx, question);
  if (id !== null) await list(tx, sealer, question, { id, calls });
}

async function list(
  tx: Sql,
  sealer: Sealer,
  question: HoldQuestion,
  { id, calls }: { id: string; calls: HeldCall[] },
): Promise<void> {
  for (const call of calls) {
    const input = await sealer.seal(JSON.stringify(call.input), sealedFor(call.runId, call.effectKey));
    await tx.query(
      `insert into held_calls (approval_id, run_id, step_id, iteration, effect_key, input, input_hash, changes)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (approval_id, effect_key) do update
          set input = excluded.input, input_hash = excluded.input_hash, changes = excluded.changes`,
      [
        ...[id, call.runId, call.step, call.iteration, call.effectKey, input, call.inputHash],
        JSON.stringify(call.changes),
      ],
    );
  }
  await writeList(tx, question, id);
  await announce(tx, question.workspaceId, 'approvals', [id]);
}

async function openQuestion(tx: Sql, { runId, kind, name }: HoldQuestion): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>(
    `select id from approvals where run_id = $1 and step_id = '' and kind = $2 and starts_with(iteration, $3)
        and status = 'open' for update`,
    [runId, kind, name],
  );
  return row?.id ?? null;
}

async function ask(tx: Sql, question: HoldQuestion): Promise<string> {
  const { workspaceId, runId, flowId, kind, name, title, subject, approvers } = question;
  const id = newId();
  const [count] = await tx.query<{ earlier: number }>(
    `select count(*)::int as earlier from approvals where run_id = $1 and step_id = '' and kind = $2`,
    [runId, kind],
  );
  await tx.query(
    `with changed as (
       insert into approvals (id, workspace_id, run_id, flow_id, step_id, iteration, kind, title, subject, approvers,
                              needed, hash, started_by)
       values ($1, $2, $3, $4, '', $5, $6, $7, $8, $9, 1, '', $10) returning ${changedApproval}
     )${tellApprovalsWanted} select from changed`,
    [
      ...[id, workspaceId, runId, flowId, `${name} ${count?.earlier ?? 0}`, kind, title, subject, approvers],
      await startersOf(tx, runId),
    ],
  );
  return id;
}

/** What people see is what is held, and a decision names just that. */
async function writeList(tx: Sql, { workspaceId, words }: HoldQuestion, id: string): Promise<void> {
  const rows = await tx.query<{ step: string; key: string; inputHash: string; changes: Change[] }>(
    `select step_id as step, effect_key as key, input_hash as "inputHash", changes from held_calls
      where approval_id = $1
      order by step_id, string_to_array(nullif(iteration, ''), '.')::int[] nulls first, effect_key`,
    [id],
  );
  const changes = rows.flatMap((row) => row.changes.map((change) => ({ ...change, step: row.step })));
  const { parts, large, blobs } = splitLarge(workspaceId, { show: { ...words, changes } });
  await saveBlobs(tx, blobs);
  const hash = createHash('sha256')
    .update(JSON.stringify([id, rows.map(({ key, inputHash }) => [key, inputHash])]))
    .digest('hex');
  await tx.query('update approvals set show = $2, large = $3, hash = $4 where id = $1', [id, parts.show, large, hash]);
}

/** Wakes the calls that an approval held back, in the transaction of its decision. */
export async function wakeHeld(tx: Sql, approvalId: string, actor: string): Promise<void> {
  await tx.query(
    `insert into controls (run_id, kind, step_id, iteration, payload, actor)
     select run_id, 'retry_now', step_id, iteration, '{}', $2 from held_calls where approval_id = $1`,
    [approvalId, actor],
  );
}

const sealedFor = (runId: string, key: string): string => `held:${runId}:${key}`;
