import type { PolledEvent, PollPage } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { Database, type Sql } from '../../platform/database/index.js';
import { type Arriving, IntakeService } from '../../triggers/intake.service.js';
import { placeOf, startsRuns, triggerById } from '../../triggers/trigger-row.js';
import { moveOn } from './poll-rows.js';
import { type HeldPoll, isPolled, type PolledTrigger } from './polled-trigger.js';
import { holdRiders, ridersOf } from './shared-polls.js';

/** So many events are matched at one time: their expressions share the host with everybody else's. */
const together = 10;

/** A trigger that gets what is read, and the start and the round that its arrivals count in. */
interface Reader extends Pick<HeldPoll, 'toldFrom' | 'round'> {
  trigger: PolledTrigger;
}

/** Stores events that were read as deliveries, each once for a trigger, however often it is read. */
@Injectable()
export class PolledEvents {
  constructor(
    private readonly database: Database,
    private readonly intake: IntakeService,
  ) {}

  /** Commits a page with the place where the next begins. Answers how many were new, null when the poll was lost. */
  async store(trigger: PolledTrigger, held: HeldPoll, page: PollPage): Promise<number | null> {
    const own = await this.arrivals({ ...held, trigger }, page.events);
    const riders = page.events.length > 0 ? await ridersOf(this.database, trigger.id) : [];
    const byRider = new Map<string, Arriving[]>();
    for (const rider of riders) {
      const riding = await triggerById(this.database, rider.id);
      if (riding && isPolled(riding))
        byRider.set(rider.id, await this.arrivals({ ...rider, trigger: riding }, page.events));
    }
    const stored = await this.database.transaction(async (tx) => {
      if (!(await moveOn(tx, trigger.id, held.lease, page.cursor))) return null;
      const stillRiding = await holdRiders(tx, trigger.id, riders);
      const arriving = [...own, ...[...byRider].flatMap(([id, arrivals]) => (stillRiding.has(id) ? arrivals : []))];
      return { arriving, taken: arriving.length > 0 ? await this.intake.store(tx, arriving) : [] };
    });
    if (stored === null) return null;
    this.intake.afterCommit(stored.arriving, stored.taken);
    return own.length;
  }

  /** What of the events is new for a trigger, matched with its flow. */
  private async arrivals(reader: Reader, events: PolledEvent[]): Promise<Arriving[]> {
    const fresh = await this.unknown(reader, events);
    const arriving: Arriving[] = [];
    for (let start = 0; start < fresh.length; start += together) {
      const some = fresh.slice(start, start + together);
      arriving.push(...(await Promise.all(some.map((event) => this.prepare(reader, event)))));
    }
    return arriving;
  }

  /** Nobody else stores any between this look and the commit, for the poll is ours alone. */
  private async unknown({ trigger, round }: Reader, events: PolledEvent[]): Promise<PolledEvent[]> {
    const byKey = new Map(events.map((event) => [arrivalKey(trigger, round, event), event]));
    for (const key of await knownKeys(this.database, [...byKey.keys()])) byKey.delete(key);
    return [...byKey.values()];
  }

  private prepare({ trigger, round, toldFrom }: Reader, event: PolledEvent): Promise<Arriving> {
    const { id, workspaceId, connectionId, event: name } = trigger;
    const vendorKey = round === 0 ? event.id : `${event.id} (round ${round + 1})`;
    const at = {
      ...{ workspaceId, address: 'poll', triggerRow: id, connectionId, externalId: vendorKey, event: name },
      ...{ arrivalKey: arrivalKey(trigger, round, event), sample: false },
    };
    const arrival = {
      ...{ method: 'POLL', headers: { 'content-type': 'application/json' }, query: {} },
      rawBody: Buffer.from(JSON.stringify(event.payload)),
    };
    const isOld = event.occurredAt !== undefined && new Date(event.occurredAt) < toldFrom;
    const triggers = startsRuns(trigger) && !isOld ? [trigger] : [];
    return this.intake.prepare(arrival, at, [{ heardAt: placeOf(trigger), triggers, vendorKey }], { isAwaited: false });
  }
}

const arrivalKey = ({ id }: PolledTrigger, round: number, event: PolledEvent): string =>
  `poll ${id} ${round} ${event.id}`;

async function knownKeys(sql: Sql, keys: string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const rows = await sql.query<{ key: string }>(
    'select arrival_key as key from deliveries where arrival_key = any($1)',
    [keys],
  );
  return rows.map(({ key }) => key);
}
