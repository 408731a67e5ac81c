import type { Program } from '@castellan/flow';
import { undoOf } from '@castellan/flow/runtime';
import { moveItems, type PagePlace } from '../activities/loop-items.js';
import { movedForms } from '../activities/values.js';
import type { Sealer } from '../platform/crypto/index.js';
import type { Sql } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import { wholeValue } from '../platform/large-values/index.js';
import { mask } from '../platform/masking.js';
import { type Plan, plannedStep } from '../workflows/interpreter/index.js';
import { type EarlierFrames, type KeptRows, type KeptSteps, loopsAround, type ReopenedLoop } from './kept-choice.js';

/** The run that rows are taken from, and the new run that gets them. */
export interface Move {
  from: string;
  to: string;
}

/** Rows moved between the two forms at one time. */
const batch = 200;

/**
 * How the steps of an earlier run ended, as `chooseKept` reads it. `was` is the plan of the version that it ran, `is`
 * that of the version to run: steps that stand elsewhere in it, or are of another kind, are left out.
 */
export async function readFrames(sql: Sql, runId: string, was: Plan, is: Plan): Promise<EarlierFrames[]> {
  const same = [...is.steps.keys()].filter((id) => standsInBoth(id, was, is));
  const undone = await undonePlaces(sql, runId, was);
  return sql.query<EarlierFrames>(
    `select loop, steps, array_agg(iteration) as iterations from (
       select c.loop, s.iteration,
              jsonb_object_agg(s.step_id, jsonb_build_object('status', s.status, 'port', s.port,
                'ended', s.ended_at is not null and u.step is null, 'count', s.count)) as steps
         from unnest($2::text[], $3::text[]) as c (step, loop)
         join steps s on s.run_id = $1 and s.step_id = c.step and s.pass = 0 and s.status <> 'skipped'
         left join unnest($4::text[], $5::text[]) as u (step, iteration)
           on u.step = s.step_id and u.iteration = s.iteration
        group by c.loop, s.iteration) f
      group by loop, steps`,
    [
      runId,
      same,
      same.map((id) => plannedStep(is, id).loop),
      undone.map(({ step }) => step),
      undone.map(({ iteration }) => iteration),
    ],
  );
}

interface Place {
  step: string;
  iteration: string;
}

/** Steps that were taken back when the run failed, and the loops around them: they are not done any more. */
async function undonePlaces(sql: Sql, runId: string, was: Plan): Promise<Place[]> {
  if (was.after.size === 0) return [];
  const rows = await sql.query<Place>(
    `select substr(step_id, length($2) + 1) as step, iteration from steps
      where run_id = $1 and pass = 0 and status = 'succeeded' and step_id like $2 || '%'`,
    [runId, undoOf('')],
  );
  const places = new Map<string, Place>();
  for (const { step, iteration } of rows) {
    const path = iteration === '' ? [] : iteration.split('.');
    for (const [depth, id] of [...loopsAround(was, step), step].entries()) {
      const place = { step: id, iteration: path.slice(0, depth).join('.') };
      places.set(`${place.step}@${place.iteration}`, place);
    }
  }
  return [...places.values()];
}

function standsInBoth(id: string, was: Plan, is: Plan): boolean {
  const before = was.steps.get(id);
  return (
    before?.step.kind === plannedStep(is, id).step.kind && loopsAround(was, id).join() === loopsAround(is, id).join()
  );
}

/**
 * Gives a new run what it takes over: rows of steps with their values, items of loops, decisions of approvals. In the
 * transaction that makes the run, whose row says `prepared`, so that its host begins with these rows.
 */
export async function keepSteps(
  tx: Sql,
  sealer: Sealer,
  move: Move,
  kept: Pick<KeptSteps, 'rows' | 'loops'>,
): Promise<void> {
  for (const rows of kept.rows) {
    await copySteps(tx, move, rows);
    await moveExact(tx, sealer, move, rows);
    await copyItems(tx, sealer, move, rows);
    await copyApprovals(tx, move, rows);
  }
  for (const loop of kept.loops) await reopenLoop(tx, sealer, move, loop);
  await copyResponse(tx, move);
}

