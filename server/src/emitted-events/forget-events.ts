import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { Database } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';

/** How far the log goes back. What waits for a subscription that was stopped is kept no longer, either. */
const keptDays = 30;
const atOnce = 1_000;

/** Removes what was sent long ago, in small pieces; several servers take different ones. */
@Injectable()
export class ForgetEvents implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly round: RepeatedWork;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {
    this.round = new RepeatedWork({
      eachMs: config.historySweepSeconds * 1_000,
      work: () => this.forgetSome(),
      logger: new Logger(ForgetEvents.name),
      failure: 'Old events could not be removed, which is tried again',
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.round.stop();
  }

  /** @returns whether there may be more */
  private async forgetSome(): Promise<boolean> {
    const sendings = await this.database.query(
      `delete from event_sendings where id in (
         select id from event_sendings where created_at < now() - interval '${keptDays} days'
          order by created_at limit ${atOnce} for update skip locked) returning id`,
    );
    const events = await this.database.query(
      `delete from emitted_events where id in (
         select id from emitted_events e where at < now() - interval '${keptDays} days'
            and not exists (select from event_sendings d where d.event_id = e.id)
          order by at limit ${atOnce} for update skip locked) returning id`,
    );
    return sendings.length === atOnce || events.length === atOnce;
  }
}
