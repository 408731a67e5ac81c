import type { FlowDetail, FlowRow } from '@castellan/api';
import type { Draft, Problem } from '@castellan/flow';
import type { Addresses } from '../platform/addresses.js';
import type { Sql } from '../platform/database/index.js';

/** A flow as its queries give it. */
export interface StoredFlow {
  id: string;
  name: string;
  description: string;
  revision: number;
  published: number | null;
  publishedRevision: number | null;
  enabled: boolean;
  templateId: string | null;
  updatedAt: Date;
  updatedBy: string;
  usesSimulators: boolean;
  runs: number;
  bytes: number;
  triggers: { id: string; kind: string; path: string | null; lastDeliveryAt: string | null }[];
  /** What of the published version does not fit the connectors that there are now: how much, and what. */
  misfits: number;
  /** Only where it was asked for. */
  misfitProblems: Problem[];
  draft: Draft;
}

/** A flow without its draft. Its triggers are those of the published version. */
const columns = `f.id, f.name, f.description, f.revision, f.published, f.published_revision as "publishedRevision",
  f.enabled, f.template_id as "templateId", f.updated_at as "updatedAt", f.updated_by as "updatedBy",
  (coalesce(v.uses_simulators, false) or exists (
    select 1 from connections c
    where c.workspace_id = f.workspace_id and c.simulator
      and c.id::text in (select slot #>> '{}' from jsonb_path_query(f.draft::jsonb, '$.connections.*.id') slot)
  )) as "usesSimulators",
  coalesce(jsonb_array_length(x.problems), 0)::int as misfits,
  coalesce(z.runs, 0)::int as runs, coalesce(z.bytes, 0)::float8 as bytes,
  coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', t.trigger_id, 'kind', t.kind, 'path', case when t.spec ? 'everySeconds' then t.path else coalesce(t.path, c.hook_path) end, 'lastDeliveryAt', t.last_delivery_at
    ) order by t.trigger_id)
    from triggers t left join connections c on c.id = t.connection_id
    where t.flow_id = f.id and t.version_id = v.id
  ), '[]') as triggers`;
const source = `flows f left join versions v on v.flow_id = f.id and v.number = f.published
  left join version_fits x on x.version_id = v.id
  left join flow_sizes z on z.flow_id = f.id`;

/** Newest first; `after` is the last id of the page before. One row more than the limit tells that there are more. */
export function readFlows(
  sql: Sql,
  workspaceId: string,
  { limit, after, q }: { limit: number; after: string | null; q?: string },
): Promise<StoredFlow[]> {
  return sql.query<StoredFlow>(
    `select ${columns} from ${source}
     where f.workspace_id = $1 and f.removed_at is null and ($2::uuid is null or f.id < $2)
       and ($3::text is null or position(lower($3) in lower(f.name || ' ' || f.description)) > 0)
     order by f.id desc limit $4`,
    [workspaceId, after, q ?? null, limit + 1],
  );
}

/** One flow of the workspace with its draft. */
export async function readFlow(sql: Sql, workspaceId: string, id: string): Promise<StoredFlow | undefined> {
  const [flow] = await sql.query<StoredFlow>(
    `select ${columns}, coalesce(x.problems, '[]') as "misfitProblems", f.draft from ${source} where f.id = $2 and f.workspace_id = $1 and f.removed_at is null`,
    [workspaceId, id],
  );
  return flow;
}

export function toFlowRow(flow: StoredFlow, addresses: Addresses): FlowRow {
  const { id, name, description, revision, published, enabled, usesSimulators, templateId, updatedBy } = flow;
  return {
    ...{ id, name, description, revision, published, enabled, usesSimulators, templateId, updatedBy },
    changed: published !== null && revision !== flow.publishedRevision,
    updatedAt: flow.updatedAt.toISOString(),
    misfits: enabled ? flow.misfits : 0,
    history: { runs: flow.runs, bytes: flow.bytes },
    triggers: flow.triggers.map((trigger) => ({
      id: trigger.id,
      kind: trigger.kind,
      ...(trigger.path === null ? {} : { url: addresses.hook(trigger.path) }),
      lastDeliveryAt: trigger.lastDeliveryAt === null ? null : new Date(trigger.lastDeliveryAt).toISOString(),
    })),
  };
}

export function toFlowDetail(flow: StoredFlow, addresses: Addresses): FlowDetail {
  return {
    ...toFlowRow(flow, addresses),
    misfitProblems: flow.enabled ? flow.misfitProblems : [],
    draft: flow.draft,
  };
}
