import type { BudgetUse, WorkspaceBudgets } from '@castellan/api';
import type { Change } from '@castellan/sdk';
import { prepared, type Sql } from '../platform/database/index.js';
import { mailboxOf } from './spellings.js';

export const noBudgets: WorkspaceBudgets = { eachFlow: {}, together: {}, population: null };

export async function readBudgets(sql: Sql, workspaceId: string): Promise<WorkspaceBudgets> {
  const [row] = await sql.query<{ budgets: WorkspaceBudgets }>(
    prepared('select budgets from workspace_budgets where workspace_id = $1'),
    [workspaceId],
  );
  return row?.budgets ?? noBudgets;
}

/** A run, and those that called it, from the inside out. */
export interface CountedRun {
  rootId: string;
  flowId: string;
  flowName: string;
  versionId: string;
}

export function runsAbove(sql: Sql, runId: string): Promise<CountedRun[]> {
  return sql.query<CountedRun>(
    prepared(`with recursive up as (
       select id, root_id, flow_id, version_id, parent_run_id, 0 as above from runs where id = $1
       union all select r.id, r.root_id, r.flow_id, r.version_id, r.parent_run_id, above + 1
         from up join runs r on r.id = up.parent_run_id
     ) select root_id as "rootId", flow_id as "flowId", f.name as "flowName", version_id as "versionId"
         from up join flows f on f.id = up.flow_id order by above`),
    [runId],
  );
}

/** A destructive effect, as it is counted. */
export interface BudgetUseRow {
  effectKey: string;
  workspaceId: string;
  runs: CountedRun[];
  amount: number;
  people: string[];
}

/** From here on no other call of the workspace is counted until this transaction has ended. */
export async function lockCounts(tx: Sql, workspaceId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('budgets ' || $1, 0))`, [workspaceId]);
}

/** Those of these effects that are counted by now. */
export async function countedOf(sql: Sql, effectKeys: string[]): Promise<Set<string>> {
  const rows = await sql.query<{ key: string }>(
    prepared('select effect_key as key from budget_uses where effect_key = any($1)'),
    [effectKeys],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Another attempt of one effect changes nothing. */
export async function count(sql: Sql, { effectKey, workspaceId, runs, amount, people }: BudgetUseRow): Promise<void> {
  await sql.query(
    prepared(`insert into budget_uses (effect_key, workspace_id, flow_ids, root_ids, amount, people)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`),
    [effectKey, workspaceId, runs.map(({ flowId }) => flowId), runs.map(({ rootId }) => rootId), amount, people],
  );
}

export async function usedByRun(sql: Sql, rootId: string): Promise<number> {
  const [row] = await sql.query<{ used: number }>(
    prepared('select coalesce(sum(amount), 0)::int as used from budget_uses where root_ids @> array[$1::uuid]'),
    [rootId],
  );
  return row?.used ?? 0;
}

/** Of one flow, or of all; `people` are counted with those who would be added. */
export async function usedLately(
  sql: Sql,
  { workspaceId, flowId, people = [] }: { workspaceId: string; flowId: string | null; people?: string[] },
): Promise<Omit<BudgetUse, 'population'>> {
  const [row] = await sql.query<Omit<BudgetUse, 'population'>>(
    prepared(`with lately as (
       select amount, people, used_at from budget_uses
        where workspace_id = $1 and used_at > now() - interval '1 day' and ($2::uuid is null or flow_ids @> array[$2::uuid])
     ) select (select coalesce(sum(amount), 0) from lately where used_at > now() - interval '1 hour')::int as hour,
              (select coalesce(sum(amount), 0) from lately)::int as day,
              (select count(*) from (select unnest(people) from lately union select unnest($3::text[])) p)::int as people`),
    [workspaceId, flowId, people],
  );
  return row ?? { hour: 0, day: 0, people: 0 };
}

/** How many people there are; null where nobody has said, or the directory has none. */
export async function populationOf(
  sql: Sql,
  workspaceId: string,
  population: WorkspaceBudgets['population'],
): Promise<number | null> {
  if (population === null) return null;
  if (population.of === 'number') return population.count;
  const [row] =
    population.of === 'table'
      ? await sql.query<{ people: number }>(
          'select row_count as people from tables where workspace_id = $1 and id = $2 and removed_at is null',
          [workspaceId, population.table],
        )
      : await sql.query<{ people: number }>(
          `select count(*)::int as people from directory_accounts a join integrations i on i.id = a.integration_id
            where a.workspace_id = $1 and i.primary_directory and i.removed_at is null and a.removed_at is null
              and a.status = 'ACTIVE' and a.account_type = 'USER'`,
          [workspaceId],
        );
  return row && row.people > 0 ? row.people : null;
}

/** Whom changes are about, in one spelling each. */
export function peopleIn(connector: string, changes: Change[]): string[] {
  const people = changes.flatMap(({ subject }) =>
    subject ? (mailboxOf(subject.email ?? subject.id) ?? `${connector} ${subject.id.toLowerCase()}`) : [],
  );
  return [...new Set(people)];
}
