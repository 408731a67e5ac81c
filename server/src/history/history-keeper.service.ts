import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config.js';
import { Database, dropEmptyMonths, type Sql } from '../platform/database/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { cutoffOf } from './due-chains.js';
import { removeLooseDeliveries } from './remove-deliveries.js';
import { removeDueRuns } from './remove-runs.js';
import { countRuns } from './sizes.js';
import { removeUnusedBlobs } from './unused-blobs.js';

/** One process at a time does a piece of this work. */
const historyLock = 7_302_003;
const monthsEachMs = 3_600_000;
const firstOfAll = '00000000-0000-0000-0000-000000000000';

/**
 * Keeps the history as long as flows and workspaces say, and counts what it holds. All of it is done in small pieces,
 * each a transaction under one lock: a process that dies leaves nothing half done, and of several servers one works.
 */
@Injectable()
export class HistoryKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(HistoryKeeper.name);
  private readonly keeping: RepeatedWork;
  private monthsLookedAt = 0;
  private stopped = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {
    this.keeping = new RepeatedWork({
      eachMs: config.historySweepSeconds * 1_000,
      work: () => this.sweep(),
      logger: this.logger,
      failure: 'The history could not be swept, which is tried again',
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.keeping.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.keeping.stop();
  }

  private async sweep(): Promise<void> {
    await this.repeat((tx) => countRuns(tx));
    await this.removeRuns();
    await this.removeDeliveries();
    await this.repeat((tx) => removeUnusedBlobs(tx));
    await this.dropMonths();
  }

  private async removeRuns(): Promise<void> {
    const flows = await this.database.query<{ id: string; name: string; days: number }>(
      `select f.id, f.name, coalesce(f.retention_days, w.retention_days) as days
         from flows f join workspaces w on w.id = f.workspace_id
        where coalesce(f.retention_days, w.retention_days) is not null`,
    );
    for (const { id, name, days } of flows) {
      const due = { flowId: id, cutoff: cutoffOf(days) };
      let removed = 0;
      await this.repeat(async (tx) => {
        const some = await removeDueRuns(tx, due);
        removed += some;
        return some > 0;
      });
      if (removed > 0) this.logger.log(`Removed ${removed} runs of “${name}” that ended over ${days} days ago`);
    }
  }

  private async removeDeliveries(): Promise<void> {
    const workspaces = await this.database.query<{ workspaceId: string; days: number | null }>(
      `select id as "workspaceId", retention_days as days from workspaces w
        where retention_days is not null
           or exists (select from flows f where f.workspace_id = w.id and f.retention_days is not null)`,
    );
    for (const workspace of workspaces) {
      let after: string | null = firstOfAll;
      await this.repeat(async (tx) => {
        after = await removeLooseDeliveries(tx, workspace, after ?? firstOfAll);
        return after !== null;
      });
    }
  }

  private async dropMonths(): Promise<void> {
    if (Date.now() - this.monthsLookedAt < monthsEachMs) return;
    this.monthsLookedAt = Date.now();
    await this.repeat(async (tx) => {
      const dropped = await dropEmptyMonths(tx);
      if (dropped.length > 0) this.logger.log(`Dropped ${dropped.join(', ')}`);
      return false;
    });
  }

  /** Does a piece of work until there is no more, or until another process is found at it. */
  private async repeat(piece: (tx: Sql) => Promise<boolean>): Promise<void> {
    for (let more = true; more && !this.stopped; ) {
      more = await this.database.transaction(async (tx) => {
        const [lock] = await tx.query<{ free: boolean }>('select pg_try_advisory_xact_lock($1) as free', [historyLock]);
        return lock?.free === true && (await piece(tx));
      });
    }
  }
}
