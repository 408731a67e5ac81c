import { triggersChannel } from '../../flows/switch.service.js';
import { notify, type Sql } from '../../platform/database/index.js';
import { type HeldPoll, type PolledTrigger, toBePolled } from './polled-trigger.js';

/**
 * Several flows that hear one event of one connection make one look at the system. A trigger that has read all there is
 * begins to ride with an older one that stands at the same place: from then on that one's reading stores each event for
 * both, each by its own start and with its own key, and only one of them has a clock. Whoever stops riding takes the
 * place of the other along, and reads by itself until it rides again.
 */

/** So many ride with one trigger at most: their arrivals are stored in one transaction. */
const mostRiders = 20;

/** In SQL: the trigger `t` with its poll `p` rides with another one that is polled. */
export const rides = `(p.rides_with is not null and p.begun_for = t.since and p.connection_id = t.connection_id
  and p.event = t.event and exists (select from polls l where l.trigger_row = p.rides_with and ${leads('l')}))`;

/** In SQL: the poll reads for a trigger that is to be polled, from a place that is still its own. */
function leads(poll: string): string {
  return `exists (select from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
    where t.id = ${poll}.trigger_row and ${poll}.begun_for = t.since and ${poll}.connection_id = t.connection_id
      and ${poll}.event = t.event and ${toBePolled})`;
}

/** In SQL: every so many seconds a trigger is read, for itself and for those that ride with it. */
export const everySeconds = (trigger: string): string => `(
  select min((heard.spec->>'everySeconds')::int) from triggers heard left join polls riding on riding.trigger_row = heard.id
   where heard.id = ${trigger} or (riding.rides_with = ${trigger} and heard.enabled and heard.spec ? 'everySeconds'))`;

/** A trigger that rides, and the start and the round that its arrivals count in. */
export interface Rider extends Pick<HeldPoll, 'toldFrom' | 'round'> {
  id: string;
}

/** The triggers for which a trigger reads, beside itself. */
export function ridersOf(sql: Sql, leader: string): Promise<Rider[]> {
  return sql.query<Rider>(
    `select t.id, p.told_from as "toldFrom", p.round from polls p join triggers t on t.id = p.trigger_row
       join flows f on f.id = t.flow_id and f.removed_at is null
      where p.rides_with = $1 and p.begun_for = t.since and p.connection_id = t.connection_id and p.event = t.event
        and ${toBePolled} order by t.id`,
    [leader],
  );
}

/** Of these riders those that still ride as they did, held until the transaction ends. The place of the leader is held. */
export async function holdRiders(tx: Sql, leader: string, riders: Rider[]): Promise<ReadonlySet<string>> {
  if (riders.length === 0) return new Set();
  const rows = await tx.query<{ id: string; round: number; toldFrom: Date }>(
    `select trigger_row as id, round, told_from as "toldFrom" from polls where rides_with = $1 and trigger_row = any($2)
      order by trigger_row for update`,
    [leader, riders.map(({ id }) => id)],
  );
  const now = new Map(rows.map((row) => [row.id, row]));
  const isAsItWas = ({ id, round, toldFrom }: Rider): boolean =>
    now.get(id)?.round === round && now.get(id)?.toldFrom.getTime() === toldFrom.getTime();
  return new Set(riders.filter(isAsItWas).map(({ id }) => id));
}

/**
 * Lets a trigger that has just read all there is ride with an older one. That one must have read since the trigger's
 * start, so that nothing older reaches it, and not since the trigger's own reading began, so that nothing is left out.
 * To be called in the transaction that ends the trigger's poll.
 */
export async function ride(tx: Sql, trigger: PolledTrigger, { claimedAt }: HeldPoll): Promise<void> {
  const [leader] = await tx.query<{ id: string }>(
    `select l.trigger_row as id from polls l
      where l.connection_id = $2 and l.event = $3 and l.trigger_row < $1 and l.rides_with is null
        and l.lease is null and l.due_at is null and l.failures = 0 and l.moved_at < $4
        and l.began_at >= (select told_from from polls where trigger_row = $1)
        and ${leads('l')} and (select count(*) from polls r where r.rides_with = l.trigger_row) < ${mostRiders}
      order by l.trigger_row limit 1 for update skip locked`,
    [trigger.id, trigger.connectionId, trigger.event, claimedAt],
  );
  if (!leader) return;
  const joined = await tx.query(
    `update polls p set rides_with = $2
      where trigger_row = $1 and lease is null and due_at is null and rides_with is null
        and not exists (select from polls r where r.rides_with = $1) returning trigger_row`,
    [trigger.id, leader.id],
  );
  if (joined.length > 0) await notify(tx, triggersChannel, trigger.flowId);
}

/**
 * Those that ride with a trigger take its place along and read by themselves: one of them for all, `heir` if it is named.
 * The leader's row is held from here on.
 */
async function releaseRiders(tx: Sql, leader: string, heir: string | null = null): Promise<void> {
  await tx.query('select from polls where trigger_row = $1 for update', [leader]);
  const released = await tx.query<{ flowId: string }>(
    `with riders as (select trigger_row from polls where rides_with = $1 order by trigger_row for update),
          chosen as (select trigger_row as id from riders order by trigger_row = $2 desc, trigger_row limit 1)
     update polls p set cursor = l.cursor, began_at = l.began_at, moved_at = l.moved_at, polled_at = l.polled_at,
            rides_with = case when p.trigger_row = chosen.id then null else chosen.id end
       from polls l, chosen, triggers t
      where l.trigger_row = $1 and p.trigger_row in (select trigger_row from riders) and t.id = p.trigger_row
     returning t.flow_id as "flowId"`,
    [leader, heir],
  );
  const [first] = released;
  if (first) await notify(tx, triggersChannel, first.flowId);
}

/** A trigger that rides with one that is polled no more reads by itself, from where that one was. */
export async function leaveLostLeader(tx: Sql, trigger: string): Promise<void> {
  const [lost] = await tx.query<{ leader: string }>(
    `select p.rides_with as leader from polls p
      where p.trigger_row = $1 and p.rides_with is not null
        and not exists (select from polls l where l.trigger_row = p.rides_with and ${leads('l')})`,
    [trigger],
  );
  if (lost) await releaseRiders(tx, lost.leader, trigger);
}

/** The trigger begins at another place: whoever rides with it goes on where it was, and it rides with nobody. */
export async function leaveAll(tx: Sql, trigger: string): Promise<void> {
  await releaseRiders(tx, trigger);
  await tx.query(
    `update polls p set cursor = l.cursor, rides_with = null from polls l
      where p.trigger_row = $1 and l.trigger_row = p.rides_with`,
    [trigger],
  );
}
