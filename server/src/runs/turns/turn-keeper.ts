import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { Config } from '../../config.js';
import { Database, Notifications, prepared, type Sql } from '../../platform/database/index.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { ControlsService } from '../controls.service.js';
import { queueChannel } from '../queue.js';
import type { Superseded } from './superseding.js';
import { giveTurns, lookAgain } from './turn-round.js';

const lookEachMs = 1_000;
const sweepEachMs = 5_000;
/** A run that somebody has hold of is soon let go. */
const pauseMs = 20;

/** Gives runs their turns, in each process that hosts runs: woken by each commit that makes or ends one, and each second. */
@Injectable()
export class TurnKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(TurnKeeper.name);
  private readonly giving = new RepeatedWork({
    eachMs: lookEachMs,
    work: async () => (await this.isDue()) && this.round(),
    logger: this.logger,
    failure: 'Turns could not be given',
  });
  private readonly sweeping = new RepeatedWork({
    eachMs: sweepEachMs,
    work: () => this.database.transaction((tx) => lookAgain(tx)),
    logger: this.logger,
    failure: 'Turns could not be looked at again',
  });
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly controls: ControlsService,
    private readonly audit: AuditService,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.config.runsWorker) return;
    this.stopListening = this.notifications.listen(queueChannel, () => this.giving.wake());
    this.giving.start();
    this.sweeping.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopListening();
    await Promise.all([this.giving.stop(), this.sweeping.stop()]);
  }

  private async isDue(): Promise<boolean> {
    const [row] = await this.database.query<{ due: boolean }>(
      prepared(`select exists (select from turns where state in ('new', 'done', 'leaves')) as due`),
    );
    return row?.due ?? false;
  }

  private async round(): Promise<boolean> {
    const { more, asked } = await this.database.transaction(async (tx) => {
      const round = await giveTurns(tx);
      for (const superseded of round.superseded) await this.record(tx, superseded);
      return round;
    });
    if (asked.length > 0) await this.controls.announce(...asked);
    if (more) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return more;
  }

  private record(tx: Sql, { runId, workspaceId, flowName, by, byFlow }: Superseded): Promise<void> {
    return this.audit.record(tx, {
      ...{ actor: 'system', workspaceId, action: 'run.supersede', objectType: 'run', objectId: runId },
      objectName: flowName,
      after: { by, byFlow },
    });
  }
}
