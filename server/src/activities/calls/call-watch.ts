import { type EffectId, renewLeases } from '../../operations/ledger.js';
import type { Sql } from '../../platform/database/index.js';

interface Watched {
  runId: string;
  /** Its effect, while it is being sent. */
  effect: EffectId | null;
  /** A cancel of its run does not stop it. */
  shielded: boolean;
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
      for (const call of calls) {
        const how = ended.get(call.runId);
        if (how === 'ended' || (how === 'cancelled' && !call.shielded)) call.abort(new Error('The run was cancelled.'));
      }
    } catch {
      // The database is away: the calls go on, and the next tick looks again.
    }
  }

  /** Runs that somebody cancelled or whose time is over, and runs that have ended. */
  private async endedRuns(runIds: string[]): Promise<Map<string, 'cancelled' | 'ended'>> {
    const rows = await this.sql.query<{ id: string; how: 'cancelled' | 'ended' }>(
      `select run_id as id, 'cancelled' as how from controls where run_id = any($1) and kind in ('cancel', 'timeout')
       union all select id, 'ended' from runs where id = any($1) and ended_at is not null`,
      [runIds],
    );
    return new Map(rows.map(({ id, how }) => [id, how]));
  }
}
