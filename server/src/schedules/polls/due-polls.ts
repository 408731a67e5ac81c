import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { Database, Notifications } from '../../platform/database/index.js';
import { DueWork } from '../due-work.js';
import { toBePolled } from './polled-trigger.js';
import { PollsService } from './polls.service.js';
import { rides } from './shared-polls.js';

/** Told when somebody asks for a poll. */
export const pollsChannel = 'castellan_polls';

/**
 * Makes the polls that do not wait for the clock: those that somebody asked for, those that go on where one ended, and
 * those that failed and are tried again.
 */
@Injectable()
export class DuePolls implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly work: DueWork<string>;

  constructor(config: Config, database: Database, notifications: Notifications, polls: PollsService) {
    this.work = new DueWork(config, notifications, {
      ...{ what: 'A poll', eachMs: 1_000, atOnce: 5, channel: pollsChannel },
      find: (most) => duePolls(database, most),
      nameOf: (id) => id,
      make: (id) => polls.poll(id, { owner: randomUUID(), attempt: 1 }, { byTheClock: false }),
    });
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.work.stop();
  }
}

async function duePolls(database: Database, most: number): Promise<string[]> {
  const due = await database.query<{ id: string }>(
    `select t.id from polls p join triggers t on t.id = p.trigger_row
       join flows f on f.id = t.flow_id and f.removed_at is null
      where p.due_at <= now() and (p.lease is null or p.lease_until < now()) and ${toBePolled} and not ${rides}
      order by p.due_at limit $1`,
    [most],
  );
  return due.map(({ id }) => id);
}
