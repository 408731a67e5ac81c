import type { BudgetUse, WorkspaceBudgets } from '@castellan/api';
import type { Budgets } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { populationOf, readBudgets, usedLately } from './budget-counts.js';
import { limitsOf } from './budget-limits.js';

/** Limits on what flows take away, and what of them is used. */
@Injectable()
export class BudgetsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  async get({ workspaceId }: Actor): Promise<{ budgets: WorkspaceBudgets; used: BudgetUse }> {
    const budgets = await readBudgets(this.database, workspaceId);
    return { budgets, used: await usedOf(this.database, { workspaceId, flowId: null }, budgets) };
  }

  async save(actor: Actor, budgets: WorkspaceBudgets): Promise<{ budgets: WorkspaceBudgets; used: BudgetUse }> {
    const { workspaceId } = actor;
    await this.database.transaction(async (tx) => {
      await tx.query('select from workspaces where id = $1 for no key update', [workspaceId]);
      const before = await readBudgets(tx, workspaceId);
      if (budgets.population?.of === 'table' && (await populationOf(tx, workspaceId, budgets.population)) === null) {
        throw new ApiError('invalid_input', '/body/population/table: choose a table of this workspace that has rows.');
      }
      await tx.query(
        `insert into workspace_budgets (workspace_id, budgets) values ($1, $2)
         on conflict (workspace_id) do update set budgets = excluded.budgets`,
        [workspaceId, JSON.stringify(budgets)],
      );
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'workspace.budgets', objectType: 'workspace', objectId: workspaceId },
        ...{ before, after: budgets },
      });
    });
    return this.get(actor);
  }

  async ofFlow(
    { workspaceId }: Actor,
    flowId: string,
  ): Promise<{ limits: Budgets; eachFlow: Budgets; used: BudgetUse }> {
    const [flow] = await this.database.query<{ own: Budgets | null }>(
      `select v.program #> '{settings,budgets}' as own from flows f left join versions v on v.flow_id = f.id and v.number = f.published
        where f.id = $1 and f.workspace_id = $2`,
      [flowId, workspaceId],
    );
    const { own } = found(flow, 'flow');
    const budgets = await readBudgets(this.database, workspaceId);
    const used = await usedOf(this.database, { workspaceId, flowId }, budgets);
    return { limits: limitsOf(own ?? undefined, budgets), eachFlow: budgets.eachFlow, used };
  }
}

async function usedOf(
  sql: Sql,
  at: { workspaceId: string; flowId: string | null },
  { population }: WorkspaceBudgets,
): Promise<BudgetUse> {
  return { ...(await usedLately(sql, at)), population: await populationOf(sql, at.workspaceId, population) };
}
