import type { LargeParts, RunRow } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { changedRun } from '../emitted-events/changed-rows.js';
import { tellRunEnds } from '../emitted-events/told.js';
import { announce } from '../events/changes.js';
import { VersionsService } from '../flows/versions.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { sizesOf } from '../platform/large-values/index.js';
import { toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { cancelChildren, cancelRuns } from './cancel-runs.js';
import { tellParents } from './children.js';
import { closeApprovals } from './close-approvals.js';
import { ControlsService } from './controls.service.js';
import { readHistory } from './history.js';
import { readRun, readRuns, readSteps } from './run-rows.js';
import { findRunIds } from './search/find-runs.js';
import type { RunFilters } from './search/run-filters.js';
import { endTurns } from './turns/turns.js';

type ControlKind = 'cancel' | 'pause' | 'resume';

/** What people see of runs and ask of them. */
@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly controls: ControlsService,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor, filters: RunFilters) {
    const ids = await findRunIds(this.database, workspaceId, filters);
    const rows = await readRuns(this.database, ids);
    return toPage(rows, filters.limit, { item: (row) => row, place: (row) => row.id });
  }

  async get({ workspaceId }: Actor, runId: string) {
    const run = await this.run(workspaceId, runId);
    return { ...run, ...(await this.pinned(runId)) };
  }

  async steps({ workspaceId }: Actor, runId: string, query: { limit: number; cursor?: string; stepId?: string }) {
    await this.run(workspaceId, runId);
    const rows = await readSteps(this.database, runId, query);
    return toPage(rows, query.limit, { item: (row) => row, place: (row) => row.seq });
  }

  async history({ workspaceId }: Actor, runId: string) {
    await this.run(workspaceId, runId);
    const { flow } = await this.pinned(runId);
    return { items: await readHistory(this.database, runId, flow) };
  }

  /** The flow as it was when the run was made, and what started it. */
  private async pinned(runId: string) {
    const [row] = await this.database.query<{ versionId: string; triggerData: unknown; large: LargeParts }>(
      `select version_id as "versionId", trigger_data as "triggerData", nullif((${sizesOf('r')}) - 'response', '{}') as large from runs r where id = $1`,
      [runId],
    );
    const { versionId, ...data } = found(row, 'run');
    const { flow } = await this.versions.get(versionId);
    return { flow, ...data };
  }

  async control(actor: Actor, runId: string, kind: ControlKind, payload: object = {}): Promise<Record<string, never>> {
    let told: string[] = [];
    await this.database.transaction(async (tx) => {
      await this.openRun(tx, actor, runId);
      if (kind === 'cancel') told = await cancelRuns(tx, [runId], { actor: actor.email, payload });
      else await this.controls.ask(tx, { runId, kind, payload, actor: actor.email });
      await this.record(tx, actor, `run.${kind}`, runId, Object.keys(payload).length > 0 ? payload : undefined);
    });
    await this.controls.announce(runId, ...told);
    return {};
  }

  /** Ends the run at once: the raised epoch fences its host off, whatever that still does. */
  async terminate(actor: Actor, runId: string): Promise<Record<string, never>> {
    let told: string[] = [];
    await this.database.transaction(async (tx) => {
      await this.openRun(tx, actor, runId);
      await tx.query(
        `with changed as (
           update runs r set status = 'cancelled', reason = 'terminated', epoch = epoch + 1, ended_at = now(),
                  waiting_for = null, touched_at = now(), seq = nextval('change_seq') where id = $1
           returning ${changedRun}
         )${tellRunEnds} select from changed`,
        [runId],
      );
      told = [...(await closeSteps(tx, runId)), ...(await tellParents(tx, [runId]))];
      await endTurns(tx, [runId]);
      await this.record(tx, actor, 'run.terminate', runId);
      await announce(tx, actor.workspaceId, 'runs', [runId]);
    });
    // Its host looks at the epoch, finds that it is no longer its own, and goes.
    await this.controls.announce(runId, ...told);
    return {};
  }

  /** Steps that wait for their next attempt are tried at once: one of them, or all. */
  async retryNow(
    actor: Actor,
    runId: string,
    place: { step?: string; iteration: string },
  ): Promise<Record<string, never>> {
    await this.database.transaction(async (tx) => {
      await this.openRun(tx, actor, runId);
      const { step, iteration } = place;
      const [waiting] = await tx.query(
        `select step_id from steps where run_id = $1 and pass = 0 and status = 'retrying'
            and ($2::text is null or (step_id = $2 and iteration = $3)) limit 1`,
        [runId, step ?? null, iteration],
      );
      if (!waiting) throw new ApiError('conflict', 'No step of this run waits for its next attempt.');
      const control = { runId, kind: 'retry_now' as const, actor: actor.email };
      await this.controls.ask(tx, step === undefined ? control : { ...control, step, iteration });
      await this.record(tx, actor, 'run.retry_now', runId, step === undefined ? undefined : place);
    });
    await this.controls.announce(runId);
    return {};
  }

  async resolveOutcome(
    actor: Actor,
    runId: string,
    step: string,
    { iteration, outcome }: { iteration: string; outcome: 'happened' | 'not_happened' | 'fail' },
  ): Promise<Record<string, never>> {
    await this.database.transaction(async (tx) => {
      await this.openRun(tx, actor, runId);
      const [row] = await tx.query<{ status: string }>(
        'select status from steps where run_id = $1 and step_id = $2 and iteration = $3 and pass = 0',
        [runId, step, iteration],
      );
      if (row?.status !== 'unknown') throw new ApiError('conflict', 'The outcome of this step is known by now.');
      await this.controls.ask(tx, {
        runId,
        kind: 'outcome',
        step,
        iteration,
        payload: { outcome },
        actor: actor.email,
      });
      await this.record(tx, actor, 'run.outcome', runId, { step, iteration, outcome });
    });
    await this.controls.announce(runId);
    return {};
  }

  async run(workspaceId: string, runId: string): Promise<RunRow> {
    return found(await readRun(this.database, workspaceId, runId), 'run');
  }

  /** Locks the run; refuses one that has ended. */
  private async openRun(tx: Sql, { workspaceId }: Actor, runId: string): Promise<{ status: string }> {
    const [row] = await tx.query<{ status: string; ended: boolean }>(
      'select status, ended_at is not null as ended from runs where id = $1 and workspace_id = $2 for no key update',
      [runId, workspaceId],
    );
    const run = found(row, 'run');
    if (run.ended) throw new ApiError('conflict', 'The run has ended.');
    return run;
  }

  private record(tx: Sql, actor: Actor, action: string, runId: string, after?: unknown): Promise<void> {
    const { workspaceId } = actor;
    return this.audit.record(tx, { actor, workspaceId, action, objectType: 'run', objectId: runId, after });
  }
}

/** Its writes under way are given up: unless their process lives and tells what came of them, nobody knows. */
async function doubtWrites(tx: Sql, runId: string): Promise<void> {
  await tx.query(
    `update effects set state = 'unknown', lease_until = null, settled_at = now() where run_id = $1 and state = 'sending'`,
    [runId],
  );
}

async function closeSteps(tx: Sql, runId: string): Promise<string[]> {
  const closed = await tx.query<{ childRunId: string | null }>(
    `update steps set status = 'cancelled', ended_at = now(), next_at = null, seq = nextval('change_seq')
      where run_id = $1 and ended_at is null returning child_run_id as "childRunId"`,
    [runId],
  );
  await doubtWrites(tx, runId);
  await closeApprovals(tx, [runId]);
  await tx.query('update waits set closed_at = now() where run_id = $1 and closed_at is null', [runId]);
  return cancelChildren(
    tx,
    closed.flatMap(({ childRunId }) => childRunId ?? []),
  );
}
