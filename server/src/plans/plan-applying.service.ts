import type { MovedRow } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { ExpressionHost } from '../expressions/expression-host.js';
import { IntakeFailure } from '../expressions/intake-reading.js';
import { VersionsService } from '../flows/versions.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { wholeValue } from '../platform/large-values/index.js';
import type { Actor } from '../platform/routes/index.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { type RunKeys, readRunKeys } from '../runs/run-keys.js';
import { readUndone, refuseUndone } from '../undo/undone-run.js';
import { type Moved, PlanState } from './plan-state.service.js';
import { notReady } from './run-plans.service.js';
import { sealPlan } from './seal-plan.js';
import { SharedReadings } from './shared-readings.js';
import { readPlan, type StoredPlan } from './stored-plan.js';

/** What is not read by then is told so, and whoever asks again waits for the same reading. */
const answerWithinMs = 20_000;

/** Carries plans out. */
@Injectable()
export class PlanApplying {
  private readonly readings = new SharedReadings<Moved>();

  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly expressions: ExpressionHost,
    private readonly state: PlanState,
    private readonly audit: AuditService,
  ) {}

  /**
   * Makes the live run that carries a plan out. What there was before each write is read again first: where anything has
   * moved, nothing is begun (`conflict`, details.moved). Where that takes long it goes on, and whoever asks again joins it
   * (`unavailable`, details.reading). `hash` is that of the plan that the person looked at.
   */
  async apply(actor: Actor, planId: string, hash: string): Promise<{ runId: string }> {
    const plan = await this.database.transaction(async (tx) => {
      await sealPlan(tx, planId);
      return this.applicable(tx, actor, planId, hash);
    });
    const reading = await this.readings.within(answerWithinMs, planId, (progress) => this.state.moved(plan, progress));
    if ('progress' in reading) {
      const { read, of } = reading.progress;
      const message = `What there is now is being read: ${read} of ${of}. Nothing is begun yet; ask again to go on.`;
      throw new ApiError('unavailable', message, { reading: reading.progress });
    }
    const { moved, count } = reading.found;
    if (count > 0) {
      throw new ApiError('conflict', `${movedInWords(moved, count)} since the plan was made. Make a new plan.`, {
        ...{ moved, count },
      });
    }
    const start = await this.startOf(plan);
    const runId = newId();
    await this.database.transaction(async (tx) => {
      await tx.query('select from plans where id = $1 for update', [planId]);
      await this.applicable(tx, actor, planId, hash);
      await tx.query('update plans set applied_run_id = $2, applied_at = now(), applied_by = $3 where id = $1', [
        ...[planId, runId, actor.email],
      ]);
      await makeRun(tx, { ...start, id: runId, mode: 'live', planId, startedBy: actor.email });
      await this.audit.record(tx, {
        ...{ actor, workspaceId: actor.workspaceId, action: 'plan.applied' },
        ...{ objectType: 'plan', objectId: planId, objectName: plan.flowName },
        after: { run: runId, hash, flowId: plan.flowId, version: plan.version },
      });
      if (plan.undoes) {
        await this.audit.record(tx, {
          ...{ actor, workspaceId: actor.workspaceId, action: 'run.undo', objectType: 'run' },
          ...{ objectId: plan.undoes.runId, objectName: plan.flowName, after: { run: runId, plan: planId } },
        });
      }
      await announceQueued(tx, actor.workspaceId, [runId]);
    });
    return { runId };
  }

  private async applicable(tx: Sql, { workspaceId }: Actor, planId: string, hash: string): Promise<StoredPlan> {
    const plan = found(await readPlan(tx, workspaceId, planId), 'plan');
    if (plan.bound) throw new ApiError('conflict', 'This plan is of the rest of a run: its approval carries it out.');
    if (plan.status !== 'ready') throw new ApiError('conflict', notReady[plan.status]);
    if (plan.hash !== hash) throw new ApiError('conflict', 'This is not the hash of the plan: look at it again.');
    if (plan.cleared) throw new ApiError('conflict', 'The data of the plan was removed: make a new one.');
    if (plan.undoes) {
      if (Object.keys(plan.counts).length === 0) throw new ApiError('conflict', 'There is nothing to take back.');
      await refuseUndone(tx, { ...plan, undoes: plan.undoes });
      return plan;
    }
    const [flow] = await tx.query<{ published: number | null; removed: boolean }>(
      'select published, removed_at is not null as removed from flows where id = $1',
      [plan.flowId],
    );
    if (plan.version === null) {
      throw new ApiError('conflict', 'This plan is of a draft: publish it, and make a plan of that version.');
    }
    if (!flow || flow.removed) throw new ApiError('conflict', 'The flow has been removed.');
    if (flow.published !== plan.version) {
      const published = flow.published === null ? 'is not published any more' : `has version ${flow.published} by now`;
      throw new ApiError(
        'conflict',
        `The plan is of version ${plan.version}, and the flow ${published}: make a new plan.`,
      );
    }
    return plan;
  }

  // --- the run --------------------------------------------------------------------------------------------------

  private async startOf({ runId, workspaceId, flowId, versionId, version, undoes }: StoredPlan) {
    const [row] = await this.database.query<{ triggerId: string; triggerKind: string; triggerData: unknown }>(
      `select r.trigger_id as "triggerId", r.trigger_kind as "triggerKind",
              ${wholeValue('r', 'trigger_data', 'trigger')} as "triggerData" from runs r where r.id = $1`,
      [runId],
    );
    const trigger = found(row, 'run of this plan');
    const { program, simulated } = await this.versions.get(versionId);
    const start = { ...trigger, workspaceId, flowId, versionId, version: version ?? 0, deliveryId: null, simulated };
    if (undoes) return { ...start, ...(await this.keysOfUndo(workspaceId, undoes.runId)) };
    const keys = await readRunKeys(this.expressions, { workspaceId, program, ...trigger }).catch(refuse);
    return { ...start, ...keys };
  }

  /** An undo is about whom its run was about, and takes its turn among the runs of that person or thing. */
  private async keysOfUndo(workspaceId: string, runId: string): Promise<RunKeys> {
    const { businessKey, orderKey, versionId } = await readUndone(this.database, workspaceId, runId);
    const { lane } = (await this.versions.get(versionId)).program.settings.order ?? {};
    const own = lane && { lane: { ...lane, supersedes: [] } };
    return { businessKey, order: orderKey === null ? null : { key: orderKey, whenBusy: 'queue', ...own } };
  }
}

function movedInWords([first]: MovedRow[], count: number): string {
  const more = count > 1 ? ` and ${count - 1} more` : '';
  return `What “${first?.stepTitle}”${more} would change has moved`;
}

function refuse(error: unknown): never {
  throw error instanceof IntakeFailure || error instanceof ApiError ? new ApiError('conflict', error.message) : error;
}
