import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { eventsOfStored, readStored } from './arrived-events.js';
import { admit, limitOf } from './delivery-limit.js';
import { IntakeService } from './intake.service.js';
import { triggerById } from './trigger-row.js';

const lookEachMs = 1_000;

/** Takes deliveries in that wait for the limit of their trigger, in the order in which they came. */
@Injectable()
export class QueuedDeliveries implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly looking = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.takeDue(),
    logger: new Logger(QueuedDeliveries.name),
    failure: 'Queued deliveries could not be taken in',
  });

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly intake: IntakeService,
    private readonly connections: ConnectionsService,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.looking.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.looking.stop();
  }

  /** One of each trigger that has some. Answers whether another round is due at once. */
  private async takeDue(): Promise<boolean> {
    // Those of a flow that is switched off wait until it is on again.
    const due = await this.database.query<{ triggerRow: string }>(
      `select t.id as "triggerRow" from triggers t
        where t.enabled and exists (select from deliveries d where d.trigger_row = t.id and d.status = 'queued')`,
    );
    let taken = false;
    for (const { triggerRow } of due) {
      taken = (await this.database.transaction((tx) => this.takeNext(tx, triggerRow))) || taken;
    }
    return taken;
  }

  private async takeNext(tx: Sql, triggerRow: string): Promise<boolean> {
    // One process at a time takes from a queue, else the order would be anybody's.
    const [held] = await tx.query<{ held: boolean }>(
      `select pg_try_advisory_xact_lock(hashtextextended('queued ' || $1, 0)) as held`,
      [triggerRow],
    );
    const trigger = held?.held ? await triggerById(tx, triggerRow) : null;
    if (!trigger?.enabled) return false;
    const [delivery] = await readStored(
      tx,
      `where trigger_row = $1 and status = 'queued' order by place limit 1 for update`,
      [triggerRow],
    );
    if (!delivery) return false;
    const limit = limitOf(trigger);
    // A version without a limit has nothing wait any longer.
    if (limit && !(await admit(tx, triggerRow, limit)).within) return false;
    await this.intake.takeStored(tx, delivery, await eventsOfStored(tx, this.connections, delivery));
    return true;
  }
}
