import { isDeepStrictEqual } from 'node:util';
import type { VersionsService } from '../../flows/versions.service.js';
import { prepared, type Sql } from '../../platform/database/index.js';
import { chooseKept, type KeptSteps } from '../../runs/kept-choice.js';
import { clearedSteps, readFrames } from '../../runs/kept-steps.js';
import type { NewRun } from '../../runs/make-run.js';
import { makePlan } from '../../workflows/interpreter/index.js';
import type { RunFacts } from '../facts.js';

/** A flow that is called at a step, for an item of the loops around it. */
interface CalledAt {
  step: string;
  item: string;
  input: unknown;
  called: { id: string; versionId: string };
}

/** The run that an earlier run of the chain made there, the last one. */
interface EarlierChild {
  id: string;
  rootId: string;
  versionId: string;
  triggerId: string;
  status: string;
  input: unknown;
  /** What stands in the row is only how the input begins. */
  isLarge: boolean;
}

type Continued = Pick<NewRun, 'rootId' | 'retryOf' | 'retry' | 'prepared' | 'keeps'>;

/**
 * For a run that does an earlier one again: what the run that it calls goes on with. The flow was called at this step,
 * for this item, by an earlier run of the chain, so the new run joins the chain of that one: what it has sent is kept.
 * Where only what failed is to be done again, of the same version and with the same input, its steps are kept, too;
 * but not where a person wants writes once more, which are then come to again.
 */
export async function earlierCall(
  on: { database: Sql; versions: VersionsService },
  facts: RunFacts,
  at: CalledAt,
): Promise<Continued> {
  if (facts.rootId === facts.id) return {};
  const earlier = await readEarlier(on.database, facts.rootId, at);
  if (!earlier) return {};
  const { id, rootId } = earlier;
  const kept = facts.goesOn && facts.again.length === 0 ? await keptOf(on, earlier, at) : null;
  if (kept) {
    const retry = { place: { at: 'failed' }, again: [] };
    return { rootId, retryOf: id, retry, prepared: true, keeps: { from: id, steps: kept } };
  }
  return { rootId, retryOf: id, ...(facts.again.length > 0 ? { retry: { again: facts.again } } : {}) };
}

async function readEarlier(
  sql: Sql,
  rootId: string,
  { step, item, called }: CalledAt,
): Promise<EarlierChild | undefined> {
  const [earlier] = await sql.query<EarlierChild>(
    prepared(`with called as materialized (
       select c.id, c.root_id, c.version_id, c.trigger_id, c.status, c.trigger_data, c.large from runs c
        where c.parent_run_id in (select $1::uuid union all select id from runs where root_id = $1 and root_id <> id)
          and c.parent_step = $2 and c.parent_item = $3 and c.flow_id = $4
     )
     select id, root_id as "rootId", version_id as "versionId", trigger_id as "triggerId", status,
            trigger_data -> 'input' as input, large is not null as "isLarge"
       from called order by id desc limit 1`),
    [rootId, step, item, called.id],
  );
  return earlier;
}

/** What stays done of a run that failed or was cancelled; null where nothing does, or it would be another run. */
async function keptOf(
  { database, versions }: { database: Sql; versions: VersionsService },
  { id, versionId, triggerId, status, input, isLarge }: EarlierChild,
  at: CalledAt,
): Promise<KeptSteps | null> {
  const isSame = versionId === at.called.versionId && !isLarge && isDeepStrictEqual(input, at.input);
  if (!isSame || (status !== 'failed' && status !== 'cancelled')) return null;
  const { control, program } = await versions.get(versionId);
  const plan = makePlan(control);
  const kept = chooseKept(plan, triggerId, await readFrames(database, id, plan, plan), { at: 'failed' });
  if (kept.rows.length === 0 && kept.loops.length === 0) return null;
  const cleared = await clearedSteps(database, id, program, kept);
  return cleared.length === 0 ? kept : null;
}
