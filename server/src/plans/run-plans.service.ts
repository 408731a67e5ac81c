import { Injectable } from '@nestjs/common';
import { type PublishedVersion, VersionsService } from '../flows/versions.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { wholeValue } from '../platform/large-values/index.js';
import { chooseKept } from '../runs/kept-choice.js';
import { keepSteps, readFrames } from '../runs/kept-steps.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { makePlan } from '../workflows/interpreter/index.js';
import { sealPlan } from './seal-plan.js';
import { readPlan, type StoredPlan } from './stored-plan.js';

/** An approval of a run that has not ended, from which on the run is to be planned. */
export interface RestOfRun {
  workspaceId: string;
  runId: string;
  /** The approval's step and its iteration. */
  step: string;
  iteration: string;
  /** Steps whose writes give rows. Left out: those that the approval covers, which is every write that it dominates. */
  covers?: string[];
  /** Who is named as its maker. */
  by: string;
  /** How long the plan may be approved. */
  hours?: number;
}

/** The run that is to be planned from an approval on. */
interface BegunRun {
  flowId: string;
  versionId: string;
  version: number;
  triggerId: string;
  triggerKind: string;
  deliveryId: string | null;
  triggerData: unknown;
  businessKey: string | null;
  simulated: boolean;
}

/**
 * Plans of runs that are under way, for approvals: `planRest` when an approval is opened (the plan is there when its run
 * has ended: `look`), `bind` when it was approved. From then on each write that the approval covers must match a row of
 * the plan that no other write has taken, or fails with E_APPROVAL_STALE before anything is sent; the call sees to that by
 * itself.
 */
@Injectable()
export class RunPlans {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly sealer: Sealer,
  ) {}

  /**
   * Plans the rest of a run: a run of mode plan is queued that begins with what the run has recorded so far, counts this
   * approval and those behind it as given, really reads, and writes nothing. In the transaction of the caller.
   */
  async planRest(tx: Sql, rest: RestOfRun): Promise<{ planId: string; runId: string }> {
    const { workspaceId, runId, step, iteration, by, hours = 24 } = rest;
    const run = await readBegun(tx, workspaceId, runId);
    const version = await this.versions.get(run.versionId);
    const covers = rest.covers ?? coveredBy(version, step);
    const graph = makePlan(version.control);
    const kept = chooseKept(graph, run.triggerId, await readFrames(tx, runId, graph, graph), {
      at: 'step',
      ...{ step, iteration, items: 'all' },
    });
    const planId = newId();
    const planRun = newId();
    await tx.query(
      `insert into plans (id, workspace_id, flow_id, version_id, run_id, bound_run_id, step_id, iteration, covers,
                          made_by, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + $11 * interval '1 hour')`,
      [planId, workspaceId, run.flowId, run.versionId, planRun, runId, step, iteration, covers, by, hours],
    );
    await makeRun(tx, { ...run, id: planRun, workspaceId, mode: 'plan', planId, order: null, prepared: true });
    await keepSteps(tx, this.sealer, { from: runId, to: planRun }, kept);
    await announceQueued(tx, workspaceId, [planRun]);
    return { planId, runId: planRun };
  }

  /** The plan, closed if its runs have ended: its `status` says whether it is there, its `hash` what was planned. */
  look(workspaceId: string, planId: string): Promise<StoredPlan> {
    return this.database.transaction(async (tx) => {
      await sealPlan(tx, planId);
      return found(await readPlan(tx, workspaceId, planId), 'plan');
    });
  }

  /**
   * The rest of the run was approved as this plan has it: from the commit on the run keeps to it. In the transaction of
   * the decision. Rejects with `conflict` where the plan is not there, or is past its time.
   */
  async bind(tx: Sql, workspaceId: string, planId: string): Promise<void> {
    await sealPlan(tx, planId);
    const { status, bound } = found(await readPlan(tx, workspaceId, planId), 'plan');
    if (!bound) throw new ApiError('conflict', 'This plan is of a whole flow: apply it.');
    if (status !== 'ready') throw new ApiError('conflict', notReady[status]);
    await tx.query('update plans set binding_since = coalesce(binding_since, now()) where id = $1', [planId]);
  }
}

/** Why a plan cannot be carried out, by its status. */
export const notReady = {
  making: 'The plan is still being made.',
  failed: 'The run that made the plan did not succeed, so the plan does not say everything: make a new one.',
  expired: 'The plan is past its time: make a new one.',
  applied: 'The plan was applied before: make a new one.',
} as const;

async function readBegun(tx: Sql, workspaceId: string, runId: string): Promise<BegunRun> {
  const [run] = await tx.query<BegunRun>(
    `select r.flow_id as "flowId", r.version_id as "versionId", r.version, r.trigger_id as "triggerId",
            r.trigger_kind as "triggerKind", r.delivery_id as "deliveryId",
            ${wholeValue('r', 'trigger_data', 'trigger')} as "triggerData", r.business_key as "businessKey", r.simulated
       from runs r where r.id = $1 and r.workspace_id = $2 and r.ended_at is null`,
    [runId, workspaceId],
  );
  return found(run, 'run under way');
}

function coveredBy({ program }: PublishedVersion, step: string): string[] {
  const compiled = program.steps[step];
  if (compiled?.kind !== 'approval') throw new ApiError('invalid_input', `${step} is no approval of this run.`);
  return compiled.covers;
}
