import type { Sql } from '../platform/database/index.js';
import { flowTerm, placeTerm, searchWords, triggerTexts } from './search/words.js';

/** A run to be made; it is queued. */
export interface NewRun {
  id: string;
  workspaceId: string;
  flowId: string;
  versionId: string;
  version: number;
  mode: 'live' | 'test' | 'plan' | 'shadow';
  triggerId: string;
  triggerKind: string;
  deliveryId: string | null;
  /** What expressions see as `trigger`. */
  triggerData: unknown;
  businessKey: string | null;
  simulated: boolean;
  /** First run of the chain of retries; the run itself when left out. */
  rootId?: string;
  retryOf?: string;
  /** What a retry was asked for: its place and version, and effects that a person wants again. */
  retry?: object;
  /** Rows of steps are given to it in this transaction (`keepSteps`): its host begins with them. */
  prepared?: boolean;
  /** The step of another run that starts it. */
  parent?: RunParent;
}

export interface RunParent {
  parentRunId: string;
  parentStep: string;
  parentIteration: string;
  /** Whether that step waits for the end of this run. */
  parentWaits: boolean;
  /** How many runs stand above it. */
  depth: number;
}

/** Writes the row of a new run. In the transaction of what started it, and before anybody is answered. */
export const makeRun = (tx: Sql, run: NewRun): Promise<void> => makeRuns(tx, [run]);

/** The same for many at once, in one statement. */
export async function makeRuns(tx: Sql, runs: NewRun[]): Promise<void> {
  if (runs.length === 0) return;
  await tx.query(
    `with n as materialized (
       select * from json_to_recordset($1::json)
         as n (id uuid, "workspaceId" uuid, "flowId" uuid, "versionId" uuid, version int, mode text, "triggerId" text,
               "triggerKind" text, "deliveryId" uuid, "triggerData" jsonb, "businessKey" text, simulated bool,
               "rootId" uuid, "retryOf" uuid, retry jsonb, prepared bool, "parentRunId" uuid, "parentStep" text,
               "parentIteration" text, "parentWaits" bool, depth int, words text[])
     ), searched as (
       insert into run_search (workspace_id, run_id, words) select "workspaceId", id, array_to_tsvector(words) from n
     )
     insert into runs (id, root_id, workspace_id, flow_id, version_id, version, mode, trigger_id, trigger_kind,
                       delivery_id, trigger_data, business_key, simulated, retry_of, retry, prepared, parent_run_id,
                       parent_step, parent_iteration, parent_waits, depth)
     select n.id, coalesce(n."rootId", n.id), n."workspaceId", n."flowId", n."versionId", n.version, n.mode,
            n."triggerId", n."triggerKind", n."deliveryId", n."triggerData", n."businessKey", n.simulated, n."retryOf",
            n.retry, coalesce(n.prepared, false), n."parentRunId", n."parentStep", n."parentIteration",
            coalesce(n."parentWaits", false), coalesce(n.depth, 0)
       from n`,
    [JSON.stringify(runs.map(({ parent, ...run }) => ({ ...run, ...parent, words: termsOf(run) })))],
  );
}

/** What the run is searched by from its beginning. The name of its flow is not among it: that is looked up when asked. */
export function termsOf({
  workspaceId,
  mode,
  flowId,
  businessKey,
  triggerData,
}: Pick<NewRun, 'workspaceId' | 'mode' | 'flowId' | 'businessKey' | 'triggerData'>): string[] {
  const words = searchWords([businessKey ?? '', ...triggerTexts(triggerData)]);
  return [placeTerm(workspaceId, mode), flowTerm(flowId), ...words];
}
