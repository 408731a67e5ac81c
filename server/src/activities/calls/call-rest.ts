import type { CompiledAction } from '@castellan/flow';
import { isAfter } from '@castellan/flow/runtime';
import type { PublishedVersion } from '../../flows/versions.service.js';
import { prepared, type Sql } from '../../platform/database/index.js';
import type { EvaluationPlace } from '../contexts.js';
import { type PreparationDependencies, type PreparedCall, prepareCall } from './call-preparation.js';
import { isToDo, readReversal } from './reversal.js';

/** Calls that are worked out ahead at most, and at one time. */
const mostAhead = 500;
const atOnce = 10;

/** A call of a later item, as it would be sent by what is known now. */
export interface CallAhead extends PreparedCall {
  iteration: string;
}

/**
 * The calls of one step that its innermost loop has still to come to. None where an input needs what steps of the body
 * will put out, which nobody knows yet, nor of what follows the end of the run, which goes another way.
 */
export async function callsAhead(
  on: PreparationDependencies,
  action: CompiledAction,
  place: EvaluationPlace,
  connectionId: string | null,
): Promise<CallAhead[]> {
  // What is ahead of a step of an undo stands in the ledger.
  const actionAt = async (iteration: string) => {
    if (!action.reverses) return action;
    const reversal = await readReversal(on, { ...place, iteration }, action);
    return 'error' in reversal || !isToDo(reversal) ? null : reversal.action;
  };
  if (place.iteration === '' || isAfter(place.step) || readsItsBody(place.version, action)) return [];
  const ahead: CallAhead[] = [];
  const iterations = await iterationsAhead(on.database, place, action.level.at(-1) ?? '');
  for (let first = 0; first < iterations.length; first += atOnce) {
    const some = iterations.slice(first, first + atOnce).map(async (iteration) => {
      const own = await actionAt(iteration);
      if (own === null) return [];
      const call = await prepareCall(on, own, { ...place, iteration }, connectionId, null);
      return 'error' in call || call.fate !== 'send' ? [] : [{ ...call, iteration }];
    });
    ahead.push(...(await Promise.all(some)).flat());
  }
  return ahead;
}

function readsItsBody({ program }: PublishedVersion, { reads, level }: CompiledAction): boolean {
  const inBody = (id: string): boolean => (program.steps[id]?.level.length ?? 0) >= level.length;
  return reads === '*' || reads.some(inBody);
}

/** Iterations of the loop around the place in which the step has not begun. */
async function iterationsAhead(sql: Sql, { facts, step, iteration }: EvaluationPlace, loop: string): Promise<string[]> {
  const parts = iteration.split('.');
  const index = Number(parts.pop());
  const outer = parts.join('.');
  const rows = await sql.query<{ iteration: string }>(
    prepared(`select n.iteration from (
         select case when $4 = '' then i::text else $4 || '.' || i end as iteration, i
           from generate_series($5::int + 1,
                  (select count from steps where run_id = $1 and step_id = $3 and iteration = $4 and pass = 0) - 1) i
       ) n where not exists (select from steps s where s.run_id = $1 and s.step_id = $2 and s.iteration = n.iteration and s.pass = 0)
       order by n.i limit ${mostAhead}`),
    [facts.id, step, loop, outer, index],
  );
  return rows.map((row) => row.iteration);
}
