import { Injectable } from '@nestjs/common';
import {
  ScheduleAlreadyRunning,
  type ScheduleClient,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleSpec,
} from '@temporalio/client';
import { TemporalService, temporalDeadlineMs } from './temporal.service.js';
import { withDeadline } from './with-deadline.js';

/** A Temporal Schedule as it should be. */
export interface WantedSchedule {
  id: string;
  /** Tells one set of settings from another; stands in the Schedule's note. */
  settings: string;
  spec: ScheduleSpec;
  overlap: 'ALLOW_ALL' | 'SKIP';
  catchupMs: number;
  /** What each fire starts. */
  workflow: { type: string; id: string; taskQueue: string; argument: string; timeoutMs: number };
}

/** Temporal's Schedules. Every call has its deadline. */
@Injectable()
export class Schedules {
  private readonly client: ScheduleClient;

  constructor(temporal: TemporalService) {
    this.client = temporal.client.schedule;
  }

  /** The note of each Schedule whose id begins so, by id. One that was changed just now may be missing or old. */
  async notes(prefix: string): Promise<Map<string, string>> {
    const notes = new Map<string, string>();
    const listed = this.client.list({ pageSize: 1_000 })[Symbol.asyncIterator]();
    for (;;) {
      const { value, done } = await inTime(listed.next(), 'Listing schedules');
      if (done) return notes;
      if (value.scheduleId.startsWith(prefix)) notes.set(value.scheduleId, value.state.note ?? '');
    }
  }

  /** Makes the Schedule, or changes the one with its id. */
  async put(wanted: WantedSchedule, note: string): Promise<void> {
    const options = optionsOf(wanted, note);
    const making = this.client.create({ scheduleId: wanted.id, ...options });
    await inTime(making, `Making schedule ${wanted.id}`).catch(async (error: unknown) => {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const changing = this.client.getHandle(wanted.id).update(() => options);
      await inTime(changing, `Changing schedule ${wanted.id}`);
    });
  }

  /** Fires for the times of a past while that it should have fired at. */
  async backfill(id: string, start: Date, end: Date): Promise<void> {
    const filling = this.client.getHandle(id).backfill({ start, end, overlap: 'ALLOW_ALL' });
    await inTime(filling, `Making up for schedule ${id}`);
  }

  async remove(id: string): Promise<void> {
    await inTime(this.client.getHandle(id).delete(), `Removing schedule ${id}`).catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    });
  }
}

function optionsOf({ spec, overlap, catchupMs, workflow }: WantedSchedule, note: string) {
  return {
    spec,
    action: {
      type: 'startWorkflow',
      workflowType: workflow.type,
      workflowId: workflow.id,
      taskQueue: workflow.taskQueue,
      args: [workflow.argument],
      workflowTaskTimeout: '5 seconds',
      workflowExecutionTimeout: workflow.timeoutMs,
    },
    policies: { overlap, catchupWindow: catchupMs },
    state: { note, paused: false },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
}

const inTime = <T>(work: Promise<T>, what: string): Promise<T> => withDeadline(work, temporalDeadlineMs, what);