/** The row `s` is one of the kept: parameters as `keptIn` gives them. */
const isKept = `s.run_id = $1 and s.step_id = any($2)
  and array_to_string((string_to_array(s.iteration, '.'))[1:$3], '.') = any($4)`;
/** The same of a step's row, which has ended. */
const isKeptStep = `${isKept} and s.pass = 0 and s.ended_at is not null and s.status <> 'skipped'`;

const keptIn = (runId: string, { steps, depth, iterations }: KeptRows) => [runId, steps, depth, iterations];

/** Kept steps that steps to do read, and whose secret values have been cleared: what is left of them is the mask. */
export function clearedSteps(sql: Sql, runId: string, program: Program, kept: KeptSteps): Promise<string[]> {
  const open = kept.open.flatMap((id) => program.steps[id] ?? []);
  const all = open.some(({ reads }) => reads === '*');
  const read = new Set(open.flatMap(({ reads }) => (reads === '*' ? [] : reads)));
  const candidates = kept.rows.map((rows) => ({ ...rows, steps: rows.steps.filter((id) => all || read.has(id)) }));
  const isCleared = `s.exact is null and (${wholeValue('s', 'output')})::text like '%${mask}%'`;
  return keptStepsWhere(sql, runId, candidates, isCleared);
}

/** Ids of the kept steps that have a row of which the condition holds, in terms of `s`. */
async function keptStepsWhere(sql: Sql, runId: string, kept: KeptRows[], condition: string): Promise<string[]> {
  const ids = new Set<string>();
  for (const rows of kept) {
    const found = await sql.query<{ id: string }>(
      `select distinct s.step_id as id from steps s where ${isKeptStep} and ${condition}`,
      keptIn(runId, rows),
    );
    for (const { id } of found) ids.add(id);
  }
  return [...ids];
}

/** How many rows are kept, with the keys of the effects and the ids of the called runs that stand in them. */
export async function readKept(
  sql: Sql,
  runId: string,
  kept: KeptSteps,
): Promise<{ count: number; effects: Set<string>; children: string[] }> {
  const effects = new Set<string>();
  const children: string[] = [];
  let count = 0;
  for (const rows of kept.rows) {
    const found = await sql.query<{ key: string | null; child: string | null }>(
      `select s.effect_key as key, s.child_run_id as child from steps s where ${isKeptStep}`,
      keptIn(runId, rows),
    );
    count += found.length;
    for (const { key, child } of found) {
      if (key !== null) effects.add(key);
      if (child !== null) children.push(child);
    }
  }
  return { count, effects, children };
}

async function copySteps(tx: Sql, move: Move, rows: KeptRows): Promise<void> {
  await tx.query(
    `insert into steps (run_id, step_id, iteration, kind, status, port, attempts, input, output, large, error, count, tries,
                        started_at, ended_at, kept_from, effect_key, child_run_id)
     select $5, step_id, iteration, kind, status, port, attempts, input, output, large, error, count, tries,
            started_at, ended_at, coalesce(kept_from, run_id), effect_key, child_run_id
       from (select s.* from steps s where ${isKeptStep} order by s.seq) s`,
    [...keptIn(move.from, rows), move.to],
  );
}

