import type { DeliveryFilter } from '@castellan/api';

/** SQL for the deliveries `d` of a workspace that fit a filter; its values begin at $1. */
export function fitting(workspaceId: string, filter: DeliveryFilter): { where: string; values: unknown[] } {
  const { flowId, status, q, from, to } = filter;
  return {
    where: `d.workspace_id = $1
      and ($2::uuid is null or exists (select from intake i where i.delivery_id = d.id and i.flow_id = $2)
           or exists (select from triggers t where t.id = d.trigger_row and t.flow_id = $2)
           or (d.status = 'refused' and exists (select from triggers t
                                                 where t.connection_id = d.connection_id and t.flow_id = $2))
           or exists (select from waits w join runs r on r.id = w.run_id
                       where w.delivery_id = d.id and r.flow_id = $2))
      and ($3::text[] is null or d.status = any($3))
      and ($4::timestamptz is null or d.received_at >= $4) and ($5::timestamptz is null or d.received_at <= $5)
      and ($6::text is null or ${contains})`,
    values: [workspaceId, flowId ?? null, status?.split(',') ?? null, from ?? null, to ?? null, q?.trim() || null],
  };
}

/** Places are searched as text, whatever the case; bodies as the bytes that came, since not all of them are text. */
const contains = `(
  position(lower($6) in lower(concat_ws(' ', d.id::text, d.method, d.address, d.reason, d.external_id, d.source,
                                        d.event, d.headers::text, d.query::text))) > 0
  or position(convert_to($6, 'UTF8') in d.body) > 0
)`;
