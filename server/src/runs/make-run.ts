import { prepared, type Sql } from '../platform/database/index.js';
import { saveBlobs } from '../platform/large-values/index.js';
import type { KeptSteps } from './kept-choice.js';
import type { RunOrder } from './run-keys.js';
import { storedRuns } from './stored-runs.js';
import { insideOwnTurn, joinLines } from './turns/turns.js';

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
  /** Its turn among the runs of its flow. Only live runs take turns. */
  order: RunOrder | null;
  /** Where it stands among the runs of its key; left out: behind all that are there. */
  place?: number;
  simulated: boolean;
  /** First run of the chain of retries; the run itself when left out. */
  rootId?: string;
  retryOf?: string;
  /** What a retry was asked for: its place and version, and effects that a person wants again. */
  retry?: object;
  /** Rows of steps are given to it in this transaction (`keepSteps`): its host begins with them. */
  prepared?: boolean;
  /** How many runs stand above it, where none of them is its parent. */
  depth?: number;
  /** Who asked for it, by e-mail address; left out where nobody did. */
  startedBy?: string;
  /** The run of which it takes these rows over, which its maker gives it. */
  keeps?: { from: string; steps: Pick<KeptSteps, 'rows' | 'loops'> };
  /** The plan that it makes, of mode plan, or else has to keep to. */
  planId?: string | null;
  /** The step of another run that starts it. */
  parent?: RunParent;
}

export interface RunParent {
  parentRunId: string;
  parentStep: string;
  parentIteration: string;
  /** What identifies the item of the loops around that step, as the ledger of effects names it. */
  parentItem: string;
  /** Whether that step waits for the end of this run. */
  parentWaits: boolean;
  /** How many runs stand above it. */
  depth: number;
}

/** Writes the row of a new run. In the transaction of what started it, and before anybody is answered. */
export const makeRun = (tx: Sql, run: NewRun): Promise<void> => makeRuns(tx, [run]);

/** The same for many at once; those of one key take their places in the order given. */
export async function makeRuns(tx: Sql, runs: NewRun[]): Promise<void> {
  if (runs.length === 0) return;
  const { rows, blobs } = storedRuns(runs);
  await saveBlobs(tx, blobs);
  // A run takes turns for its own key, or where its flow allows so many at one time.
  const made = await tx.query<{ id: string; takesTurns: boolean }>(
    prepared(`with n as materialized (
       select * from json_to_recordset($1::json)
         as n (id uuid, "workspaceId" uuid, "flowId" uuid, "versionId" uuid, version int, mode text, "triggerId" text,
               "triggerKind" text, "deliveryId" uuid, "triggerData" text, large text, "businessKey" text, simulated bool,
               "rootId" uuid, "retryOf" uuid, retry jsonb, prepared bool, "parentRunId" uuid, "parentStep" text,
               "parentIteration" text, "parentItem" text, "parentWaits" bool, depth int, "startedBy" text, "planId" uuid, "order" jsonb, place bigint, words text[])
     ), searched as (
       insert into run_search (workspace_id, run_id, words) select "workspaceId", id, array_to_tsvector(words) from n
     )
     insert into runs (id, root_id, workspace_id, flow_id, version_id, version, mode, trigger_id, trigger_kind,
                       delivery_id, trigger_data, business_key, simulated, retry_of, retry, prepared, parent_run_id,
                       parent_step, parent_iteration, parent_item, parent_waits, depth, plan_id, order_key, order_lane, order_place, turn, large, started_by)
     select n.id, coalesce(n."rootId", n.id), n."workspaceId", n."flowId", n."versionId", n.version, n.mode,
            n."triggerId", n."triggerKind", n."deliveryId", n."triggerData"::jsonb, n."businessKey", n.simulated, n."retryOf",
            n.retry, coalesce(n.prepared, false), n."parentRunId", n."parentStep", n."parentIteration",
            n."parentItem",
            coalesce(n."parentWaits", false), coalesce(n.depth, 0), n."planId",
            n.key, case when n.key is not null then n."order" #>> '{lane,name}' end,
            case when n.turn is not null then coalesce(n.place, nextval('change_seq')) end, n.turn,
            n.large::jsonb, n."startedBy"
       from (select n.*, case when n.mode = 'live' then n."order" ->> 'key' end as key,
                    case when n.mode = 'live' and n.id <> all ($2) and (n."order" is not null or
                              (select concurrency from flows f where f.id = n."flowId") is not null) then 'waits' end as turn
               from n) n
     returning id, turn is not null as "takesTurns"`),
    [JSON.stringify(rows), await insideOwnTurn(tx, runs)],
  );
  const takeTurns = new Set(made.flatMap(({ id, takesTurns }) => (takesTurns ? [id] : [])));
  await joinLines(
    tx,
    runs.filter(({ id }) => takeTurns.has(id)),
  );
}
