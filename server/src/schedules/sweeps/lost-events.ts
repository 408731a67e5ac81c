import type { PolledEvent, PollPage } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { type ArrivedEvent, eventOfConnection } from '../../triggers/arrived-events.js';
import { type Arriving, IntakeService } from '../../triggers/intake.service.js';
import { noteTold, toldAmong } from '../../triggers/told-events.js';
import { countLost, type DueSweep, type HeldSweep, moveSweep } from './sweep-rows.js';

/** So many events are matched at one time: their expressions share the host with everybody else's. */
const together = 10;

/** Takes in events of which no delivery told, each once, as a delivery would have been. */
@Injectable()
export class LostEvents {
  constructor(
    private readonly database: Database,
    private readonly intake: IntakeService,
  ) {}

  /**
   * Commits what a page holds and nobody told, with the place where the next page begins. False when the sweep was lost.
   * A delivery that comes in the same moment waits for this commit or this one for it: one of both is the first.
   */
  async store(sweep: DueSweep, { lease }: HeldSweep, page: PollPage): Promise<boolean> {
    const { connectionId, event } = sweep;
    const ids = page.events.map(({ id }) => id);
    const told = await toldAmong(this.database, connectionId, event, ids);
    const untold = [...new Map(page.events.map((each) => [each.id, each])).values()].filter(({ id }) => !told.has(id));
    const prepared = await this.prepare(sweep, untold);
    const stored = await this.database.transaction(async (tx) => {
      if (!(await moveSweep(tx, sweep, lease, page.cursor))) return null;
      const fresh = new Set(
        await noteTold(
          tx,
          untold.map(({ id }) => ({ connectionId, event, id })),
        ),
      );
      const arriving = prepared.filter(({ delivery }) => fresh.has(delivery.externalId ?? ''));
      const taken = arriving.length > 0 ? await this.intake.store(tx, arriving) : [];
      // What the intake knows by its key was told before sweeps were noted.
      const lost = taken.filter(({ status }) => status !== 'duplicate').length;
      if (lost > 0) await countLost(tx, sweep, lost);
      return { arriving, taken };
    });
    if (stored === null) return false;
    this.intake.afterCommit(stored.arriving, stored.taken);
    return true;
  }

  private async prepare(sweep: DueSweep, events: PolledEvent[]): Promise<Arriving[]> {
    if (events.length === 0) return [];
    const heard = await eventOfConnection(this.database, sweep.connectionId, sweep.event, null);
    const arriving: Arriving[] = [];
    for (let start = 0; start < events.length; start += together) {
      const some = events.slice(start, start + together);
      const each = await Promise.all(some.map((event) => this.prepareOne(sweep, event, heard)));
      arriving.push(...each.flatMap((one) => one ?? []));
    }
    return arriving;
  }

  /** Null for one that happened before all flows that listen were switched on: to them it was not lost. */
  private async prepareOne(
    { workspaceId, connectionId, event: name }: DueSweep,
    event: PolledEvent,
    heard: ArrivedEvent,
  ): Promise<Arriving | null> {
    const happened = new Date(event.occurredAt as string);
    const triggers = heard.triggers.filter(({ since }) => happened >= since);
    if (triggers.length === 0) return null;
    const at = {
      ...{ workspaceId, address: 'sweep', triggerRow: null, connectionId, externalId: event.id, event: name },
      ...{ sample: false, swept: true },
    };
    const arrival = {
      ...{ method: 'SWEEP', headers: { 'content-type': 'application/json' }, query: {} },
      rawBody: Buffer.from(JSON.stringify(event.payload)),
    };
    return this.intake.prepare(arrival, at, [{ ...heard, triggers, vendorKey: event.id }], { isAwaited: false });
  }
}
