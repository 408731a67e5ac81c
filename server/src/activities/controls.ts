import { prepared, type Sql } from '../platform/database/index.js';
import { wholeValue } from '../platform/large-values/index.js';
import type { Asked, Ending } from '../workflows/interpreter/index.js';

/** What people and deadlines ask of a run, in the order in which they asked. */
export interface Control {
  id: number;
  runId: string;
  kind:
    | 'cancel'
    | 'pause'
    | 'resume'
    | 'decided'
    | 'outcome'
    | 'child_ended'
    | 'event'
    | 'retry_now'
    | 'timeout'
    | 'turn';
  step: string | null;
  iteration: string | null;
  payload: Record<string, unknown>;
}

/**
 * Controls of these runs that no host has taken yet. They count as taken when the stretch that acts on them commits. What
 * ends a run, and the latest pause or resume, is told again: a host may have died between that commit and its own
 * knowledge of it. It does no harm twice.
 */
export async function untakenControls(sql: Sql, runIds: string[]): Promise<Control[]> {
  if (runIds.length === 0) return [];
  return sql.query<Control>(
    prepared(`select c.id, c.run_id as "runId", c.kind, c.step_id as step, c.iteration,
            case when c.kind = 'event' then jsonb_build_object('output', (${wholeValue('d', 'events')}) -> (c.payload ->> 'event'))
                 else c.payload end as payload
       from (select * from controls where run_id = any($1) and taken_at is null
             union select * from controls where run_id = any($1) and kind in ('cancel', 'timeout')
             union (select distinct on (run_id) * from controls where run_id = any($1) and kind in ('pause', 'resume')
                     order by run_id, id desc)) c
       left join deliveries d on c.kind = 'event' and d.id = (c.payload ->> 'delivery')::uuid order by c.id`),
    [runIds],
  );
}

/**
 * What has been asked of these runs as a whole, whether or not a host has taken it: it outlasts the host that did. How a
 * run ends stands in its row from when a host has known it.
 */
export async function readAsked(sql: Sql, runIds: string[]): Promise<Map<string, Asked>> {
  if (runIds.length === 0) return new Map();
  const rows = await sql.query<AskedRow>(
    `select r.id, r.status = 'paused' as paused, r.ending, r.ending_seq::float8 as "endingSeq", c.kind, c.payload
       from runs r left join lateral (
         select kind, payload from controls where run_id = r.id and kind in ('cancel', 'timeout') order by id limit 1
       ) c on true where r.id = any($1)`,
    [runIds],
  );
  return new Map(rows.map((row) => [row.id, askedOf(row)]));
}

interface AskedRow extends Partial<Pick<Control, 'kind' | 'payload'>> {
  id: string;
  paused: boolean;
  ending: Ending | null;
  endingSeq: number | null;
}

function askedOf({ paused, ending: known, endingSeq, kind, payload }: AskedRow): Asked {
  if (known && endingSeq !== null) return { paused, ending: known, endingSeq };
  const ending = kind && payload ? endingOf({ kind, payload }) : null;
  return { paused, ...(ending === null ? {} : { ending }) };
}

/** How a run ends that is ended from outside; null for a control that asks something else. */
export function endingOf({ kind, payload }: Pick<Control, 'kind' | 'payload'>): Ending | null {
  if (kind === 'timeout') return { status: 'failed', reason: 'timeout' };
  if (kind !== 'cancel') return null;
  const ending: Ending = { status: 'cancelled', reason: payload.reason === 'superseded' ? 'superseded' : 'cancelled' };
  // Whoever cancels may say whether what the run did is taken back.
  return typeof payload.compensate === 'boolean' ? { ...ending, compensate: payload.compensate } : ending;
}
