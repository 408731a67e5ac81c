import type { PlanAction, PlanRow } from '@castellan/api';
import { findConnector } from '../connector-registry/known-connectors.js';
import type { Sql } from '../platform/database/index.js';

/** What of a plan's rows is looked at. */
export interface RowFilter {
  action?: PlanAction | undefined;
  step?: string | undefined;
  unused?: boolean | undefined;
  q?: string | undefined;
}

type Row = Omit<PlanRow, 'connector' | 'system' | 'operation' | 'operationTitle'> & {
  call: string;
  connector: string | null;
};

/** Rows of a plan in their order, from after a place on. */
export async function readRows(
  sql: Sql,
  planId: string,
  { action, step, unused, q, after, limit }: RowFilter & { after: number; limit: number },
): Promise<PlanRow[]> {
  const rows = await sql.query<Row>(
    `select p.n, p.action, p.subject, p.object, p.run_id as "runId", p.step_id as "stepId", w.title as "stepTitle",
            p.iteration, w.operation as call, w.input_hash as "inputHash", w.shown as input, w.open, w.before,
            w.taken_run_id as "takenBy", c.connector,
            case when w.connection_id is not null then
              json_build_object('id', w.connection_id, 'name', coalesce(c.name, t.name, ''),
                                'simulator', coalesce(c.simulator, false)) end as connection
       from plan_rows p join plan_writes w on w.plan_id = p.plan_id and w.run_id = p.run_id and w.step_id = p.step_id
                                          and w.iteration = p.iteration
       left join connections c on c.id = w.connection_id left join tables t on t.id = w.connection_id
      where p.plan_id = $1 and p.n > $2 and ($3::text is null or p.action = $3) and ($4::text is null or p.step_id = $4)
        and ($5::bool is null or (w.taken_key is null) = $5)
        and ($6::text is null or concat_ws(' ', p.subject ->> 'email', p.subject ->> 'id', p.object ->> 'title',
                                           p.object ->> 'id', w.title) ilike '%' || $6 || '%')
      order by p.n limit $7`,
    [planId, after, action ?? null, step ?? null, unused ?? null, q ? escaped(q) : null, limit],
  );
  return rows.map(named);
}

/** Rows of a plan that are read at one time where all of them are. */
const rowsAtOnce = 500;

/** All rows of a plan in their order, a page at a time. */
export async function* readAllRows(sql: Sql, planId: string): AsyncIterable<PlanRow> {
  for (let after = 0; ; ) {
    const rows = await readRows(sql, planId, { after, limit: rowsAtOnce });
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < rowsAtOnce) return;
    after = last.n;
  }
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** By the titles that the connectors have now; one that is gone shows its id. */
function named({ call, connector: _own, ...row }: Row): PlanRow {
  const dot = call.indexOf('.');
  const [connector, operation] = [call.slice(0, dot), call.slice(dot + 1)];
  const known = findConnector(connector)?.connector;
  const operationTitle = known?.operations[operation]?.title ?? operation;
  return { ...row, connector, system: known?.title ?? row.connection?.name ?? connector, operation, operationTitle };
}
