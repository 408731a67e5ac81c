import { type CompiledTrigger, clockOf, isFire } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { type Arriving, IntakeService } from '../triggers/intake.service.js';
import { startsRuns, type TriggerRow, triggerById } from '../triggers/trigger-row.js';
import type { FireRequest } from '../workflows/contract.js';
import { decideOverlap, holdTrigger } from './overlap.js';

export type ScheduleSettings = Extract<CompiledTrigger, { kind: 'schedule' }>;

/** However small the window for late fires: between a clock's stroke and its delivery pass some seconds. */
export const leastCatchupSeconds = 10;

/** How old a fire of this trigger may be and still make its run. */
export const catchupMsOf = ({ catchupSeconds, jitterSeconds }: ScheduleSettings): number =>
  (Math.max(catchupSeconds, leastCatchupSeconds) + jitterSeconds) * 1_000;

/** Stores fires of schedules as deliveries and makes their runs. */
@Injectable()
export class FiresService {
  constructor(
    private readonly database: Database,
    private readonly intake: IntakeService,
  ) {}

  /**
   * The same fire is stored once. A time that the schedule does not have is none, whether Temporal had one too many
   * or the schedule was switched off or changed since then.
   */
  async store({ trigger: id, scheduledAt }: FireRequest): Promise<void> {
    const trigger = await triggerById(this.database, id);
    const time = new Date(scheduledAt);
    if (!trigger?.enabled || trigger.spec.kind !== 'schedule' || time < trigger.since) return;
    const clock = clockOf(trigger.spec);
    if (!clock || !isFire(clock, time)) return;
    const at = {
      ...{
        workspaceId: trigger.workspaceId,
        address: 'schedule',
        triggerRow: id,
        connectionId: null,
        externalId: null,
      },
      ...{ scheduledAt: time, arrivalKey: `fire ${id} ${scheduledAt}`, sample: false },
    };
    const tick = { method: 'FIRE', headers: {}, query: {}, rawBody: Buffer.alloc(0) };
    const events = [{ heardAt: null, triggers: startsRuns(trigger) ? [trigger] : [], vendorKey: null }];
    const arriving = await this.intake.prepare(tick, at, events);
    await this.commit(trigger, trigger.spec, arriving);
    this.intake.afterCommit([arriving], []);
  }

  private commit(trigger: TriggerRow, settings: ScheduleSettings, arriving: Arriving): Promise<void> {
    const { id, arrivalKey, scheduledAt } = arriving.delivery;
    return this.database.transaction(async (tx) => {
      await holdTrigger(tx, trigger.id);
      const stored = await tx.query('select 1 from deliveries where arrival_key = $1', [arrivalKey]);
      if (stored.length > 0) return;
      if (Date.now() - (scheduledAt?.getTime() ?? 0) > catchupMsOf(settings)) {
        const reason = 'The server was away at that time, and came back too late to make it good.';
        await this.intake.store(tx, [withoutRun(arriving, 'missed', reason)]);
        return;
      }
      const verdict = await decideOverlap(tx, trigger, settings.overlap);
      if (verdict.outcome === 'run' || arriving.delivery.status !== 'accepted') {
        await this.intake.store(tx, [arriving]);
        return;
      }
      await this.intake.store(tx, [withoutRun(arriving, verdict.outcome, verdict.reason)]);
      await tx.query(
        `insert into intake (delivery_id, flow_id, trigger_id, run_id, status, reason) values ($1, $2, $3, $4, $5, $6)`,
        [id, trigger.flowId, trigger.triggerId, verdict.inTheWay, verdict.outcome, verdict.reason],
      );
    });
  }
}

const withoutRun = (arriving: Arriving, status: 'skipped' | 'waiting' | 'missed', reason: string): Arriving => ({
  ...arriving,
  delivery: { ...arriving.delivery, status, reason },
  matched: [],
});
