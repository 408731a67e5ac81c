import type { Delivery } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ExpressionHost } from '../expressions/expression-host.js';
import { IntakeFailure } from '../expressions/intake-reading.js';
import { VersionsService } from '../flows/versions.service.js';
import { connectorOf } from '../operations/operations.service.js';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { type RunKeys, readRunKeys } from '../runs/run-keys.js';
import { eventsOfStored, readStored } from './arrived-events.js';
import { parseBody } from './delivery.js';
import { formInput } from './form-input.js';
import { IntakeService, type Taken } from './intake.service.js';
import { placeOf, startsRuns, type TriggerRow, triggerOf } from './trigger-row.js';

interface DeliveryRow extends Omit<Delivery, 'body' | 'runs' | 'woke' | 'polled'> {
  polled: { connection: string; connector: string; event: string } | null;
  raw: Buffer;
  runs: Delivery['runs'] | null;
  woke: Delivery['woke'] | null;
}

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
    private readonly connections: ConnectionsService,
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

  async deliveries(
    { workspaceId }: Actor,
    { limit, cursor, flowId, status }: { limit: number; cursor?: string; flowId?: string; status?: string },
  ) {
    const rows = await this.database.query<DeliveryRow>(
      `select d.id, d.received_at as "receivedAt", d.method, d.address, d.status, d.reason, d.headers, d.sample, d.source,
              d.scheduled_at as "scheduledAt",
              (select jsonb_build_object('connection', c.name, 'connector', c.connector, 'event', d.event)
                 from connections c where c.id = d.connection_id and d.event is not null) as polled,
              coalesce((d.large #>> '{body,size}')::int, length(d.body)) as size, d.body as raw,
              (select json_agg(json_build_object('runId', i.run_id, 'flowId', i.flow_id, 'flowName', f.name))
                 from intake i join flows f on f.id = i.flow_id where i.delivery_id = d.id and i.run_id is not null
                  and i.status in ('run', 'duplicate')) as runs,
              (select json_agg(json_build_object('runId', w.run_id, 'flowId', r.flow_id, 'flowName', f.name,
                                                 'stepId', w.step_id) order by w.run_id, w.step_id)
                 from waits w join runs r on r.id = w.run_id join flows f on f.id = r.flow_id
                where w.delivery_id = d.id) as woke
         from deliveries d
        where d.workspace_id = $1 and ($2::uuid is null or d.id < $2)
          and ($3::uuid is null or exists (select from intake i where i.delivery_id = d.id and i.flow_id = $3)
               or exists (select from triggers t where t.id = d.trigger_row and t.flow_id = $3)
               or exists (select from waits w join runs r on r.id = w.run_id
                           where w.delivery_id = d.id and r.flow_id = $3))
          and ($4::text[] is null or d.status = any($4))
        order by d.id desc limit $5`,
      [workspaceId, idCursor(cursor), flowId ?? null, status?.split(',') ?? null, limit + 1],
    );
    return toPage(rows, limit, {
      item: ({ raw, runs, woke, polled, ...row }) => ({
        ...row,
        polled: polled && { connection: polled.connection, event: titleOf(polled) },
        body: parseBody(raw, row.headers['content-type']),
        runs: runs ?? [],
        woke: woke ?? [],
      }),
      place: (row) => row.id,
    });
  }

  /** Takes a stored delivery in again, past its dedupe key: somebody asked for it. */
  async redeliver(
    actor: Actor,
    deliveryId: string,
  ): Promise<{ deliveryId: string; runIds: string[]; wokenRunIds: string[] }> {
    const [row] = await readStored(this.database, 'where id = $1 and workspace_id = $2', [
      deliveryId,
      actor.workspaceId,
    ]);
    const stored = found(row, 'delivery');
    if (stored.status === 'refused') {
      throw new ApiError('conflict', 'A refused delivery was not kept: its sender could not be verified.');
    }
    if (stored.cleared) throw new ApiError('conflict', 'What this delivery brought was removed.');
    const { workspaceId, address, triggerRow, connectionId, event, scheduledAt } = stored;
    const events = await eventsOfStored(this.database, this.connections, stored);
    const at = {
      ...{ workspaceId, address, triggerRow, connectionId, externalId: null, sample: false },
      ...(event === null ? {} : { event }),
      ...(scheduledAt === null ? {} : { scheduledAt }),
    };
    // Without the vendor's keys: a repetition is what is wanted.
    const again = events.map((each) => ({ ...each, vendorKey: null }));
    const taken = await this.intake.take(stored, at, again, { dedupe: false });
    await this.record(actor, 'delivery.redelivered', deliveryId, { deliveryId: taken.deliveryId });
    const runIds = taken.runs.map((run) => run.runId);
    return { deliveryId: taken.deliveryId, runIds, wokenRunIds: taken.woken };
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

  /** Runs the published version by hand. */
  async run(actor: Actor, flowId: string, request: { trigger?: string; input?: unknown }): Promise<{ runId: string }> {
    const trigger = await this.published(actor, flowId, request.trigger);
    const runId = newId();
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

  private record(actor: Actor, action: string, objectId: string, after: unknown): Promise<unknown> {
    return this.database.transaction((tx) =>
      this.audit.record(tx, {
        actor,
        workspaceId: actor.workspaceId,
        action,
        objectType: 'delivery',
        objectId,
        objectName: null,
        before: null,
        after,
      }),
    );
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

/** The event as people know it. */
const titleOf = ({ connector, event }: { connector: string; event: string }): string =>
  connectorOf(connector).triggers[event]?.title ?? event;
