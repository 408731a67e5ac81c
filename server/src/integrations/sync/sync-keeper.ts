import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { Database, Notifications } from '../../platform/database/index.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { TemporalService, temporalDeadlineMs } from '../../platform/temporal/temporal.service.js';
import { withDeadline } from '../../platform/temporal/with-deadline.js';
import { directorySyncWorkflow, taskQueue } from '../../workflows/contract.js';
import { askForSync, syncsChannel } from '../sync-run-rows.js';

const lookEachMs = 1_000;
/** Without a sign of life for so long a sync is started anew: it goes on where its row says. */
const silentSeconds = 20;
const atOnce = 20;

interface Claimed {
  id: string;
  /** It asked, and a person has answered. */
  isDecided: boolean;
}

/**
 * Begins syncs that are due, by the clock or by somebody's wish, and takes up those that nobody is at: because their
 * worker or all that Temporal had is gone. All that it goes by stands in the rows.
 */
@Injectable()
export class SyncKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SyncKeeper.name);
  private readonly looking = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.look(),
    logger: this.logger,
    failure: 'Directory syncs that are due could not be looked for',
  });
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly temporal: TemporalService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(syncsChannel, () => this.looking.wake());
    this.looking.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.looking.stop();
  }

  private async look(): Promise<void> {
    await this.askByClock();
    for (const claimed of await this.claim()) await this.start(claimed);
  }

  private async askByClock(): Promise<void> {
    const [due] = await this.database.query(
      'select from integrations where removed_at is null and not paused and next_sync_at <= now() limit 1',
    );
    if (!due) return;
    await this.database.transaction(async (tx) => {
      const rows = await tx.query<{ id: string; workspaceId: string; firstSyncedAt: Date | null }>(
        `update integrations set next_sync_at = now() + every_hours * interval '1 hour' where id in (
           select id from integrations where removed_at is null and not paused and next_sync_at <= now()
            limit ${atOnce} for update skip locked)
         returning id, workspace_id as "workspaceId", first_synced_at as "firstSyncedAt"`,
      );
      for (const integration of rows) await askForSync(tx, integration, null);
    });
  }

  /** A sync that waits for a page is not silent before its time. */
  private claim(): Promise<Claimed[]> {
    return this.database.query(
      `update directory_sync_runs set status = 'running', started_at = coalesce(started_at, now()), touched_at = now()
        where id in (
          select id from directory_sync_runs
           where status = 'waiting' or (status = 'running' and (touched_at is null
                 or greatest(touched_at, due_at) < now() - interval '${silentSeconds} seconds'))
           limit ${atOnce} for update skip locked)
       returning id, decision is not null as "isDecided"`,
    );
  }

  /** One that is there already goes on by itself; the pages' own fence keeps two from keeping one page. */
  private async start({ id, isDecided }: Claimed): Promise<void> {
    // The one that ended with the question may not be quite at its end.
    const workflowId = `castellan-directory-sync-${id}${isDecided ? '-decided' : ''}`;
    const starting = this.temporal.client.workflow.start(directorySyncWorkflow, {
      ...{ taskQueue, workflowId, args: [id] },
      workflowTaskTimeout: '5 seconds',
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    await withDeadline(starting, temporalDeadlineMs, `Starting the sync ${id}`).catch((error: Error) =>
      this.logger.warn(`A sync is started later: ${error.message}`),
    );
  }
}
