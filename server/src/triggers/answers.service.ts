import { answerSeconds } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { changesChannel, readChange } from '../events/changes.js';
import { Database, Notifications, prepared } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import { wholeValue } from '../platform/large-values/index.js';

/** What a flow answered, or how its run stands when the caller's patience is over. */
export interface Answer {
  status: string;
  ended: boolean;
  response: { status: number; headers: Record<string, string>; body: unknown } | null;
}

const lookEachMs = 1_000;

/** Lets callers of webhooks wait for what their run answers: always read from committed rows. */
@Injectable()
export class AnswersService {
  private readonly waiting = new Map<string, Set<() => void>>();
  private readonly reads = new Grouping<string, Answer>({ atOnce: 2, most: 200, work: (runIds) => this.read(runIds) });

  constructor(
    private readonly database: Database,
    notifications: Notifications,
  ) {
    notifications.listen(changesChannel, (payload) => this.wake(payload));
  }

  /** Notes that somebody will ask for this run, before it can have changed; to be given to `of`. */
  expect(runId: string): { changed: () => Promise<void>; stop: () => void } {
    let wake: () => void = () => undefined;
    let woken = false;
    const ring = (): void => {
      woken = true;
      wake();
    };
    const rings = this.waiting.get(runId) ?? new Set();
    this.waiting.set(runId, rings.add(ring));
    return {
      changed: () =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, lookEachMs);
          wake = () => {
            woken = false;
            clearTimeout(timer);
            resolve();
          };
          if (woken) wake();
        }),
      stop: () => {
        rings.delete(ring);
        if (rings.size === 0) this.waiting.delete(runId);
      },
    };
  }

  /** The flow's answer once there is one, or the run's end; when the time is over how it stands. */
  async of(
    runId: string,
    { until, seconds = answerSeconds.usual }: { until: 'step' | 'end'; seconds?: number | undefined },
    expected: ReturnType<AnswersService['expect']>,
  ): Promise<Answer> {
    const deadline = Date.now() + seconds * 1_000;
    try {
      for (;;) {
        await expected.changed();
        const answer = await this.reads.add(runId);
        if (answer.ended || (until === 'step' && answer.response) || Date.now() >= deadline) return answer;
      }
    } finally {
      expected.stop();
    }
  }

  private async read(runIds: string[]): Promise<Answer[]> {
    const rows = await this.database.query<Answer & { id: string }>(
      prepared(
        `select id, status, ended_at is not null as ended, ${wholeValue('r', 'response')} as response from runs r where id = any($1)`,
      ),
      [runIds],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return runIds.map((id) => byId.get(id) ?? { status: 'queued', ended: false, response: null });
  }

  /** After a reconnect (null) everybody looks. */
  private wake(payload: string | null): void {
    const change = payload === null ? null : readChange(payload);
    if (payload === null) for (const rings of this.waiting.values()) for (const ring of rings) ring();
    else if (change?.topic === 'runs')
      for (const id of change.ids) for (const ring of this.waiting.get(id) ?? []) ring();
  }
}
