/**
 * What the run `r` waits for whose turn has not come, as SQL: the run of its key that has the turn, or the limit of its
 * flow. Read and not stored, since it changes with each turn that is passed on.
 */
export const waitingForTurn = `(
  select jsonb_strip_nulls(jsonb_build_object('kind', 'turn', 'runId', h.run_id, 'what',
           case when h.flow_id <> t.flow_id then 'a run of “' || (select name from flows where id = h.flow_id) || '” of the same key to end'
                when h.run_id is not null and r.carrier is null then 'an earlier run of the same key to end'
                when h.run_id is not null then 'a run of the same key to end'
                when t.state = 'slot' and l.concurrency is not null
                  then 'one of ' || l.concurrency || ' runs of this flow to end, as many as may go on at one time'
                else 'its turn' end))
         || '{"who": null, "until": null}'
    from turns t
    join flows l on l.id = t.flow_id
    left join turns h on h.scope = t.scope and h.order_key = t.order_key and h.state in ('slot', 'go') and h.run_id <> t.run_id
   where t.run_id = r.id)`;
