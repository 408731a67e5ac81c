import type { RunEvent } from '@castellan/api';
import type { z } from 'zod';
import type { Sql } from '../platform/database/index.js';

/** A run's history, oldest first, read from its rows: there is no table of events that could disagree with them. */
export function readHistory(sql: Sql, runId: string): Promise<z.infer<typeof RunEvent>[]> {
  return sql.query(
    `select at, kind, "stepId", iteration, text, actor from (
       select created_at as at, 0 as place, 'run.queued' as kind, null::text as "stepId", null::text as iteration,
              'Started by ' || trigger_id || ' (' || trigger_kind || ')' as text, null::text as actor
         from runs where id = $1
       union all
       select started_at, 1, 'step.started', step_id, iteration, kind || case when attempts > 1
              then ', ' || attempts || ' attempts' else '' end, null
         from steps where run_id = $1 and pass = 0 and started_at is not null and kind in ('action', 'loop', 'wait', 'approval')
       union all
       select ended_at, 2, 'step.' || status, step_id, iteration,
              coalesce(error ->> 'message', case when port is not null then 'by ' || port else '' end), null
         from steps where run_id = $1 and pass = 0 and ended_at is not null
       union all
       select created_at, 2, 'effect.' || state, step_id, iteration, operation || ' ' || left(key, 12), null
         from effects where run_id = $1
       union all
       select created_at, 3, 'control.' || kind, step_id, iteration, payload::text, actor from controls where run_id = $1
       union all
       select ended_at, 4, 'run.' || status, null, null, coalesce(outcome, error ->> 'message', reason, ''), null
         from runs where id = $1 and ended_at is not null
     ) h order by at, place limit 5000`,
    [runId],
  );
}
