import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { Database, Notifications, type Sql } from '../../platform/database/index.js';
import { ApiError } from '../../platform/errors.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { cancelRuns } from '../cancel-runs.js';
import { ControlsService } from '../controls.service.js';
import { RetriesService } from '../retries.service.js';
import { bulkChannel, endIfThrough, type OpenBulk, openBulks, settleRuns, takeWaiting } from './bulk-rows.js';

const lookEachMs = 1_000;
/** Runs that are cancelled in one transaction. */
const cancelledAtOnce = 100;
/** Retries that one process makes at one time. */
const retriesAtOnce = 4;

/**
 * Does bulk actions, in every process that works: each run in a transaction that also notes what came of it, so that a
 * process that dies loses nothing and repeats nothing, and several share the work.
 */
@Injectable()
export class BulkRunner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(BulkRunner.name);
  private readonly working = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.work(),
    logger: this.logger,
    failure: 'Bulk actions pause',
  });
  private stopListening: () => void = () => undefined;
  private stopped = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly retries: RetriesService,
    private readonly controls: ControlsService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(bulkChannel, () => this.working.wake());
    this.working.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.stopListening();
    await this.working.stop();
  }

  /** A little of each open action in turn, until none has anything left to take. */
  private async work(): Promise<void> {
    for (let taken = true; taken && !this.stopped; ) {
      taken = false;
      for (const bulk of await openBulks(this.database)) {
        const more = bulk.wish.action === 'cancel' ? await this.cancelSome(bulk) : await this.retrySome(bulk);
        if (more) taken = true;
        else await endIfThrough(this.database, bulk.id);
      }
    }
  }

  /** Answers whether there was anything to take. */
  private async cancelSome({ id, actor, wish }: OpenBulk): Promise<boolean> {
    const { runIds, told } = await this.database.transaction(async (tx) => {
      const runIds = await takeWaiting(tx, id, cancelledAtOnce);
      if (runIds.length === 0) return { runIds, told: [] };
      const ended = new Set(await endedOf(tx, runIds));
      const { compensate } = wish;
      const payload = compensate === undefined ? {} : { compensate };
      const told = await cancelRuns(tx, runIds, { actor: actor.email, payload });
      const settled = runIds.map((runId) => ({
        runId,
        ...(ended.has(runId) ? { reason: 'It had ended by then.' } : {}),
      }));
      await settleRuns(tx, id, settled);
      return { runIds, told };
    });
    await this.controls.announce(...told);
    return runIds.length > 0;
  }

  private async retrySome(bulk: OpenBulk): Promise<boolean> {
    const tries = Array.from({ length: retriesAtOnce }, () => this.retryOne(bulk));
    const taken = await Promise.all(tries);
    return taken.some((one) => one);
  }

  private async retryOne({ id, actor, wish }: OpenBulk): Promise<boolean> {
    let runId: string | undefined;
    try {
      await this.database.transaction(async (tx) => {
        [runId] = await takeWaiting(tx, id, 1);
        if (runId === undefined) return;
        const { place, version } = wish;
        const wanted = { place, version, again: [], outcomes: [], onlyLast: true };
        const madeRunId = await this.retries.makeIn(tx, actor, runId, wanted);
        await settleRuns(tx, id, [{ runId, madeRunId }]);
      });
    } catch (error) {
      const away = error instanceof ApiError && error.code === 'unavailable';
      if (away || runId === undefined) throw error;
      if (!(error instanceof ApiError)) this.logger.error(`Run ${runId} cannot be retried: ${(error as Error).stack}`);
      const reason = error instanceof ApiError ? error.message : 'The server could not do it; its log says why.';
      await settleRuns(this.database, id, [{ runId, reason }]);
    }
    return runId !== undefined;
  }
}

/** Those of the runs that have ended. */
async function endedOf(sql: Sql, ids: string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('select id from runs where id = any($1) and ended_at is not null', [
    ids,
  ]);
  return rows.map(({ id }) => id);
}
