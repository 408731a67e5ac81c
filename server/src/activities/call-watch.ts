import { type EffectId, renewLeases } from '../operations/ledger.js';
import type { Sql } from '../platform/database/index.js';

interface Watched {
  runId: string;
  /** Its effect, while it is being sent. */
  effect: EffectId | null;
  abort: (reason: Error) => void;
}

const tickMs = 1_000;

/**
 * Looks after the calls under way of this process, once a second for all of them together: renews the
 * leases of their effects, and aborts those whose run was cancelled or has ended.
 */
export class CallWatch {
  private readonly watched = new Set<Watched>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly sql: Sql) {}

  /** Watches a call until the returned function is called. */
  add(call: Watched): () => void {
    this.watched.add(call);
    this.timer ??= setInterval(() => void this.tick(), tickMs);
    return () => {
      this.watched.delete(call);
      if (this.watched.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  private async tick(): Promise<void> {
    const calls = [...this.watched];
    try {
      const effects = calls.flatMap(({ effect }) => (effect === null ? [] : [effect]));
      if (effects.length > 0) await renewLeases(this.sql, effects);
      const ended = await this.endedRuns([...new Set(calls.map(({ runId }) => runId))]);
      for (const call of calls) if (ended.has(call.runId)) call.abort(new Error('The run was cancelled.'));
    } catch {
      // The database is away: the calls go on, and the next tick looks again.
    }
  }

  private async endedRuns(runIds: string[]): Promise<Set<string>> {
    const rows = await this.sql.query<{ id: string }>(
      `select run_id as id from controls where run_id = any($1) and kind in ('cancel', 'timeout')
       union select id from runs where id = any($1) and ended_at is not null`,
      [runIds],
    );
    return new Set(rows.map((row) => row.id));
  }
}
