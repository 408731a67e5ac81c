import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { eventsOfStored, readStored } from '../triggers/arrived-events.js';
import { IntakeService } from '../triggers/intake.service.js';
import { triggerById } from '../triggers/trigger-row.js';
import { unfinishedRun } from './overlap.js';

const lookEachMs = 1_000;

/** Makes the runs of fires that wait for the run before them, once it has ended. */
@Injectable()
export class WaitingFires implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(WaitingFires.name);
  private readonly looking = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.takeDue(),
    logger: this.logger,
    failure: 'Fires that wait could not be looked at',
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

  private async takeDue(): Promise<void> {
    const due = await this.database.query<{ id: string; trigger: string }>(
      `select d.id, d.trigger_row as trigger from deliveries d join triggers t on t.id = d.trigger_row
        where d.status = 'waiting' and not exists (
          select from runs r
           where r.flow_id = t.flow_id and r.trigger_id = t.trigger_id and r.ended_at is null and r.mode = 'live')`,
    );
    for (const fire of due) await this.database.transaction((tx) => this.take(tx, fire));
  }

  private async take(tx: Sql, { id, trigger: triggerRow }: { id: string; trigger: string }): Promise<void> {
    const held = await tx.query('select 1 from triggers where id = $1 for update skip locked', [triggerRow]);
    const [delivery] = held.length > 0 ? await readStored(tx, `where id = $1 and status = 'waiting'`, [id]) : [];
    if (!delivery) return;
    const trigger = await triggerById(tx, triggerRow);
    if (trigger && (await unfinishedRun(tx, trigger)) !== null) return;
    await tx.query('delete from intake where delivery_id = $1', [id]);
    if (trigger?.enabled)
      await this.intake.takeStored(tx, delivery, await eventsOfStored(tx, this.connections, delivery));
    else await settle(tx, id, 'skipped', 'The flow was switched off while it waited.');
  }
}

const settle = (tx: Sql, id: string, status: string, reason: string): Promise<unknown> =>
  tx.query('update deliveries set status = $2, reason = $3 where id = $1', [id, status, reason]);
