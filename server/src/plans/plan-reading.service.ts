import type { Plan, PlanAction, PlanUse } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import { idCursor, numberCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { csvHead, csvRow } from './plan-csv.js';
import { readAllRows, readRows } from './planned-rows.js';
import { sealPlan } from './seal-plan.js';
import { readPlan, readPlans, readStepCounts, readUse, type StoredPlan, shownPlan } from './stored-plan.js';

type WholePlan = Plan & { use: PlanUse | null; steps: Record<string, Plan['counts']> };

/** What people see of plans. */
@Injectable()
export class PlanReading {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  list({ workspaceId }: Actor, flowId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    return this.database.transaction(async (tx) => {
      found(
        (await tx.query('select 1 from flows where id = $1 and workspace_id = $2', [flowId, workspaceId]))[0],
        'flow',
      );
      const page = { workspaceId, flowId, before: idCursor(cursor), limit: limit + 1 };
      const open = (await readPlans(tx, page)).filter(({ hash }) => hash === null);
      for (const { id } of open) await sealPlan(tx, id);
      return toPage(await readPlans(tx, page), limit, { item: shownPlan, place: ({ id }) => id });
    });
  }

  get({ workspaceId }: Actor, planId: string): Promise<WholePlan> {
    return this.whole(workspaceId, planId);
  }

  private whole(workspaceId: string, planId: string): Promise<WholePlan> {
    return this.database.transaction((tx) => whole(tx, workspaceId, planId));
  }

  /** The plan that a run makes or keeps to. */
  async ofRun({ workspaceId }: Actor, runId: string): Promise<{ plan: WholePlan | null }> {
    const [row] = await this.database.query<{ planId: string | null }>(
      `select coalesce(r.plan_id, (select p.id from plans p where p.bound_run_id = r.id and p.binding_since is not null
                                    order by p.id desc limit 1)) as "planId"
         from runs r where r.id = $1 and r.workspace_id = $2`,
      [runId, workspaceId],
    );
    const { planId } = found(row, 'run');
    return { plan: planId === null ? null : await this.whole(workspaceId, planId) };
  }

  async rows(
    { workspaceId }: Actor,
    planId: string,
    query: {
      limit: number;
      cursor?: string;
      action?: PlanAction | undefined;
      step?: string | undefined;
      unused?: 'true' | 'false' | undefined;
      q?: string | undefined;
    },
  ) {
    found(await readPlan(this.database, workspaceId, planId), 'plan');
    const { limit, cursor, unused, ...filter } = query;
    const rows = await readRows(this.database, planId, {
      ...filter,
      ...(unused === undefined ? {} : { unused: unused === 'true' }),
      ...{ after: numberCursor(cursor) ?? 0, limit: limit + 1 },
    });
    return toPage(rows, limit, { item: (row) => row, place: ({ n }) => n });
  }

  /** Notes who takes the plan away, and answers its name for the file and its parts. */
  async export(
    actor: Actor,
    planId: string,
    format: 'csv' | 'json',
  ): Promise<{ name: string; parts: AsyncIterable<string> }> {
    const { workspaceId } = actor;
    const plan = await this.database.transaction(async (tx) => {
      const plan = await whole(tx, workspaceId, planId);
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'plan.exported' },
        ...{ objectType: 'plan', objectId: planId, objectName: plan.flowName },
        after: { format, hash: plan.hash },
      });
      return plan;
    });
    const name = `plan-${plan.flowName.replace(/[^\w-]+/g, '_')}-${plan.madeAt.slice(0, 10)}.${format}`;
    return { name, parts: format === 'csv' ? this.csv(planId) : this.json(plan) };
  }

  private async *csv(planId: string): AsyncIterable<string> {
    yield csvHead;
    for await (const row of readAllRows(this.database, planId)) yield csvRow(row);
  }

  private async *json(plan: WholePlan): AsyncIterable<string> {
    yield `${JSON.stringify(plan, null, 2).slice(0, -2)},\n  "rows": [`;
    let separator = '\n';
    for await (const row of readAllRows(this.database, plan.id)) {
      yield `${separator}    ${JSON.stringify(row)}`;
      separator = ',\n';
    }
    yield '\n  ]\n}\n';
  }
}

async function whole(tx: Sql, workspaceId: string, planId: string): Promise<WholePlan> {
  found(await readPlan(tx, workspaceId, planId), 'plan');
  await sealPlan(tx, planId);
  const plan: StoredPlan = found(await readPlan(tx, workspaceId, planId), 'plan');
  return { ...shownPlan(plan), use: await readUse(tx, plan), steps: await readStepCounts(tx, plan) };
}
