import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { Database, Notifications } from '../../platform/database/index.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { toBePolled } from './polled-trigger.js';
import { PollsService } from './polls.service.js';
import { rides } from './shared-polls.js';

/** Told when somebody asks for a poll. */
export const pollsChannel = 'castellan_polls';

const lookEachMs = 1_000;
const atOnce = 5;

/**
 * Makes the polls that do not wait for the clock: those that somebody asked for, those that go on where one ended, and
 * those that failed and are tried again.
 */
@Injectable()
export class DuePolls implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(DuePolls.name);
  private readonly underWay = new Set<string>();
  private readonly looking: RepeatedWork;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly polls: PollsService,
  ) {
    this.looking = new RepeatedWork({
      eachMs: lookEachMs,
      work: () => this.look(),
      logger: this.logger,
      failure: 'Polls that are due could not be looked for',
    });
  }

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(pollsChannel, () => this.looking.wake());
    this.looking.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.looking.stop();
  }

  private async look(): Promise<void> {
    const due = await this.database.query<{ id: string }>(
      `select t.id from polls p join triggers t on t.id = p.trigger_row
         join flows f on f.id = t.flow_id and f.removed_at is null
        where p.due_at <= now() and (p.lease is null or p.lease_until < now()) and ${toBePolled} and not ${rides}
        order by p.due_at limit $1`,
      [atOnce * 2],
    );
    for (const { id } of due) if (this.underWay.size < atOnce && !this.underWay.has(id)) void this.poll(id);
  }

  private async poll(id: string): Promise<void> {
    this.underWay.add(id);
    try {
      await this.polls.poll(id, { owner: randomUUID(), attempt: 1 }, { byTheClock: false });
    } catch (error) {
      this.logger.warn(`A poll is made again when its lease has ended: ${(error as Error).message}`);
    } finally {
      this.underWay.delete(id);
    }
  }
}
