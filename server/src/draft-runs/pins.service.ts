import type { Pin } from '@castellan/api';
import { actOf, pinPorts, stepPlaces } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { FlowStore } from '../flows/flow-store.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';

const longestOutput = 1024 * 1024;
const columns = `step_id as "stepId", output, port, act, run_id as "runId", pinned_at as "pinnedAt", pinned_by as "pinnedBy"`;

/** Outputs that people pin to the steps of a draft. They stand in for the steps while it is tried out, never live. */
@Injectable()
export class PinsService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
  ) {}

  async list(actor: Actor, flowId: string): Promise<{ items: Pin[] }> {
    await this.store.detail(actor.workspaceId, flowId);
    return { items: await this.of(this.database, flowId) };
  }

  /** The pins of a flow, whichever steps its draft still has. */
  of(sql: Sql, flowId: string): Promise<Pin[]> {
    return sql.query<Pin>(`select ${columns} from pins where flow_id = $1 order by step_id`, [flowId]);
  }

  async pin(
    actor: Actor,
    flowId: string,
    stepId: string,
    { output, port, fromRun }: { output: unknown; port?: string; fromRun?: string },
  ): Promise<Pin> {
    const text = JSON.stringify(output ?? null);
    if (Buffer.byteLength(text) > longestOutput) {
      throw new ApiError('too_large', 'A pinned output can have 1 MiB.', { limit: longestOutput });
    }
    return this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, flowId);
      const step = found(stepPlaces(flow.draft).find(({ id }) => id === stepId)?.step, 'step in the saved draft');
      const ports = pinPorts(step);
      const leaves = port ?? ports[0];
      if (leaves === undefined || !ports.includes(leaves)) {
        const message =
          ports.length === 0
            ? 'This step gives nothing that could be pinned.'
            : `/port: give one of ${ports.join(', ')}.`;
        throw new ApiError('invalid_input', message);
      }
      const [pinned] = await tx.query<Pin>(
        `insert into pins (flow_id, step_id, output, port, act, run_id, pinned_by) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (flow_id, step_id) do update set output = excluded.output, port = excluded.port,
           act = excluded.act, run_id = excluded.run_id, pinned_at = now(), pinned_by = excluded.pinned_by
         returning ${columns}`,
        [flowId, stepId, text, leaves, actOf(flow.draft, step), fromRun ?? null, actor.email],
      );
      await this.store.changed(tx, actor, 'flow.pin', flow, null, { step: stepId, port: leaves });
      return found(pinned, 'pin');
    });
  }

  async unpin(actor: Actor, flowId: string, stepId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, flowId);
      const removed = await tx.query('delete from pins where flow_id = $1 and step_id = $2 returning step_id', [
        flowId,
        stepId,
      ]);
      if (removed.length > 0) await this.store.changed(tx, actor, 'flow.unpin', flow, { step: stepId }, null);
    });
  }
}
