import type { AuditService } from '../../audit/audit.service.js';
import { changedEffect } from '../../emitted-events/changed-rows.js';
import { tellAccessChanges } from '../../emitted-events/told.js';
import { announceRuns, announceTopic } from '../../events/changes.js';
import type { Sealer } from '../../platform/crypto/index.js';
import { type Database, prepared, type Sql } from '../../platform/database/index.js';
import { makeChildren } from '../../runs/children.js';
import { endTurns } from '../../runs/turns/turns.js';
import { itemPagesOf, writeItems } from '../loop-items.js';
import { abandonChildren } from './abandoned.js';
import type { RunChanges } from './changes.js';
import { endsWithOpenRows, writeRuns } from './run-rows.js';
import { begunBefore, closeOpenSteps, stepRowsOf, writeSteps } from './step-rows.js';
import type { StretchRun } from './stretch.js';
import { passTurns } from './turns-given-back.js';
import { escalate, expire, openApprovals, openEventWaits } from './wait-rows.js';

/** A run that has left the carrier that it shared, with the carrier that is to host it now. */
export interface MovedRun {
  id: string;
  workspaceId: string;
  versionId: string;
  triggerId: string;
  epoch: number;
  carrier: string;
  prepared: boolean;
}

/** What became of a stretch: runs in neither are no longer their host's. */
export interface Written {
  committed: Set<string>;
  moved: MovedRun[];
}

/**
 * Commits a stretch: the rows of all its runs in one transaction. A run whose epoch has moved on is left out. A run some
 * of whose rows are there already was committed before by a host that died before it could say so: nothing is written
 * and the caller takes the rows instead (RepeatedStretch).
 */
export class StretchWriter {
  constructor(
    private readonly database: Database,
    readonly sealer: Sealer,
    private readonly audit: AuditService,
    readonly secretsOf: (versionId: string) => Promise<string[]>,
    private readonly announce: (runIds: string[]) => void,
  ) {}

  async write(runs: StretchRun[]): Promise<Written> {
    const inTime = runs.filter((run) => !run.isLate);
    const rows = await stepRowsOf(inTime, this);
    const pages = await itemPagesOf(inTime, this);
    const asked = new Set<string>();
    const written = await this.database.transaction(async (tx) => {
      const alive = await fence(tx, runs);
      const ofAlive = rows.filter((row) => alive.has(row.runId));
      const repeated = new Set([...(await begunBefore(tx, ofAlive)), ...(await writeSteps(tx, ofAlive))]);
      if (repeated.size > 0) throw new RepeatedStretch(repeated);
      const own = inTime.filter((run) => alive.has(run.facts.id));
      await writeItems(
        tx,
        pages.filter(({ runId }) => alive.has(runId)),
      );
      for (const run of own)
        for (const id of await writeRest(tx, { sealer: this.sealer, audit: this.audit }, run)) asked.add(id);
      for (const id of await writeRuns(tx, own)) asked.add(id);
      await passTurns(tx, own);
      await endTurns(
        tx,
        own.filter(({ facts, changes }) => facts.takesTurns && changes.ending).map((run) => run.facts.id),
      );
      await tell(tx, own);
      const leaving = runs.filter((run) => alive.has(run.facts.id) && run.leaves).map((run) => run.facts.id);
      for (const id of leaving) alive.delete(id);
      return { committed: alive, moved: leaving.length > 0 ? await moveOut(tx, leaving) : [] };
    });
    if (asked.size > 0) this.announce([...asked]);
    return written;
  }
}

/** Rows that were there already: the stretch of these runs was committed by a host that died before it said so. */
export class RepeatedStretch extends Error {
  constructor(readonly runIds: ReadonlySet<string>) {
    super('This stretch has been committed before.');
  }
}

/** Locks the runs that are still these hosts'. From here on their rows come in one order. */
async function fence(tx: Sql, runs: StretchRun[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    prepared(`select r.id from runs r join unnest($1::uuid[], $2::int[]) as h (id, epoch) on h.id = r.id and h.epoch = r.epoch
      where r.ended_at is null order by r.id for no key update of r`),
    [runs.map((run) => run.facts.id), runs.map((run) => run.request.epoch)],
  );
  return new Set(rows.map((row) => row.id));
}

/** @returns runs that are to be announced, since something was asked of them */
async function writeRest(
  tx: Sql,
  { sealer, audit }: { sealer: Sealer; audit: AuditService },
  run: StretchRun,
): Promise<string[]> {
  const { changes, facts, version } = run;
  const asked: string[] = [];
  await makeChildren(tx, sealer, facts.workspaceId, changes.children);
  await openApprovals(tx, facts, changes.approvals);
  await openEventWaits(tx, facts, changes.awaitedEvents);
  await expire(tx, facts.id, changes.expired);
  await escalate(tx, audit, facts, changes.escalated);
  for (const { step, iteration } of changes.closedLoops) {
    const body = Object.values(version.program.steps)
      .filter((s) => s.level.includes(step))
      .map((s) => s.id);
    asked.push(...(await closeOpenSteps(tx, facts.id, body, iteration)));
  }
  for (const { step, iteration, outcome } of changes.outcomes) {
    await tx.query(
      prepared(`with changed as (
        update effects e set state = $5, settled_at = now(), answer = case when $5 = 'done' then null else e.answer end
         from steps s
        where s.run_id = $2 and s.step_id = $3 and s.iteration = $4 and s.pass = 0
          and e.root_id = $1 and e.key = s.effect_key and e.state = 'unknown'
        returning ${changedEffect}
       )${tellAccessChanges} select from changed`),
      [facts.rootId, facts.id, step, iteration, outcome === 'happened' ? 'done' : 'refused'],
    );
  }
  if (changes.controls.length > 0) {
    await tx.query('update controls set taken_at = now() where id = any($1)', [changes.controls]);
  }
  asked.push(...(await abandonChildren(tx, run)));
  return asked;
}

/** Gives the runs a carrier of their own; the raised epoch fences off the one that they shared. */
function moveOut(tx: Sql, runIds: string[]): Promise<MovedRun[]> {
  return tx.query<MovedRun>(
    prepared(`update runs set epoch = epoch + 1, carrier = id::text || '-' || (epoch + 1), touched_at = now()
      where id = any($1)
     returning id, workspace_id as "workspaceId", version_id as "versionId", trigger_id as "triggerId", epoch, carrier,
               prepared`),
    [runIds],
  );
}

/** Tells pages and waiting callers; whoever cares reads the rows. */
async function tell(tx: Sql, runs: StretchRun[]): Promise<void> {
  await announceRuns(
    tx,
    runs.map(({ facts }) => facts),
  );
  const asking = runs.filter((run) => asksOrAnswers(run.changes) || endsWithOpenRows(run));
  await announceTopic(
    tx,
    asking.map(({ facts }) => facts.workspaceId),
    'approvals',
  );
}

const asksOrAnswers = ({ approvals, expired, escalated }: RunChanges): boolean =>
  approvals.length + expired.length + escalated.length > 0;
