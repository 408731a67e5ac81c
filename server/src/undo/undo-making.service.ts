import { type undoRoutes, undoTrigger } from '@castellan/api';
import { compileFlow, type Flow } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { CatalogService } from '../connectors/catalog.service.js';
import { holdConnections } from '../flows/checked-flow.js';
import { draftNumber } from '../flows/draft-versions.service.js';
import { VersionsService } from '../flows/versions.service.js';
import { Sealer } from '../platform/crypto/index.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { type DoneWrite, readDoneWrites, rootsBelow, wayBack } from './done-writes.js';
import { reverseFlow, undoInput } from './reverse-flow.js';
import { type ReversePlan, type ReverseRow, reversePlan } from './reverse-plan.js';
import { whyApproved } from './undo-approval.js';
import { cannotUndo, lockUndone, readUndone, refuse, type UndoneRun } from './undone-run.js';

type Request = z.output<NonNullable<typeof undoRoutes.make.body>>;

/** So long an undo may be carried out after it was planned. */
const hours = 24;
const rowsAtOnce = 500;

/** Plans how what a run has done is taken back. */
@Injectable()
export class UndoMaking {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly versions: VersionsService,
    private readonly catalog: CatalogService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Makes a version that takes back what the run did, and the plan of it: a run of mode plan that looks at what there is
   * now. `conflict` where nothing can be taken back, or not now.
   */
  make(actor: Actor, runId: string, { chosen, leave }: Request): Promise<{ planId: string; runId: string }> {
    return this.database.transaction(async (tx) => {
      const run = await readUndone(tx, actor.workspaceId, runId);
      await lockUndone(tx, run);
      const roots = await rootsBelow(tx, run.rootId);
      const cannot = await cannotUndo(tx, run, roots);
      if (cannot) refuse(cannot);
      const writes = await readDoneWrites(tx, this.sealer, roots);
      const plan = await this.reverse(
        writes.filter(({ undone }) => !undone),
        leave,
      );
      if (plan.groups.length === 0) throw new ApiError('conflict', nothingLeft(writes));
      const made = await this.save(tx, actor, { run, roots, plan });
      await writeRows(tx, made, plan.rows, new Set(chosen));
      await this.audit.record(tx, {
        ...{ actor, workspaceId: actor.workspaceId, action: 'plan.made', objectType: 'plan', objectId: made.planId },
        objectName: `Undo of ${run.flowName}`,
        after: { undoes: run.rootId, flowId: run.flowId, run: made.runId, chosen, leave },
      });
      await announceQueued(tx, actor.workspaceId, [made.runId]);
      return { planId: made.planId, runId: made.runId };
    });
  }

  private async reverse(writes: DoneWrite[], leave: string[]): Promise<ReversePlan> {
    const left = new Set(leave);
    const judged = [];
    for (const write of writes) {
      const { program } = await this.versions.get(write.versionId);
      const title = (program.steps[write.step] ?? program.after?.[write.step])?.title || write.step;
      const way = left.has(write.key) ? { state: 'left' as const, why: null } : wayBack(write);
      judged.push({ write, title, way });
    }
    return reversePlan(judged);
  }

  /** The version, the plan and its run. */
  private async save(
    tx: Sql,
    actor: Actor,
    { run, roots, plan }: { run: UndoneRun; roots: string[]; plan: ReversePlan },
  ): Promise<{ planId: string; runId: string; versionId: string }> {
    const { workspaceId, flowId, rootId, businessKey } = run;
    const { settings } = (await this.versions.get(run.versionId)).program;
    const why = await whyApproved(tx, { workspaceId, roots, budgets: settings.budgets }, plan.calls);
    const flow = reverseFlow({ name: run.flowName, ...settings }, plan.groups, why);
    await holdConnections(tx, flow);
    const simulated = plan.rows.some(({ step, write }) => step !== null && write.connection?.simulator);
    const made = { planId: newId(), runId: newId(), versionId: newId() };
    await this.saveVersion(tx, actor, { ...made, flowId, simulated }, flow);
    await tx.query(
      `insert into plans (id, workspace_id, flow_id, version_id, run_id, undoes_root_id, made_by, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 hour')`,
      [made.planId, workspaceId, flowId, made.versionId, made.runId, rootId, actor.email, hours],
    );
    const trigger = { id: undoTrigger, kind: 'manual', delivery: null, receivedAt: new Date().toISOString() };
    await makeRun(tx, {
      ...{ id: made.runId, workspaceId, flowId, versionId: made.versionId, version: draftNumber, mode: 'plan' },
      ...{ planId: made.planId, triggerId: trigger.id, triggerKind: trigger.kind, deliveryId: null },
      triggerData: { ...trigger, input: undoInput(plan.items) },
      ...{ businessKey, order: null, simulated, startedBy: actor.email },
    });
    return made;
  }

  private async saveVersion(
    tx: Sql,
    actor: Actor,
    { versionId, planId, flowId, simulated }: { versionId: string; planId: string; flowId: string; simulated: boolean },
    flow: Flow,
  ): Promise<void> {
    const { control, program } = compileFlow(flow, await this.catalog.of(tx, actor.workspaceId));
    for (const step of Object.values(program.steps)) if (step.kind === 'action') step.reverses = true;
    await tx.query(
      `insert into versions (id, workspace_id, flow_id, number, variant, flow, control, program, uses_simulators, published_by)
       values ($1, $2, $3, ${draftNumber}, $4, $5, $6, $7, $8, $9)`,
      [
        ...[versionId, actor.workspaceId, flowId, `undo:${planId}`],
        ...[JSON.stringify(flow), JSON.stringify(control), JSON.stringify(program), simulated, actor.email],
      ],
    );
  }
}

function nothingLeft(writes: DoneWrite[]): string {
  if (writes.length === 0) return 'The run has changed nothing, so there is nothing to undo.';
  if (writes.every(({ undone }) => undone)) return 'Nothing is left to undo: all that the run did was taken back.';
  return 'Nothing of what is left can be taken back.';
}

async function writeRows(
  tx: Sql,
  { planId, versionId }: { planId: string; versionId: string },
  rows: ReverseRow[],
  chosen: ReadonlySet<string>,
): Promise<void> {
  const numbered = rows.map(({ write, title, state, why, step, item, behind }, index) => ({
    ...{ n: index + 1, rootId: write.rootId, key: write.key, runId: write.runId, flowName: write.flowName },
    ...{ connectionId: write.connectionId, operation: write.operation, changes: write.changes },
    ...{ title, state, why, step, item, behind, chosen: chosen.has(write.key) },
  }));
  for (let from = 0; from < numbered.length; from += rowsAtOnce) {
    await tx.query(
      `insert into undo_writes (plan_id, version_id, n, root_id, effect_key, done_run_id, flow_name, connection_id,
                                operation, changes, title, state, why, step_id, item, behind, chosen)
       select $1, $2, n, "rootId", key, "runId", "flowName", "connectionId", operation, changes, title, state, why, step,
              item, behind, chosen
         from json_to_recordset($3::json)
           as w (n int, "rootId" uuid, key text, "runId" uuid, "flowName" text, "connectionId" uuid, operation text,
                 changes jsonb, title text, state text, why text, step text, item int, behind int, chosen bool)`,
      [planId, versionId, JSON.stringify(numbered.slice(from, from + rowsAtOnce))],
    );
  }
}
