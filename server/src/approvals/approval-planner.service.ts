import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { announce } from '../events/changes.js';
import { readRows } from '../plans/planned-rows.js';
import { RunPlans } from '../plans/run-plans.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { saveBlobs, splitLarge, wholeValue } from '../platform/large-values/index.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { startersOf } from '../safety/held-calls.js';

const lookEachMs = 1_000;
const atOnce = 20;
/** So long the rows may be approved: an approval may wait for its people. */
const planHours = 24 * 30;
/** Rows that people are shown; more are counted, and all of them are bound. */
const mostRows = 2_000;

interface Unplanned {
  id: string;
  workspaceId: string;
  runId: string;
  step: string;
  iteration: string;
  planId: string | null;
}

/** Works out what an approval would allow, before anybody decides it: the rest of its run, planned. */
@Injectable()
export class ApprovalPlanner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ApprovalPlanner.name);
  private readonly round = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.lookAtAll(),
    logger: this.logger,
    failure: 'What approvals would allow could not be worked out',
  });

  constructor(
    private readonly database: Database,
    private readonly plans: RunPlans,
  ) {}

  onApplicationBootstrap(): void {
    this.round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.round.stop();
  }

  private async lookAtAll(): Promise<boolean> {
    const due = await this.database.query<Unplanned>(
      `select id, workspace_id as "workspaceId", run_id as "runId", step_id as step, iteration, plan_id as "planId"
         from approvals where binds and status = 'open' and plan_hash is null and plan_problem is null
        order by created_at limit ${atOnce}`,
    );
    for (const approval of due) {
      if (approval.planId === null) await this.plan(approval);
      else await this.show(approval, approval.planId);
    }
    return false;
  }

  private async plan({ id, workspaceId, runId, step, iteration }: Unplanned): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await hold(tx, { id, runId }, 'plan_id is null'))) return;
      const rest = { workspaceId, runId, step, iteration, by: 'system', hours: planHours };
      try {
        const { planId } = await this.plans.planRest(tx, rest);
        const startedBy = await startersOf(tx, runId);
        await tx.query('update approvals set plan_id = $2, started_by = $3 where id = $1', [id, planId, startedBy]);
      } catch (thrown) {
        if (!(thrown instanceof ApiError)) throw thrown;
        await this.giveUp(tx, { id, workspaceId }, thrown.message);
      }
    });
  }

  private async show({ id, workspaceId, runId }: Unplanned, planId: string): Promise<void> {
    const { status, hash, error } = await this.plans.look(workspaceId, planId);
    if (status === 'making') return;
    await this.database.transaction(async (tx) => {
      if (!(await hold(tx, { id, runId }, 'plan_hash is null'))) return;
      if (status !== 'ready' || hash === null) {
        await this.giveUp(tx, { id, workspaceId }, error ?? 'The run that was to make the plan did not succeed.');
        return;
      }
      await writeShown(tx, { id, workspaceId }, { planId, hash });
      await announce(tx, workspaceId, 'approvals', [id]);
    });
  }

  /** Nobody can approve what nobody can be shown. */
  private async giveUp(tx: Sql, { id, workspaceId }: { id: string; workspaceId: string }, why: string): Promise<void> {
    await tx.query('update approvals set plan_problem = $2 where id = $1', [id, why]);
    await announce(tx, workspaceId, 'approvals', [id]);
  }
}

/** The run's row before the approval's, as its host takes them; false where another process was first. */
async function hold(tx: Sql, { id, runId }: { id: string; runId: string }, still: string): Promise<boolean> {
  await tx.query('select from runs where id = $1 for key share', [runId]);
  const rows = await tx.query(
    `select from approvals where id = $1 and status = 'open' and plan_problem is null and ${still} for update`,
    [id],
  );
  return rows.length > 0;
}

/** Beside what the flow shows stands each change; the hash that a decision names is over both. */
async function writeShown(
  tx: Sql,
  { id, workspaceId }: { id: string; workspaceId: string },
  { planId, hash: planHash }: { planId: string; hash: string },
): Promise<void> {
  const [approval] = await tx.query<{ show: unknown; hash: string }>(
    `select ${wholeValue('a', 'show')} as show, hash from approvals a where id = $1`,
    [id],
  );
  const rows = await readRows(tx, planId, { after: 0, limit: mostRows });
  const allows = rows.map(({ action, subject, object, system, stepTitle: step }) => ({
    ...{ action, subject, object, system, step },
  }));
  const own = approval?.show;
  const said = typeof own === 'object' && own !== null && !Array.isArray(own) ? own : own == null ? {} : { shown: own };
  const { parts, large, blobs } = splitLarge(workspaceId, { show: { ...said, allows } });
  await saveBlobs(tx, blobs);
  const hash = createHash('sha256')
    .update(JSON.stringify([approval?.hash, planHash]))
    .digest('hex');
  await tx.query('update approvals set show = $2, large = $3, hash = $4, plan_hash = $5 where id = $1', [
    ...[id, parts.show, large, hash, planHash],
  ]);
}
