import type { ControlGraph } from '@castellan/flow/runtime';
import { Logger } from '@nestjs/common';
import type { Database, Sql } from '../../platform/database/index.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import type { ClaimedRun } from './claim.js';

const lookEachMs = 1_000;
const atOnce = 500;

/** Runs of flows with a time limit get the instant at which they must have ended, once, counted from their start. */
export async function setDeadlines(sql: Sql, runs: ClaimedRun[], graphs: Record<string, ControlGraph>): Promise<void> {
  const limited = runs.flatMap(({ id, versionId }) => {
    const seconds = graphs[versionId]?.timeoutSeconds;
    return seconds === undefined ? [] : [{ id, seconds }];
  });
  if (limited.length === 0) return;
  await sql.query(
    `update runs r set deadline = r.started_at + l.seconds * interval '1 second'
       from unnest($1::uuid[], $2::float8[]) as l (id, seconds)
      where r.id = l.id and r.deadline is null and r.ended_at is null`,
    [limited.map(({ id }) => id), limited.map(({ seconds }) => seconds)],
  );
}

/**
 * Ends runs whose time is over: by a control, as if a person had asked, so that whoever hosts the run finds it and calls
 * under way are aborted. Any number of workers may look.
 */
export class Deadlines {
  private readonly looking: RepeatedWork;

  constructor(
    private readonly database: Database,
    private readonly announce: (runIds: string[]) => void,
  ) {
    this.looking = new RepeatedWork({
      eachMs: lookEachMs,
      work: () => this.endOverdue(),
      logger: new Logger('Deadlines'),
      failure: 'Runs whose time is over were not found',
    }).start();
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  private async endOverdue(): Promise<void> {
    const rows = await this.database.query<{ runId: string }>(
      `with over as (
           select id from runs r where ended_at is null and deadline < now()
              and not exists (select from controls c where c.run_id = r.id and c.kind = 'timeout')
            order by deadline limit $1 for update skip locked
         )
         insert into controls (run_id, kind, actor) select id, 'timeout', 'deadline' from over
         returning run_id as "runId"`,
      [atOnce],
    );
    if (rows.length > 0) this.announce(rows.map(({ runId }) => runId));
  }
}
