import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { activitiesFor, type MovedRun } from '../../activities/index.js';
import { AuditService } from '../../audit/audit.service.js';
import { Config } from '../../config.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { ExpressionHost } from '../../expressions/expression-host.js';
import { VersionsService } from '../../flows/versions.service.js';
import { OperationsService } from '../../operations/operations.service.js';
import { Addresses } from '../../platform/addresses.js';
import { Sealer } from '../../platform/crypto/index.js';
import { Database, Notifications } from '../../platform/database/index.js';
import { FeatureActivities } from '../../platform/temporal/feature-activities.js';
import { TemporalService } from '../../platform/temporal/temporal.service.js';
import { SafetyGate } from '../../safety/safety-gate.service.js';
import { taskQueue } from '../../workflows/contract.js';
import { ControlsService } from '../controls.service.js';
import { startCarrier } from './carriers.js';
import { Deadlines } from './deadlines.js';
import { Dispatcher } from './dispatcher.js';
import { Reconciler } from './reconciler.js';

const reconnectMs = 2_000;
const bundle = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));

/** Hosts runs: the Temporal worker with our workflow and activities, the dispatcher, the reconciler. */
@Injectable()
export class WorkerService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(WorkerService.name);
  private worker: Worker | null = null;
  private running: Promise<void> | null = null;
  private dispatcher: Dispatcher | null = null;
  private reconciler: Reconciler | null = null;
  private deadlines: Deadlines | null = null;
  private stopped = false;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly sealer: Sealer,
    private readonly audit: AuditService,
    private readonly temporal: TemporalService,
    private readonly versions: VersionsService,
    private readonly expressions: ExpressionHost,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly safety: SafetyGate,
    private readonly addresses: Addresses,
    private readonly controls: ControlsService,
    private readonly featureActivities: FeatureActivities,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.running = this.work();
  }

  /** Works until it is stopped, through every outage of Temporal. */
  private async work(): Promise<void> {
    if (!existsSync(bundle)) throw new Error(`The workflow bundle ${bundle} is missing: run npm run build.`);
    // The default runtime would take SIGTERM for itself.
    Runtime.install({
      shutdownSignals: [],
      logger: new DefaultLogger('WARN', (entry) => this.logger.debug(entry.message)),
    });
    while (!this.stopped) {
      try {
        await this.workOnce();
      } catch (error) {
        this.logger.warn(`The worker pauses, for Temporal cannot be reached: ${(error as Error).message}`);
      }
      if (!this.stopped) await new Promise((resolve) => setTimeout(resolve, reconnectMs));
    }
  }

  private async workOnce(): Promise<void> {
    const connection = await NativeConnection.connect(this.temporal.connectionOptions());
    try {
      const dataConverter = { payloadCodecs: [this.temporal.codec] };
      const { namespace } = this.config.temporal;
      this.worker = await Worker.create({
        connection,
        namespace,
        taskQueue,
        workflowBundle: { codePath: bundle },
        activities: {
          ...activitiesFor({
            database: this.database,
            sealer: this.sealer,
            audit: this.audit,
            versions: this.versions,
            expressions: this.expressions,
            connections: this.connections,
            operations: this.operations,
            safety: this.safety,
            runUrl: (workspaceId, runId) => this.addresses.run(workspaceId, runId),
            moveOut: (runs) => this.moveOut(runs),
            stretched: (runIds) => this.dispatcher?.stretched(runIds),
            announce: (runIds) => void this.announce(runIds),
          }),
          ...this.featureActivities.all,
        },
        dataConverter,
        maxCachedWorkflows: 500,
        maxConcurrentActivityTaskExecutions: 200,
        maxConcurrentLocalActivityExecutions: 50,
        maxConcurrentWorkflowTaskExecutions: 20,
        maxHeartbeatThrottleInterval: '1 second',
        defaultHeartbeatThrottleInterval: '1 second',
        stickyQueueScheduleToStartTimeout: '3 seconds',
        shutdownGraceTime: '20 seconds',
      });
      // Eager start needs the worker's own connection.
      const client = new Client({ connection, namespace, dataConverter });
      this.dispatcher = new Dispatcher(this.database, this.notifications, this.versions, client, this.config);
      this.reconciler = new Reconciler(this.database, this.versions, this.temporal);
      this.deadlines = new Deadlines(this.database, (runIds) => void this.announce(runIds));
      if (this.stopped) this.worker.shutdown();
      await this.worker.run();
    } finally {
      await this.stopLooking();
      this.worker = null;
      await connection.close().catch(() => undefined);
    }
  }

  /** Starts the carriers of runs that have left a shared one. What fails here the reconciler makes good. */
  private moveOut(runs: MovedRun[]): void {
    const on = { client: this.temporal.client, database: this.database, versions: this.versions };
    for (const run of runs) {
      startCarrier(on, [run], { from: 'rows', eager: false }).catch((error: Error) =>
        this.logger.warn(`Run ${run.id} goes on in a carrier of its own later: ${error.message}`),
      );
    }
  }

  /** With the database away in just this moment the reconciler announces them. */
  private async announce(runIds: string[]): Promise<void> {
    await this.controls
      .announce(...runIds)
      .catch((error: Error) => this.logger.warn(`Runs will hear of their controls later: ${error.message}`));
  }

  /** Takes no more, and finishes what is under way as far as the grace time goes. */
  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    const stopped = this.stopLooking();
    if (this.worker?.getState() === 'RUNNING') this.worker.shutdown();
    await Promise.all([stopped, this.running]);
  }

  private async stopLooking(): Promise<void> {
    this.dispatcher?.stop();
    await Promise.all([this.reconciler?.stop(), this.deadlines?.stop()]);
  }
}
