import { calledFlowsOf, type Draft } from '@castellan/flow';
import type { Sql } from '../platform/database/index.js';

/** The names of these flows of a workspace, by their ids. */
export async function namesOfFlows(sql: Sql, workspaceId: string, ids: string[]): Promise<Record<string, string>> {
  if (ids.length === 0) return {};
  const rows = await sql.query<{ id: string; name: string }>(
    'select id, name from flows where workspace_id = $1 and id::text = any($2) and removed_at is null',
    [workspaceId, ids],
  );
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}

/**
 * Which flow of this workspace stands for each that an imported flow starts: the same one, else the only one of its name,
 * else null. `names` are by the ids in the file.
 */
export async function findCalledFlows(
  sql: Sql,
  workspaceId: string,
  draft: Draft,
  names: Readonly<Record<string, string>>,
): Promise<Record<string, string | null>> {
  const wanted = calledFlowsOf(draft);
  const here = await namesOfFlows(sql, workspaceId, wanted);
  const missing = wanted.filter((id) => here[id] === undefined);
  const rows = await sql.query<{ name: string; ids: string[] }>(
    'select name, array_agg(id::text) as ids from flows where workspace_id = $1 and name = any($2) and removed_at is null group by name',
    [workspaceId, missing.flatMap((id) => names[id] ?? [])],
  );
  const byName = new Map(rows.map(({ name, ids }) => [name, ids]));
  const foundFor = (id: string): string | null => {
    const [only, ...others] = byName.get(names[id] ?? '') ?? [];
    return only !== undefined && others.length === 0 ? only : null;
  };
  return Object.fromEntries(wanted.map((id) => [id, here[id] === undefined ? foundFor(id) : id]));
}
