import type { CompiledSubflow, Program } from '@castellan/flow';
import type { VersionsService } from '../flows/versions.service.js';
import type { Sql } from '../platform/database/index.js';
import type { RetryCase } from './retry-source.js';

/** Steps that a retry may come to: those of the run itself, or all of a flow that it calls. */
export interface RetryScope {
  /** Name of the called flow; null for the run itself. */
  flow: string | null;
  program: Program;
  /** Ids of the steps, in the order of the flow. */
  steps: string[];
  /** First runs of the chains whose writes were made by these steps. */
  roots: string[];
}

/** As deep as flows call each other. */
const deepest = 5;

/**
 * The run that is to be done again and, below it, the flows that it will call again, as they are published now.
 * `kept`: ids of the called runs that stay as they are, since the steps that called them are kept.
 */
export async function readScopes(
  sql: Sql,
  versions: VersionsService,
  { run, version, kept: { open } }: RetryCase,
  kept: string[],
): Promise<RetryScope[]> {
  const scopes: RetryScope[] = [];
  const read = async (scope: RetryScope, path: string[]): Promise<void> => {
    scopes.push(scope);
    if (path.length > deepest) return;
    for (const id of scope.steps) {
      const step = scope.program.steps[id];
      const called = step?.kind === 'subflow' ? await readCalled(sql, versions, run.workspaceId, step) : null;
      if (!called) continue;
      const roots = await calledRoots(sql, { roots: scope.roots, step: id, flowId: called.id, kept });
      if (roots.length === 0 && path.includes(called.id)) continue;
      const { name, program, steps } = called;
      await read({ flow: name, program, steps, roots }, [...path, called.id]);
    }
  };
  await read({ flow: null, program: version.program, steps: open, roots: [run.rootId] }, [run.flowId]);
  return scopes;
}

interface Called {
  id: string;
  name: string;
  program: Program;
  steps: string[];
}

/** The flow that a step calls; null where it cannot be called now, so that the step will fail and write nothing. */
async function readCalled(
  sql: Sql,
  versions: VersionsService,
  workspaceId: string,
  { flow }: CompiledSubflow,
): Promise<Called | null> {
  const [row] = await sql.query<{ id: string; name: string; versionId: string }>(
    `select f.id, f.name, v.id as "versionId" from flows f join versions v on v.flow_id = f.id and v.number = f.published
      where f.id::text = $1 and f.workspace_id = $2 and f.enabled and f.removed_at is null`,
    [flow, workspaceId],
  );
  if (!row) return null;
  const { program } = await versions.get(row.versionId);
  return { id: row.id, name: row.name, program, steps: Object.keys(program.steps) };
}

/** First runs of the chains of what a step called, in any run of these chains. */
async function calledRoots(
  sql: Sql,
  { roots, step, flowId, kept }: { roots: string[]; step: string; flowId: string; kept: string[] },
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct c.root_id as id from runs c
      where c.parent_run_id in (select unnest($1::uuid[])
                                union all select id from runs where root_id = any($1) and root_id <> id)
        and c.parent_step = $2 and c.flow_id = $3
        and c.root_id not in (select root_id from runs where id = any($4))`,
    [roots, step, flowId, kept],
  );
  return rows.map(({ id }) => id);
}
