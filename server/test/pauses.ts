import type { Approval } from '@castellan/api';
import { deliver, type PublishedFlow } from './harness/flows.js';
import type { Session, TestDatabase } from './harness/index.js';

/** A way in which a step can keep its run waiting. */
export interface Pause {
  name: string;
  /** The step. A pause that has no end of its own is `endless` all the same: nobody ends it. */
  step(over?: object): object;
  endless(over?: object): object;
  /** Ended by time alone, after so many seconds; else by `end`. */
  lasting(seconds: unknown): object;
  endsByItself: boolean;
  /** The port by which it leaves when it is ended. */
  port: string;
  /** Ends all that is open of this kind in these runs; nothing where time does it. */
  end(on: Surroundings, runIds: string[], hooks: PublishedFlow['hooks']): Promise<void>;
}

export interface Surroundings {
  admin: Session;
  database: TestDatabase;
}

/** Every flow with a pause has this trigger, whose deliveries end the waits for events. */
export const told = { told: { kind: 'webhook' } };

const approval: Pause = {
  name: 'an approval',
  step: (over) => ({ kind: 'approval', approvers: ['role:admin'], show: 'all of it', ...over }),
  endless: (over) => approval.step(over),
  lasting: () => approval.step(),
  endsByItself: false,
  port: 'approved',
  end: async ({ admin, database }, runIds) => {
    const open = await database.query<Pick<Approval, 'id' | 'hash'>>(
      `select id, hash from approvals where run_id = any($1) and status = 'open'`,
      [runIds],
    );
    for (const { id, hash } of open) {
      await admin.inWorkspace('POST', `/approvals/${id}/decide`, { decision: 'approve', hash });
    }
  },
};

const time: Pause = {
  name: 'a wait for a time',
  step: (over) => ({ kind: 'wait', seconds: 0.5, ...over }),
  endless: (over) => ({ kind: 'wait', seconds: 3_600, ...over }),
  lasting: (seconds) => ({ kind: 'wait', seconds }),
  endsByItself: true,
  port: 'out',
  end: async () => undefined,
};

const event: Pause = {
  name: 'a wait for an event',
  step: (over) => ({ kind: 'wait', event: { event: 'told', key: '/body/case', equals: '7' }, ...over }),
  endless: (over) => event.step(over),
  lasting: () => event.step(),
  endsByItself: false,
  port: 'out',
  end: async ({ database }, runIds, hooks) => {
    const open = await database.query('select from waits where run_id = any($1) and closed_at is null', [runIds]);
    if (open.length > 0) await deliver(hooks.told as string, { case: '7' });
  },
};

export const pauses = [approval, time, event];

/** What is still open of a run and of the runs that it called. */
export async function openIn(database: TestDatabase, runId: string): Promise<Record<string, number>> {
  const [open] = await database.query<Record<string, number>>(
    `with recursive family as (
       select id from runs where id = $1
       union select r.id from family f join runs r on r.parent_run_id = f.id
     )
     select (select count(*)::int from runs where id in (select id from family) and ended_at is null) as runs,
            (select count(*)::int from steps where run_id in (select id from family) and ended_at is null) as steps,
            (select count(*)::int from approvals where run_id in (select id from family) and status = 'open') as approvals,
            (select count(*)::int from waits where run_id in (select id from family) and closed_at is null) as waits`,
    [runId],
  );
  return open ?? {};
}

/** Temporal's workflows that have hosted a run and those that it called last. */
export async function carriersOf(database: TestDatabase, runId: string): Promise<string[]> {
  const rows = await database.query<{ carrier: string | null }>(
    'select carrier from runs where id = $1 or parent_run_id = $1',
    [runId],
  );
  return rows.flatMap(({ carrier }) => carrier ?? []);
}

export const nothingOpen = { runs: 0, steps: 0, approvals: 0, waits: 0 };
