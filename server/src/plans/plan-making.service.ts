import type { planRoutes } from '@castellan/api';
import type { Draft, Program } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { CatalogService } from '../connectors/catalog.service.js';
import { BusinessKeys } from '../draft-runs/business-keys.service.js';
import { PinsService } from '../draft-runs/pins.service.js';
import { type RunStart, RunStarts } from '../draft-runs/run-starts.service.js';
import { DraftVersionsService, draftNumber } from '../flows/draft-versions.service.js';
import { FlowStore, type LockedFlow } from '../flows/flow-store.service.js';
import { VersionsService } from '../flows/versions.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { formInput } from '../triggers/form-input.js';
import { RunPlans } from './run-plans.service.js';

type Request = z.output<NonNullable<typeof planRoutes.make.body>>;

/** What is planned: the published version, or one that was made of the draft. */
interface PlannedVersion {
  id: string;
  number: number;
  program: Program;
  simulated: boolean;
  /** As it was drawn, for its triggers and their samples. */
  drawn: Draft;
}

/** Makes access plans of flows. */
@Injectable()
export class PlanMaking {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly versions: VersionsService,
    private readonly drafts: DraftVersionsService,
    private readonly catalog: CatalogService,
    private readonly starts: RunStarts,
    private readonly pins: PinsService,
    private readonly businessKeys: BusinessKeys,
    private readonly rests: RunPlans,
    private readonly audit: AuditService,
  ) {}

  /** Makes the plan's row and its run, which is queued. Nothing that the run does changes anything outside. */
  make(actor: Actor, flowId: string, request: Request): Promise<{ planId: string; runId: string }> {
    if (request.of === 'draft' && !actor.permissions.has('flow:write')) {
      throw new ApiError('forbidden', 'To plan a draft takes the permission flow:write beside flow:run.');
    }
    return this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, flowId, request.of === 'draft' ? request.revision : undefined);
      const version = request.of === 'draft' ? await this.draft(tx, actor, flow) : await this.published(tx, flow);
      const start = await this.startOf(tx, actor, flowId, version, request);
      const planId = newId();
      const runId = newId();
      const { workspaceId } = actor;
      await tx.query(
        `insert into plans (id, workspace_id, flow_id, version_id, run_id, pins, made_by, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 hour')`,
        [
          ...[planId, workspaceId, flowId, version.id, runId],
          ...[JSON.stringify(await this.pinned(tx, flowId)), actor.email, request.hours],
        ],
      );
      await makeRun(tx, {
        ...{ id: runId, workspaceId, flowId, versionId: version.id, version: version.number, mode: 'plan', planId },
        ...{ triggerId: start.trigger.id, triggerKind: start.trigger.kind, triggerData: start.data },
        businessKey: await this.businessKeys.of(workspaceId, version.program, start.data),
        deliveryId: null,
        order: null,
        simulated: version.simulated,
        startedBy: actor.email,
      });
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'plan.made', objectType: 'plan', objectId: planId, objectName: flow.name },
        after: { flowId, version: version.number || 'draft', run: runId, trigger: start.trigger.id },
      });
      await announceQueued(tx, workspaceId, [runId]);
      return { planId, runId };
    });
  }

  /** Plans the rest of a run that waits for an approval. */
  rest(
    actor: Actor,
    runId: string,
    { step, iteration, hours }: { step: string; iteration: string; hours: number },
  ): Promise<{ planId: string; runId: string }> {
    const { workspaceId, email } = actor;
    return this.database.transaction(async (tx) => {
      const [open] = await tx.query<{ title: string }>(
        `select title from approvals where workspace_id = $1 and run_id = $2 and step_id = $3 and iteration = $4 and status = 'open'`,
        [workspaceId, runId, step, iteration],
      );
      const { title } = found(open, 'open approval of this run');
      const made = await this.rests.planRest(tx, { workspaceId, runId, step, iteration, by: email, hours });
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'plan.made', objectType: 'plan', objectId: made.planId, objectName: title },
        after: { restOf: runId, step, iteration, run: made.runId },
      });
      return made;
    });
  }

  /** A draft that was published as it is has its plan made of that version, so that it can be applied. */
  private async draft(tx: Sql, actor: Actor, flow: LockedFlow): Promise<PlannedVersion> {
    const same = await tx.query('select 1 from flows where id = $1 and published_revision = revision', [flow.id]);
    if (same.length > 0) return this.published(tx, flow);
    const { id, program, simulated } = await this.drafts.make(tx, actor, flow.id);
    return { id, number: draftNumber, program, simulated, drawn: flow.draft };
  }

  private async published(tx: Sql, { id, published }: LockedFlow): Promise<PlannedVersion> {
    const [row] = await tx.query<{ id: string }>('select id from versions where flow_id = $1 and number = $2', [
      ...[id, published],
    ]);
    if (!row)
      throw new ApiError('conflict', 'The flow has no published version to plan: publish it, or plan the draft.');
    const { number, program, simulated, flow } = await this.versions.get(row.id);
    return { id: row.id, number, program, simulated, drawn: flow as Draft };
  }

  private async startOf(
    tx: Sql,
    actor: Actor,
    flowId: string,
    { drawn, program }: PlannedVersion,
    request: Request,
  ): Promise<RunStart> {
    const catalog = await this.catalog.of(tx, actor.workspaceId);
    const start = await this.starts.of(tx, actor, { flowId, draft: drawn, catalog, request });
    const compiled = program.triggers[start.trigger.id];
    if (!compiled || !('input' in start.data)) return start;
    return { ...start, data: { ...start.data, input: formInput(compiled, start.data.input) } };
  }

  /** Outputs that stand in for what is not called: of writes, of waits for deliveries. Reads are real, pinned or not. */
  private async pinned(tx: Sql, flowId: string): Promise<Record<string, unknown>> {
    return Object.fromEntries((await this.pins.of(tx, flowId)).map(({ stepId, output }) => [stepId, output]));
  }
}
