import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type FoundRun, missingFrom } from './found-runs.js';

/** How the runs of a benchmark are found again, in the history's own rows. */
export interface HistoryReader {
  /**
   * Says what is missing of the runs of these requests, whose bodies have an `id`; waits for runs that have not ended
   * yet. `stepsOf`: the steps that the run of a request must have done.
   */
  findMissing(flowId: string, ids: string[], stepsOf: (id: string) => string[]): Promise<string[]>;
  /** When the last of a flow's runs ended, in seconds since the first was queued. */
  secondsOf(flowId: string, prefix: string): Promise<number>;
  /** Milliseconds from its arrival to its end of each run, ascending. */
  times(flowId: string, prefix: string): Promise<number[]>;
  stop(): Promise<void>;
}

/** No run ended for so long: what has not ended by then is missing. */
const silenceMs = 60_000;

export function readHistory(databaseUrl: string): HistoryReader {
  const database = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const open = async (flowId: string): Promise<number> => {
    const { rows } = await database.query<{ open: number }>(
      'select count(*)::int as open from runs where flow_id = $1 and ended_at is null',
      [flowId],
    );
    return rows[0]?.open ?? 0;
  };
  const ofPrefix = `r.flow_id = $1 and starts_with(r.trigger_data #>> '{body,id}', $2)`;

  return {
    findMissing: async (flowId, ids, stepsOf) => {
      let before = Number.POSITIVE_INFINITY;
      for (let since = Date.now(); Date.now() - since < silenceMs; await delay(250)) {
        const now = await open(flowId);
        if (now === 0) break;
        if (now < before) since = Date.now();
        before = now;
      }
      const prefix = ids[0]?.slice(0, ids[0].lastIndexOf('-') + 1) ?? '';
      const { rows } = await database.query<FoundRun>(
        `select r.trigger_data #>> '{body,id}' as id, r.status,
                array_remove(array_agg(case s.status when 'succeeded' then s.step_id end), null) as steps
           from runs r left join steps s on s.run_id = r.id
          where ${ofPrefix} group by r.id`,
        [flowId, prefix],
      );
      return missingFrom(rows, ids, stepsOf);
    },
    secondsOf: async (flowId, prefix) => {
      const { rows } = await database.query<{ seconds: number }>(
        `select extract(epoch from max(r.ended_at) - min(r.created_at))::float8 as seconds from runs r where ${ofPrefix}`,
        [flowId, prefix],
      );
      return rows[0]?.seconds ?? Number.NaN;
    },
    times: async (flowId, prefix) => {
      const { rows } = await database.query<{ ms: number }>(
        `select extract(epoch from r.ended_at - r.created_at)::float8 * 1000 as ms from runs r
          where ${ofPrefix} order by 1`,
        [flowId, prefix],
      );
      return rows.map(({ ms }) => ms);
    },
    stop: () => database.end(),
  };
}
