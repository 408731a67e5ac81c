import type { MovedRow } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { ConnectorError } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { calledConnector } from '../connector-registry/references.js';
import { ExpressionHost } from '../expressions/expression-host.js';
import { IntakeFailure } from '../expressions/intake-reading.js';
import { VersionsService } from '../flows/versions.service.js';
import { OperationsService } from '../operations/operations.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { wholeValue } from '../platform/large-values/index.js';
import { maskSecrets } from '../platform/masking.js';
import type { Actor } from '../platform/routes/index.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { type RunKeys, readRunKeys } from '../runs/run-keys.js';
import { readUndone, refuseUndone } from '../undo/undone-run.js';
import { openInput, type WritePlace } from './plan-writes.js';
import { notReady } from './run-plans.service.js';
import { sealPlan } from './seal-plan.js';
import { stateHash } from './state-before.js';
import { readPlan, type StoredPlan } from './stored-plan.js';

/** A planned write before which something was read. */
interface ReadWrite extends WritePlace {
  versionId: string;
  title: string;
  connectionId: string | null;
  input: string;
  changes: unknown;
  before: unknown;
  beforeHash: string;
}

/** Reads of what there is now that are under way at one time, and how long one may take. */
const readsAtOnce = 8;
const readMs = 20_000;
/** Moved rows that a refusal names. */
const mostMoved = 100;

/** Carries plans out. */
@Injectable()
export class PlanApplying {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly expressions: ExpressionHost,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
  ) {}

  /**
   * Makes the live run that carries a plan out. What there was before each write is read again first: where anything has
   * moved, nothing is begun (`conflict`, details.moved). `hash` is that of the plan that the person looked at.
   */
  async apply(actor: Actor, planId: string, hash: string): Promise<{ runId: string }> {
    const plan = await this.database.transaction(async (tx) => {
      await sealPlan(tx, planId);
      return this.applicable(tx, actor, planId, hash);
    });
    const moved = await this.movedRows(plan);
    if (moved.length > 0) {
      throw new ApiError('conflict', `${movedInWords(moved)} since the plan was made. Make a new plan.`, {
        moved: moved.slice(0, mostMoved),
        count: moved.length,
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

  // --- what there is now ----------------------------------------------------------------------------------------

  private async movedRows(plan: StoredPlan): Promise<MovedRow[]> {
    const writes = await this.database.query<ReadWrite>(
      `select run_id as "runId", step_id as step, iteration, version_id as "versionId", title,
              connection_id as "connectionId", input, changes, before, before_hash as "beforeHash"
         from plan_writes where plan_id = $1 and before_hash is not null order by step_id, iteration, run_id`,
      [plan.id],
    );
    const moved: MovedRow[] = [];
    let next = 0;
    const reader = async () => {
      for (let write = writes[next++]; write; write = writes[next++]) {
        const row = await this.movedRow(plan, write);
        if (row) moved.push(row);
      }
    };
    await Promise.all(Array.from({ length: readsAtOnce }, reader));
    return moved;
  }

  /** Null: what there was is what there is. */
  private async movedRow({ workspaceId }: StoredPlan, write: ReadWrite): Promise<MovedRow | null> {
    const version = await this.versions.get(write.versionId);
    const action = version.program.steps[write.step] as CompiledAction;
    const connector = calledConnector(action);
    const connection =
      write.connectionId === null
        ? null
        : await this.connections.open(this.database, workspaceId, write.connectionId).catch(refuse);
    const input = await openInput(this.sealer, write);
    const { operation } = action;
    const now = await this.operations
      .before({ connector, operation, input, connection, timeoutMs: readMs })
      .catch((error) => refuseRead(write.title, error));
    if (stateHash(now, connectorOf(connector).operations[operation]?.passing) === write.beforeHash) return null;
    const { step: stepId, title: stepTitle, iteration, changes, before } = write;
    return { stepId, stepTitle, iteration, changes, before, now: maskSecrets(now, connection?.secretValues ?? []) };
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

function movedInWords(moved: MovedRow[]): string {
  const [first] = moved;
  const more = moved.length > 1 ? ` and ${moved.length - 1} more` : '';
  return `What “${first?.stepTitle}”${more} would change has moved`;
}

function refuse(error: unknown): never {
  throw error instanceof IntakeFailure || error instanceof ApiError ? new ApiError('conflict', error.message) : error;
}

function refuseRead(title: string, error: unknown): never {
  if (!(error instanceof ConnectorError)) throw error;
  const message = `What there is before “${title}” could not be read, so nothing was begun: ${error.message}`;
  throw new ApiError(error.retryable ? 'unavailable' : 'conflict', message);
}
