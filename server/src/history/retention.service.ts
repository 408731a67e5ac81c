import { type FlowHistory, mostDue, type Retention } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../platform/database/index.js';
import { found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { countDue, cutoffOf } from './due-chains.js';

/** How long runs are kept, what that means, and what is kept. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  /** `days`: as if the flow kept them so long. */
  async ofFlow({ workspaceId }: Actor, flowId: string, days?: number): Promise<FlowHistory> {
    const [row] = await this.database.query<Omit<FlowHistory, 'due'>>(
      `select coalesce(z.runs, 0)::int as runs, coalesce(z.bytes, 0)::float8 as bytes, f.retention_days as days,
              w.retention_days as "workspaceDays", coalesce(z.removed, 0)::int as removed, z.removed_at as "removedAt"
         from flows f join workspaces w on w.id = f.workspace_id left join flow_sizes z on z.flow_id = f.id
        where f.id = $1 and f.workspace_id = $2`,
      [flowId, workspaceId],
    );
    const kept = found(row, 'flow');
    const asked = days ?? kept.days ?? kept.workspaceDays;
    const due = asked === null ? 0 : await countDue(this.database, { flowId, cutoff: cutoffOf(asked) }, mostDue);
    return { ...kept, due: Math.min(due, mostDue) };
  }

  async ofWorkspace({ workspaceId }: Actor, days?: number): Promise<Retention> {
    return this.read(workspaceId, days);
  }

  async set(actor: Actor, days: number | null): Promise<Retention> {
    const { workspaceId } = actor;
    await this.database.transaction(async (tx) => {
      const [before] = await tx.query<{ days: number | null }>(
        'select retention_days as days from workspaces where id = $1 for no key update',
        [workspaceId],
      );
      await tx.query('update workspaces set retention_days = $2 where id = $1', [workspaceId, days]);
      await this.audit.record(tx, {
        ...{ actor, workspaceId, action: 'workspace.set_retention', objectType: 'workspace', objectId: workspaceId },
        before,
        after: { days },
      });
    });
    // Afterwards: counting takes its time, and all that the audit hears of the workspace would wait for it.
    return this.read(workspaceId);
  }

  private async read(workspaceId: string, days?: number): Promise<Retention> {
    const flows = await this.database.query<{
      id: string;
      own: number | null;
      days: number | null;
      runs: number;
      bytes: number;
    }>(
      `select f.id, f.retention_days as own, w.retention_days as days, coalesce(z.runs, 0)::int as runs,
              coalesce(z.bytes, 0)::float8 as bytes
         from workspaces w left join flows f on f.workspace_id = w.id left join flow_sizes z on z.flow_id = f.id
        where w.id = $1 order by z.runs desc nulls last`,
      [workspaceId],
    );
    const set = flows[0]?.days ?? null;
    const asked = days ?? set;
    let due = 0;
    for (const flow of flows) {
      if (asked === null || flow.id === null || flow.own !== null || due >= mostDue) continue;
      due += await countDue(this.database, { flowId: flow.id, cutoff: cutoffOf(asked) }, mostDue - due);
    }
    const runs = flows.reduce((sum, flow) => sum + flow.runs, 0);
    const bytes = flows.reduce((sum, flow) => sum + flow.bytes, 0);
    return { days: set, due: Math.min(due, mostDue), runs, bytes };
  }
}
