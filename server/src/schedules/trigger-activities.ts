import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Context } from '@temporalio/activity';
import { FeatureActivities } from '../platform/temporal/feature-activities.js';
import type { TriggerActivities } from '../workflows/contract.js';
import { FiresService } from './fires.service.js';
import { PollsService } from './polls/polls.service.js';

/** A worker that has died is told by its silence. */
const heartbeatMs = 1_000;

/** Gives the worker what the workflows of triggers ask of the world. */
@Injectable()
export class TriggerActivitiesProvider implements OnModuleInit {
  constructor(
    private readonly activities: FeatureActivities,
    private readonly fires: FiresService,
    private readonly polls: PollsService,
  ) {}

  onModuleInit(): void {
    this.activities.add({
      storeFire: (request) => this.fires.store(request),
      pollTrigger: (trigger) => this.poll(trigger),
    } satisfies TriggerActivities);
  }

  /** A repeated activity is of the same owner: it need not wait for what its dead forerunner held. */
  private async poll(trigger: string): Promise<void> {
    const context = Context.current();
    const { workflowExecution, attempt } = context.info;
    const heartbeat = setInterval(() => context.heartbeat(), heartbeatMs);
    try {
      await this.polls.poll(
        trigger,
        { owner: workflowExecution?.runId ?? context.info.activityId, attempt },
        { byTheClock: true },
      );
    } finally {
      clearInterval(heartbeat);
    }
  }
}
