import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { ExpressionHost } from '../expressions/expression-host.js';
import { IntakeFailure } from '../expressions/intake-reading.js';
import { VersionsService } from '../flows/versions.service.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { type RunKeys, readRunKeys } from '../runs/run-keys.js';
import { formInput } from './form-input.js';
import { IntakeService, type Taken } from './intake.service.js';
import { placeOf, startsRuns, type TriggerRow, triggerOf } from './trigger-row.js';

interface ListedTrigger {
  id: string;
  path: string | null;
  polled: boolean;
  failingSince: Date | null;
  failure: string | null;
}

/** What started flows, and what people start by hand. */
@Injectable()
export class TriggersService {
  constructor(
    private readonly database: Database,
    private readonly addresses: Addresses,
    private readonly intake: IntakeService,
    private readonly versions: VersionsService,
    private readonly expressions: ExpressionHost,
    private readonly audit: AuditService,
  ) {}

  async list({ workspaceId }: Actor, { limit, cursor }: { limit: number; cursor?: string }) {
    const rows = await this.database.query<ListedTrigger>(
      `select t.id, t.flow_id as "flowId", f.name as "flowName", t.trigger_id as "triggerId",
              t.spec ->> 'title' as title, t.kind, t.path, t.enabled,
              t.last_delivery_at as "lastDeliveryAt",
              t.spec ? 'everySeconds' as polled, p.failing_since as "failingSince", p.error->>'message' as failure
         from triggers t join flows f on f.id = t.flow_id and f.removed_at is null
         left join polls p on p.trigger_row = t.id and p.begun_for = t.since and t.enabled
        where t.workspace_id = $1 and ($2::uuid is null or t.id < $2) order by t.id desc limit $3`,
      [workspaceId, idCursor(cursor), limit + 1],
    );
    return toPage(rows, limit, {
      item: ({ id: _, path, polled, failingSince, failure, ...row }) => ({
        ...row,
        url: path === null ? null : this.addresses.hook(path),
        poll: polled ? { failing: failingSince && { since: failingSince, message: failure ?? '' } } : null,
      }),
      place: (row) => row.id,
    });
  }

  /** A sample goes the way of a real delivery, but for its signature. It runs even while the flow is switched off. */
  async sendSample(
    actor: Actor,
    flowId: string,
    sample: { trigger: string; body: unknown; headers?: Record<string, string> },
  ): Promise<Taken> {
    const trigger = await this.published(actor, flowId, sample.trigger);
    if (trigger.kind !== 'webhook' && trigger.kind !== 'connector') {
      throw new ApiError('invalid_input', 'Only a trigger that takes deliveries takes a sample; run the flow instead.');
    }
    const arrival = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...lowerCase(sample.headers ?? {}) },
      query: {},
      rawBody: Buffer.from(JSON.stringify(sample.body ?? null)),
    };
    const at = {
      workspaceId: actor.workspaceId,
      address: 'sample',
      triggerRow: trigger.id,
      connectionId: trigger.connectionId,
      externalId: null,
      sample: true,
    };
    const triggers = startsRuns({ ...trigger, enabled: true }) ? [trigger] : [];
    return this.intake.take(arrival, at, [{ heardAt: placeOf(trigger), triggers, vendorKey: null }], { dedupe: true });
  }

  /** Runs the published version by hand. `runId` is given by who waits for the run's answer. */
  async run(
    actor: Actor,
    flowId: string,
    request: { trigger?: string; input?: unknown },
    runId = newId(),
  ): Promise<{ runId: string }> {
    const trigger = await this.published(actor, flowId, request.trigger);
    const triggerData = startedByHand(trigger, formInput(trigger.spec, request.input));
    const keys = await this.keysOf(trigger, triggerData);
    await this.database.transaction(async (tx) => {
      await makeRun(tx, {
        id: runId,
        workspaceId: actor.workspaceId,
        flowId,
        versionId: trigger.versionId,
        version: trigger.version,
        mode: 'live',
        triggerId: trigger.triggerId,
        triggerKind: trigger.kind,
        deliveryId: null,
        triggerData,
        ...keys,
        simulated: trigger.simulated,
        startedBy: actor.email,
      });
      await this.audit.record(tx, {
        actor,
        workspaceId: actor.workspaceId,
        action: 'run.started',
        objectType: 'run',
        objectId: runId,
        objectName: null,
        before: null,
        after: { flowId, trigger: trigger.triggerId },
      });
      await announceQueued(tx, actor.workspaceId, [runId]);
    });
    return { runId };
  }

  private async keysOf({ workspaceId, versionId }: TriggerRow, triggerData: unknown): Promise<RunKeys> {
    const { program } = await this.versions.get(versionId);
    return readRunKeys(this.expressions, { workspaceId, program, triggerData }).catch((error) => {
      throw error instanceof IntakeFailure ? new ApiError('invalid_input', error.message) : error;
    });
  }

  private async published(actor: Actor, flowId: string, triggerId?: string): Promise<TriggerRow> {
    const id = triggerId ?? (await this.onlyTrigger(actor, flowId));
    return found(
      await triggerOf(this.database, actor.workspaceId, flowId, id),
      'trigger in a published version of this flow; publish it first',
    );
  }

  private async onlyTrigger({ workspaceId }: Actor, flowId: string): Promise<string> {
    const rows = await this.database.query<{ id: string; kind: string }>(
      'select trigger_id as id, kind from triggers where workspace_id = $1 and flow_id = $2',
      [workspaceId, flowId],
    );
    const manual = rows.find((row) => row.kind === 'manual') ?? (rows.length === 1 ? rows[0] : undefined);
    if (manual) return manual.id;
    if (rows.length === 0) throw new ApiError('not_found', 'The flow has no published version to run.');
    throw new ApiError('invalid_input', `Say by which trigger to run: ${rows.map((row) => row.id).join(', ')}.`);
  }
}

/** What expressions see as `trigger` when a person runs the flow: what they gave stands where the trigger would have it. */
function startedByHand({ triggerId: id, kind }: TriggerRow, given: unknown): Record<string, unknown> {
  const now = new Date().toISOString();
  const shared = { id, kind, delivery: null, receivedAt: now };
  switch (kind) {
    case 'webhook':
    case 'connector':
      return { ...shared, method: 'POST', headers: {}, query: {}, body: given };
    case 'schedule':
      return { ...shared, scheduledAt: now };
    default:
      return { ...shared, input: given };
  }
}

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
