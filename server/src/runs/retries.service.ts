import type { ChainRun, RetryPreview } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { changedEffect } from '../emitted-events/changed-rows.js';
import { tellAccessChanges } from '../emitted-events/told.js';
import { ExpressionHost } from '../expressions/expression-host.js';
import { IntakeFailure } from '../expressions/intake-reading.js';
import { VersionsService } from '../flows/versions.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { undoUnderWay } from '../undo/undone-run.js';
import { keepSteps, readKept } from './kept-steps.js';
import { makeRun } from './make-run.js';
import { announceQueued } from './queue.js';
import { readRetryEffects } from './retry-effects.js';
import { readScopes } from './retry-scopes.js';
import { type EarlierRun, type RetryCase, RetrySource, type RetryWish } from './retry-source.js';
import { type RunKeys, readRunKeys } from './run-keys.js';

export interface RetryRequest extends RetryWish {
  /** Keys of effects to be sent once more. */
  again: string[];
  outcomes: { key: string; outcome: 'happened' | 'not_happened' }[];
  /** Refuses a run that was retried since: its last retry is the one to retry. */
  onlyLast?: boolean;
}

/** Doing runs again: what it would mean, and doing it. */
@Injectable()
export class RetriesService {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly source: RetrySource,
    private readonly versions: VersionsService,
    private readonly expressions: ExpressionHost,
    private readonly audit: AuditService,
  ) {}

  preview(actor: Actor, runId: string, wish: RetryWish): Promise<RetryPreview> {
    return this.database.transaction(async (tx) => {
      const retry = await this.source.read(tx, actor, runId, wish);
      const underWay = await unfinishedOf(tx, retry.run.rootId);
      const cannot = retry.cannot ?? (underWay === null ? null : retryUnderWay);
      const effects = await readRetryEffects(tx, this.versions, retry);
      return { version: retry.version.number, cannot, changed: await changedSteps(tx, retry), ...effects };
    });
  }

  async make(actor: Actor, runId: string, request: RetryRequest): Promise<{ runId: string }> {
    return this.database.transaction(async (tx) => {
      const id = await this.makeIn(tx, actor, runId, request);
      await this.audit.record(tx, {
        ...{ actor, workspaceId: actor.workspaceId, action: 'run.retry', objectType: 'run', objectId: runId },
        after: { run: id, ...request },
      });
      return { runId: id };
    });
  }

  /** The retry's run, queued; refuses while another run of the chain is under way. @returns its id */
  async makeIn(tx: Sql, actor: Actor, runId: string, request: RetryRequest): Promise<string> {
    await lockChain(tx, actor.workspaceId, runId);
    const retry = await this.source.read(tx, actor, runId, request);
    const { run, version, kept } = retry;
    if (retry.cannot !== null) throw new ApiError('conflict', retry.cannot);
    const underWay = await unfinishedOf(tx, run.rootId);
    if (underWay !== null) throw new ApiError('conflict', retryUnderWay, { runId: underWay });
    if (request.onlyLast) await refuseRetried(tx, run);
    if (request.outcomes.length > 0) await settleUnknown(tx, await this.rootsOf(tx, retry), request.outcomes);
    const id = newId();
    await makeRun(tx, {
      ...inherited(run),
      ...(await this.keysOf(retry)),
      id,
      versionId: version.id,
      version: version.number,
      simulated: version.simulated,
      retryOf: run.id,
      retry: { place: request.place, version: request.version, again: request.again },
      prepared: kept.rows.length > 0 || kept.loops.length > 0,
      startedBy: actor.email,
    });
    await keepSteps(tx, this.sealer, { from: run.id, to: id }, kept);
    await announceQueued(tx, run.workspaceId, [id]);
    return id;
  }

  /** First runs of all chains whose writes the retry may come to. */
  private async rootsOf(tx: Sql, retry: RetryCase): Promise<string[]> {
    const { children } = await readKept(tx, retry.run.id, retry.kept);
    return (await readScopes(tx, this.versions, retry, children)).flatMap(({ roots }) => roots);
  }

  /** By the version that is to run. A retry takes its turn like any run, and never the place of a newer one. */
  private async keysOf({ run, version }: RetryCase): Promise<RunKeys> {
    const { workspaceId, triggerData } = run;
    const lane = version.program.settings.order?.lane;
    const { businessKey, order } =
      version.id === run.versionId
        ? { businessKey: run.businessKey, order: run.orderKey === null ? null : { key: run.orderKey } }
        : await readRunKeys(this.expressions, { workspaceId, program: version.program, triggerData }).catch(refuse);
    const own = lane && { lane: { ...lane, supersedes: [] } };
    return { businessKey, order: order && { key: order.key, whenBusy: 'queue', ...own } };
  }

  /** The run with all that were made of it, oldest first. */
  async chain({ workspaceId }: Actor, runId: string): Promise<{ items: ChainRun[] }> {
    const rootId = await rootOf(this.database, workspaceId, runId);
    const items = await this.database.query<ChainRun>(
      `select id, retry_of as "retryOf", status, version, created_at as "createdAt", ended_at as "endedAt",
              retry -> 'place' as place
         from runs where id = $1 or (root_id = $1 and root_id <> id) order by id limit 500`,
      [rootId],
    );
    return { items };
  }
}