/** What was masked is sealed to its run and step: it is sealed again for the new place. */
async function moveExact(tx: Sql, sealer: Sealer, move: Move, rows: KeptRows): Promise<void> {
  const sealed = await tx.query<{ step: string; iteration: string; exact: string }>(
    `select s.step_id as step, s.iteration, s.exact from steps s where ${isKeptStep} and s.exact is not null`,
    keptIn(move.from, rows),
  );
  for (let start = 0; start < sealed.length; start += batch) {
    const some = sealed.slice(start, start + batch);
    const moved = await Promise.all(some.map((row) => movedForms(sealer, row, move)));
    await tx.query(
      `update steps s set exact = n.exact
         from unnest($2::text[], $3::text[], $4::text[]) as n (step, iteration, exact)
        where s.run_id = $1 and s.step_id = n.step and s.iteration = n.iteration and s.pass = 0`,
      [move.to, some.map(({ step }) => step), some.map(({ iteration }) => iteration), moved],
    );
  }
}

async function copyItems(tx: Sql, sealer: Sealer, move: Move, rows: KeptRows): Promise<void> {
  const copied = await tx.query<CopiedPage>(
    `insert into loop_items (run_id, step_id, iteration, page, items, large)
     select $5, s.step_id, s.iteration, s.page, s.items, s.large from loop_items s where ${isKept} ${returningPage}`,
    [...keptIn(move.from, rows), move.to],
  );
  await moveItems(tx, sealer, move, copied);
}

type CopiedPage = Omit<PagePlace, 'runId'>;
const returningPage = 'returning step_id as loop, iteration, page';

async function copyApprovals(tx: Sql, move: Move, rows: KeptRows): Promise<void> {
  const ids = await tx.query<{ id: string }>(
    `select s.id from approvals s where ${isKept} and s.status <> 'open'`,
    keptIn(move.from, rows),
  );
  if (ids.length === 0) return;
  await tx.query(
    `insert into approvals (id, workspace_id, run_id, flow_id, step_id, iteration, title, status, subject, show, large,
                            approvers, needed, decisions, hash, created_at, expires_at, decided_at, kept_from)
     select n.id, workspace_id, $1, flow_id, step_id, iteration, title, status, subject, show, large, approvers, needed,
            decisions, hash, created_at, expires_at, decided_at, coalesce(kept_from, run_id)
       from approvals a join unnest($2::uuid[], $3::uuid[]) as n (old, id) on n.old = a.id`,
    [move.to, ids.map(({ id }) => id), ids.map(() => newId())],
  );
}

/** The first respond step gave the run's answer: where that step is kept, its answer is. */
async function copyResponse(tx: Sql, { from, to }: Move): Promise<void> {
  await tx.query(
    `update runs r set response = e.response,
            large = case when e.large ? 'response'
                         then coalesce(r.large, '{}') || jsonb_build_object('response', e.large -> 'response')
                         else r.large end
       from runs e
      where r.id = $2 and e.id = $1 and e.response is not null and (
        select k.step_id is not null
          from steps s left join steps k on k.run_id = $2 and k.step_id = s.step_id and k.iteration = s.iteration
         where s.run_id = $1 and s.kind = 'respond' and s.status = 'succeeded' and s.pass = 0 order by s.seq limit 1)`,
    [from, to],
  );
}

/** The loop is under way again, over the items that were frozen for the earlier run. */
async function reopenLoop(
  tx: Sql,
  sealer: Sealer,
  { from, to }: Move,
  { step, iteration, kept }: ReopenedLoop,
): Promise<void> {
  await tx.query(
    `insert into steps (run_id, step_id, iteration, kind, status, count, detail, started_at)
     select $2, step_id, iteration, kind, 'running', count, jsonb_build_object('kept', $5::text), now()
       from steps where run_id = $1 and step_id = $3 and iteration = $4 and pass = 0`,
    [from, to, step, iteration, kept],
  );
  const copied = await tx.query<CopiedPage>(
    `insert into loop_items (run_id, step_id, iteration, page, items, large)
     select $2, step_id, iteration, page, items, large from loop_items
      where run_id = $1 and step_id = $3 and iteration = $4 ${returningPage}`,
    [from, to, step, iteration],
  );
  await moveItems(tx, sealer, { from, to }, copied);
}
