import { type InFlight, type InFlightChoice, mostInFlight } from '@castellan/api';
import { undoOf } from '@castellan/flow/runtime';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import type { Actor } from '../platform/routes/index.js';
import { insertBulk } from '../runs/bulk/bulk-rows.js';
import { readRuns } from '../runs/run-rows.js';
import { FlowStore } from './flow-store.service.js';

/** Real runs `r` of the flow $1 that have not ended. */
const underWay = `r.flow_id = $1 and r.mode = 'live' and r.ended_at is null`;

/** What was decided about runs of older versions, for the audit; `bulk` cancels them. */
export interface DecidedInFlight extends InFlightChoice {
  runs: number;
  bulk: string | null;
}

/** The runs of a flow that have not ended when another version is published, and what becomes of them. */
@Injectable()
export class InFlightService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly audit: AuditService,
  ) {}

  async get({ workspaceId }: Actor, flowId: string): Promise<InFlight> {
    await this.store.detail(workspaceId, flowId);
    const versions = await countByVersion(this.database, flowId);
    const first = await this.database.query<{ id: string }>(
      `select r.id from runs r where ${underWay}
        order by case when r.status in ('waiting', 'paused', 'stalled') then 0 else 1 end, r.id limit $2`,
      [flowId, mostInFlight],
    );
    return {
      total: versions.reduce((sum, { runs }) => sum + runs, 0),
      called: await countCalled(this.database, flowId),
      versions,
      runs: await readRuns(
        this.database,
        first.map(({ id }) => id),
      ),
    };
  }

  /**
   * In the transaction that publishes `version`: fixes the runs of the versions before it, to be cancelled in the
   * background where that is chosen. What arrives in this very moment may still begin on the version before, and finishes
   * there. @returns null where there is no such run
   */
  async decide(
    tx: Sql,
    actor: Actor,
    { flowId, version }: { flowId: string; version: { id: string; number: number } },
    { action, compensate }: InFlightChoice,
  ): Promise<DecidedInFlight | null> {
    const older = await tx.query<{ id: string }>(
      `select r.id from runs r where ${underWay} and r.version_id <> $2 order by r.id`,
      [flowId, version.id],
    );
    const runs = older.length;
    if (runs === 0) return null;
    if (action === 'finish') return { action, compensate, runs, bulk: null };
    const bulk = newId();
    const wish = {
      action,
      filter: { flowId, mode: 'live' as const },
      place: { at: 'failed' as const },
      version: 'same' as const,
      compensate,
      beforeVersion: version.number,
    };
    await insertBulk(tx, actor, { id: bulk, wish, runIds: older.map(({ id }) => id) });
    const { workspaceId } = actor;
    await this.audit.record(tx, {
      ...{ actor, workspaceId, action: 'run.bulk_cancel', objectType: 'bulk', objectId: bulk },
      after: { ...wish, runs },
    });
    return { action, compensate, runs, bulk };
  }
}

export function requireMayCancel({ permissions }: Actor, { action }: InFlightChoice): void {
  if (action === 'cancel' && !permissions.has('run:operate')) {
    throw new ApiError('forbidden', 'To cancel runs takes the permission run:operate.');
  }
}

function countByVersion(sql: Sql, flowId: string): Promise<InFlight['versions']> {
  return sql.query<InFlight['versions'][number]>(
    `with counted as (select r.version_id, count(*)::int as runs from runs r where ${underWay} group by r.version_id)
     select v.number, c.runs,
            (select count(*)::int from jsonb_object_keys(coalesce(v.control #> '{after,steps}', '{}')) as step
              where starts_with(step, $2)) as undoable
       from counted c join versions v on v.id = c.version_id order by v.number desc`,
    [flowId, undoOf('')],
  );
}

async function countCalled(sql: Sql, flowId: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from runs r where ${underWay} and r.parent_waits`,
    [flowId],
  );
  return row?.count ?? 0;
}