function refuse(error: unknown): never {
  throw error instanceof IntakeFailure ? new ApiError('conflict', error.message) : error;
}

const retryUnderWay =
  'A run of this chain of retries, or one that undoes it, is under way: wait for its end, or cancel it.';

/** What a retry has from the run that it does again. */
function inherited(run: EarlierRun) {
  const { workspaceId, flowId, rootId, triggerId, triggerKind, deliveryId, triggerData, planId } = run;
  const mode: 'live' | 'test' = run.mode === 'test' ? 'test' : 'live';
  return { workspaceId, flowId, rootId, triggerId, triggerKind, deliveryId, triggerData, planId, mode };
}

async function rootOf(sql: Sql, workspaceId: string, runId: string): Promise<string> {
  const [row] = await sql.query<{ rootId: string }>(
    'select root_id as "rootId" from runs where id = $1 and workspace_id = $2',
    [runId, workspaceId],
  );
  return found(row, 'run').rootId;
}

/** Two retries of one chain at one moment: the second sees the first. */
async function lockChain(tx: Sql, workspaceId: string, runId: string): Promise<void> {
  const rootId = await rootOf(tx, workspaceId, runId);
  await tx.query('select id from runs where id = $1 for update', [rootId]);
}

/** The run of the chain, or one that undoes it, that has not ended. */
async function unfinishedOf(sql: Sql, rootId: string): Promise<string | null> {
  const [row] = await sql.query<{ id: string }>(
    'select id from runs where (id = $1 or (root_id = $1 and root_id <> id)) and ended_at is null limit 1',
    [rootId],
  );
  return row?.id ?? undoUnderWay(sql, [rootId]);
}

async function refuseRetried(sql: Sql, { id, rootId }: EarlierRun): Promise<void> {
  const [newer] = await sql.query('select id from runs where root_id = $1 and root_id <> id and id > $2 limit 1', [
    rootId,
    id,
  ]);
  if (newer) throw new ApiError('conflict', 'It was retried in the meantime.');
}

/** A person found out what became of writes whose answer never came. */
async function settleUnknown(tx: Sql, roots: string[], outcomes: RetryRequest['outcomes']): Promise<void> {
  const settled = await tx.query(
    `with changed as (
      update effects e set state = case when o.outcome = 'happened' then 'done' else 'refused' end, answer = null,
            settled_at = now(), lease_until = null
       from unnest($2::text[], $3::text[]) as o (key, outcome)
      where e.root_id = any($1) and e.key = o.key
        and (e.state = 'unknown' or (e.state = 'sending' and e.lease_until <= now()))
      returning ${changedEffect}
     )${tellAccessChanges} select key from changed`,
    [roots, outcomes.map(({ key }) => key), outcomes.map(({ outcome }) => outcome)],
  );
  if (settled.length < new Set(outcomes.map(({ key }) => key)).size) {
    throw new ApiError('conflict', 'The outcome of one of these writes is known by now: look again.');
  }
}

/** Steps that the two versions do not have in common, as far as the run came to them. */
async function changedSteps(sql: Sql, { run, version, was, is }: RetryCase): Promise<RetryPreview['changed']> {
  if (version.id === run.versionId) return [];
  const rows = await sql.query<{ id: string }>(
    `select distinct step_id as id from steps where run_id = $1 and pass = 0 and status <> 'skipped'`,
    [run.id],
  );
  const changed: RetryPreview['changed'] = [];
  for (const { id } of rows) {
    const before = was.steps.get(id);
    const after = is.steps.get(id);
    const title = version.program.steps[id]?.title ?? id;
    if (!after) changed.push({ stepId: id, title, why: 'gone' });
    else if (before?.step.kind !== after.step.kind) changed.push({ stepId: id, title, why: 'kind' });
    else if (before.loop !== after.loop) changed.push({ stepId: id, title, why: 'moved' });
  }
  for (const id of is.steps.keys()) {
    if (!was.steps.has(id)) changed.push({ stepId: id, title: version.program.steps[id]?.title ?? id, why: 'new' });
  }
  return changed;
}
