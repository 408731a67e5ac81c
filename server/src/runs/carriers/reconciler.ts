import { Logger } from '@nestjs/common';
import type { VersionsService } from '../../flows/versions.service.js';
import type { Database } from '../../platform/database/index.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import type { TemporalService, WorkflowHealth } from '../../platform/temporal/temporal.service.js';
import { pokeSignal } from '../../workflows/contract.js';
import { startCarrier } from './carriers.js';
import { type ClaimedRun, moveRun, silentRuns, stallRuns, touchRuns } from './claim.js';

const lookEachMs = 5_000;
/** A run that nobody has touched for so long is looked up in Temporal. */
const silentSeconds = 15;
const atOnce = 200;

/**
 * Compares the runs that should be going on with the carriers that host them. A run whose carrier is gone, because its
 * process died between claim and start, or because it was ended by hand, or because Temporal's store was lost, is
 * hosted again from its rows. Controls that no carrier has taken are announced again.
 */
export class Reconciler {
  private readonly logger = new Logger('Reconciler');
  private readonly looking: RepeatedWork;
  /** Carriers that were stuck when they were last looked at: a task may fail once for a bad moment. */
  private suspects: ReadonlySet<string> = new Set();

  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly temporal: TemporalService,
  ) {
    this.looking = new RepeatedWork({
      eachMs: lookEachMs,
      work: () => this.compare(),
      logger: this.logger,
      failure: 'Runs could not be compared with their carriers',
    }).start();
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  private async compare(): Promise<void> {
    await this.announceControls();
    const silent = await silentRuns(this.database, silentSeconds, atOnce);
    const carriers = new Map<string, WorkflowHealth>();
    const well: string[] = [];
    const stuck: string[] = [];
    for (const run of silent) {
      const health = carriers.get(run.carrier) ?? (await this.temporal.healthOf(run.carrier));
      carriers.set(run.carrier, health);
      if (health === 'gone') await this.hostAgain(run);
      else if (health === 'well') well.push(run.id);
      else if (this.suspects.has(run.carrier)) stuck.push(run.id);
    }
    this.suspects = new Set([...carriers].flatMap(([carrier, health]) => (health === 'stuck' ? carrier : [])));
    await touchRuns(this.database, well);
    await stallRuns(this.database, stuck);
  }

  private async hostAgain(run: ClaimedRun): Promise<void> {
    const moved = await moveRun(this.database, run);
    if (!moved) return;
    this.logger.warn(`Run ${run.id} has lost its carrier ${run.carrier}; it goes on in ${moved.carrier}`);
    const { database, versions } = this;
    await startCarrier({ client: this.temporal.client, database, versions }, [moved], { from: 'rows', eager: false });
  }

  private async announceControls(): Promise<void> {
    const rows = await this.database.query<{ runId: string; carrier: string }>(
      `select distinct r.id as "runId", r.carrier from controls c join runs r on r.id = c.run_id
        where c.taken_at is null and c.created_at < now() - interval '5 seconds'
          and r.ended_at is null and r.carrier is not null limit $1`,
      [atOnce],
    );
    for (const { runId, carrier } of rows) await this.temporal.signal(carrier, pokeSignal, runId);
  }
}
