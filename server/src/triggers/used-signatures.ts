import { createHash } from 'node:crypto';
import { prepared, type Sql } from '../platform/database/index.js';
import type { DeliveryStatus, StoredDelivery, TakenRun } from './inbox.js';

/** A signature is remembered so long; one with a time in it is refused for its age long before. */
const rememberedSeconds = 7 * 86_400;

interface Signed {
  delivery: Pick<StoredDelivery, 'id' | 'address'>;
  signature: string | null;
}

/**
 * Claims what the senders of these deliveries signed, in the transaction that stores them. Answers those whose
 * signature was taken at their address before, each with the delivery that it was taken with.
 */
export async function claimSignatures(tx: Sql, arriving: Signed[]): Promise<Map<string, string>> {
  const claims = arriving.flatMap(({ delivery: { id, address }, signature }) =>
    signature === null ? [] : [{ id, address, signature: hashOf(signature) }],
  );
  if (claims.length === 0) return new Map();
  const claimed = await tx.query<{ id: string }>(
    prepared(`insert into used_signatures (address, signature, delivery_id, until)
     select address, signature, id, now() + interval '${rememberedSeconds} seconds'
       from unnest($1::text[], $2::text[], $3::uuid[]) as n (address, signature, id)
      order by address, signature
     on conflict do nothing returning delivery_id as id`),
    [claims.map(({ address }) => address), claims.map(({ signature }) => signature), claims.map(({ id }) => id)],
  );
  const first = new Set(claimed.map(({ id }) => id));
  const repeated = claims.filter(({ id }) => !first.has(id));
  if (repeated.length === 0) return new Map();
  const holders = await tx.query<{ address: string; signature: string; id: string }>(
    `select u.address, u.signature, u.delivery_id as id from used_signatures u
       join (select distinct * from unnest($1::text[], $2::text[])) as n (address, signature)
         on n.address = u.address and n.signature = u.signature`,
    [repeated.map(({ address }) => address), repeated.map(({ signature }) => signature)],
  );
  const holderOf = new Map(holders.map(({ address, signature, id }) => [`${address} ${signature}`, id]));
  return new Map(
    repeated.map(({ id, address, signature }) => {
      const holder = holderOf.get(`${address} ${signature}`);
      if (!holder) throw new Error('The signature was let go of in the same moment; the delivery is to be sent again.');
      return [id, holder];
    }),
  );
}

/** Notes for repeated deliveries the runs of those that they repeat, and answers them. */
export async function repeatedRuns(tx: Sql, repeats: Map<string, string>): Promise<Map<string, TakenRun[]>> {
  const runs = new Map<string, TakenRun[]>([...repeats.keys()].map((id) => [id, []]));
  if (repeats.size === 0) return runs;
  const rows = await tx.query<TakenRun & { deliveryId: string }>(
    `insert into intake (delivery_id, flow_id, trigger_id, event, run_id, status)
     select n.id, i.flow_id, i.trigger_id, i.event, i.run_id, 'duplicate'
       from unnest($1::uuid[], $2::uuid[]) as n (id, first) join intake i on i.delivery_id = n.first
      where i.run_id is not null
     returning delivery_id as "deliveryId", flow_id as "flowId", trigger_id as "triggerId", run_id as "runId"`,
    [[...repeats.keys()], [...repeats.values()]],
  );
  for (const { deliveryId, ...run } of rows) runs.get(deliveryId)?.push({ ...run, duplicate: true });
  return runs;
}

/** A delivery that made no run and woke none may come again: its signature is not used up. */
export async function releaseSignatures(
  tx: Sql,
  arriving: Signed[],
  taken: { deliveryId: string; status: DeliveryStatus }[],
): Promise<void> {
  const idle = taken.filter(({ status }, index) => status === 'filtered' && arriving[index]?.signature !== null);
  if (idle.length === 0) return;
  await tx.query('delete from used_signatures where delivery_id = any($1)', [idle.map(({ deliveryId }) => deliveryId)]);
}

/** Lets go of what was remembered long enough. */
export function forgetSignatures(sql: Sql): Promise<unknown> {
  return sql.query('delete from used_signatures where until < now()');
}

const hashOf = (signature: string): string => createHash('sha256').update(signature).digest('hex');
