import type { Delivery, DeliveryFilter } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { idCursor, toPage } from '../platform/paging.js';
import type { Actor } from '../platform/routes/index.js';
import { eventsOfStored, readStored } from './arrived-events.js';
import { parseBody } from './delivery.js';
import { fitting } from './delivery-log.js';
import type { DeliveryStatus, StoredDelivery } from './inbox.js';
import { IntakeService } from './intake.service.js';
import { withoutSecrets } from './shown-body.js';

interface DeliveryRow extends Omit<Delivery, 'body' | 'runs' | 'woke' | 'polled' | 'again'> {
  polled: { connection: string; connector: string; event: string } | null;
  raw: Buffer;
  runs: Delivery['runs'] | null;
  woke: Delivery['woke'] | null;
  again: Delivery['again'] | null;
}

/** A delivery that was taken in again: what came of it, and where that is seen. */
export interface Redelivered {
  deliveryId: string;
  runIds: string[];
  wokenRunIds: string[];
}

type Stored = StoredDelivery & { status: DeliveryStatus; place: number; cleared: boolean };

/** Of deliveries that are delivered again together. */
const mostAtOnce = 500;

/** What arrived, and having it arrive again. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly database: Database,
    private readonly intake: IntakeService,
    private readonly connections: ConnectionsService,
    private readonly audit: AuditService,
  ) {}

  async list(
    { workspaceId }: Actor,
    { limit, cursor, ...filter }: { limit: number; cursor?: string } & DeliveryFilter,
  ) {
    const { where, values } = fitting(workspaceId, filter);
    const rows = await this.database.query<DeliveryRow>(
      `select d.id, d.received_at as "receivedAt", d.method, d.address, d.status, d.reason, d.headers, d.query, d.sample,
              d.source, d.external_id as "externalId", d.again_of as "againOf", d.scheduled_at as "scheduledAt", d.swept,
              (select jsonb_build_object('connection', c.name, 'connector', c.connector, 'event', d.event)
                 from connections c where c.id = d.connection_id and d.event is not null) as polled,
              coalesce((d.large #>> '{body,size}')::int, length(d.body)) as size, d.body as raw,
              (select json_agg(json_build_object('runId', i.run_id, 'flowId', i.flow_id, 'flowName', f.name))
                 from intake i join flows f on f.id = i.flow_id where i.delivery_id = d.id and i.run_id is not null
                  and i.status in ('run', 'duplicate')) as runs,
              (select json_agg(json_build_object('runId', w.run_id, 'flowId', r.flow_id, 'flowName', f.name,
                                                 'stepId', w.step_id) order by w.run_id, w.step_id)
                 from waits w join runs r on r.id = w.run_id join flows f on f.id = r.flow_id
                where w.delivery_id = d.id) as woke,
              (select json_agg(a.id order by a.id) from deliveries a where a.again_of = d.id) as again
         from deliveries d
        where ${where} and ($7::uuid is null or d.id < $7)
        order by d.id desc limit $8`,
      [...values, idCursor(cursor), limit + 1],
    );
    return toPage(rows, limit, {
      item: ({ raw, runs, woke, again, polled, query, ...row }) => ({
        ...row,
        query: withoutSecrets(query) as Record<string, string>,
        polled: polled && { connection: polled.connection, event: titleOf(polled) },
        body: withoutSecrets(parseBody(raw, row.headers['content-type'])),
        runs: runs ?? [],
        woke: woke ?? [],
        again: again ?? [],
      }),
      place: (row) => row.id,
    });
  }

  /** Takes a stored delivery in again, past its dedupe key: somebody asked for it. */
  async redeliver(actor: Actor, deliveryId: string, seen?: DeliveryStatus): Promise<Redelivered> {
    const [row] = await readStored(this.database, 'where id = $1 and workspace_id = $2', [
      deliveryId,
      actor.workspaceId,
    ]);
    const stored = found(row, 'delivery');
    if (seen !== undefined && stored.status !== seen) throw movedOn();
    const hindrance = hindranceOf(stored);
    if (hindrance !== null) throw new ApiError('conflict', hindrance);
    const again = await this.takeAgain(stored);
    await this.record(actor, 'delivery.redelivered', deliveryId, { deliveryId: again.deliveryId, runs: again.runIds });
    return again;
  }

  /** How many deliveries `redeliverAll` would take in again with this filter. */
  async redeliverable({ workspaceId }: Actor, filter: DeliveryFilter): Promise<{ deliveries: number; most: number }> {
    const { where, values } = fitting(workspaceId, filter);
    const [row] = await this.database.query<{ deliveries: number }>(
      `select count(*)::int as deliveries from deliveries d where ${where} and ${isRedeliverable}`,
      values,
    );
    return { deliveries: row?.deliveries ?? 0, most: mostAtOnce };
  }

  /**
   * Takes all that fit a filter in again, the oldest first; those that were delivered again before are left out, so that
   * asking twice goes on where the first ended.
   */
  async redeliverAll(
    actor: Actor,
    filter: DeliveryFilter,
  ): Promise<{ deliveries: number; runs: number; left: number }> {
    const { where, values } = fitting(actor.workspaceId, filter);
    const due = await this.database.query<{ id: string }>(
      `select d.id from deliveries d where ${where} and ${isRedeliverable} order by d.id limit ${mostAtOnce}`,
      values,
    );
    let runs = 0;
    for (const { id } of due) {
      const [stored] = await readStored(this.database, 'where id = $1', [id]);
      if (!stored || hindranceOf(stored) !== null) continue;
      const again = await this.takeAgain(stored).catch((error: unknown) => {
        // Somebody else was faster with this one.
        if (error instanceof ApiError && error.code === 'conflict') return null;
        throw error;
      });
      runs += again?.runIds.length ?? 0;
    }
    const { deliveries: left } = await this.redeliverable(actor, filter);
    const after = { filter, deliveries: due.length, runs };
    if (due.length > 0) await this.record(actor, 'deliveries.redelivered', actor.workspaceId, after);
    return { deliveries: due.length, runs, left };
  }

  private takeAgain(stored: Stored): Promise<Redelivered> {
    return stored.status === 'unmatched' ? this.matchAgain(stored) : this.takeAsNew(stored);
  }

  /** One that is not matched yet is so where it stands: else it would start a run by itself once it can be matched. */
  private matchAgain({ id }: Stored): Promise<Redelivered> {
    return this.database.transaction(async (tx) => {
      const [stored] = await readStored(tx, `where id = $1 and status = 'unmatched' for update`, [id]);
      if (!stored) throw movedOn();
      const before = new Set(await runsOf(tx, id));
      await this.intake.takeStored(tx, stored, await eventsOfStored(tx, this.connections, stored));
      const runIds = (await runsOf(tx, id)).filter((run) => !before.has(run));
      return { deliveryId: id, runIds, wokenRunIds: [] };
    });
  }

  private async takeAsNew(stored: Stored): Promise<Redelivered> {
    const { id, workspaceId, address, triggerRow, connectionId, event, scheduledAt, swept = false } = stored;
    const events = await eventsOfStored(this.database, this.connections, stored);
    const at = {
      ...{ workspaceId, address, triggerRow, connectionId, externalId: null, sample: false, againOf: id, swept },
      ...(event === null ? {} : { event }),
      ...(scheduledAt === null ? {} : { scheduledAt }),
    };
    // Without the vendor's keys: a repetition is what is wanted.
    const again = events.map((each) => ({ ...each, vendorKey: null }));
    const taken = await this.intake.take(stored, at, again, { dedupe: false });
    return { deliveryId: taken.deliveryId, runIds: taken.runs.map(({ runId }) => runId), wokenRunIds: taken.woken };
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

const isRedeliverable = `d.status not in ('refused', 'queued') and not d.sample and d.cleared_at is null
  and d.again_of is null and not exists (select from deliveries a where a.again_of = d.id)`;

/** Why it cannot be taken in again; null if it can. */
function hindranceOf({ status, cleared }: Stored): string | null {
  if (status === 'refused') return 'A refused delivery was not kept: its sender could not be verified.';
  if (status === 'queued') return 'It is in the queue of its trigger, and is taken in by itself.';
  return cleared ? 'What this delivery brought was removed.' : null;
}

const movedOn = () => new ApiError('conflict', 'It was taken in by itself in the meantime. Load the page again.');

async function runsOf(sql: Sql, deliveryId: string): Promise<string[]> {
  const rows = await sql.query<{ runId: string }>(
    'select run_id as "runId" from intake where delivery_id = $1 and run_id is not null',
    [deliveryId],
  );
  return rows.map(({ runId }) => runId);
}

/** The event as people know it. */
const titleOf = ({ connector, event }: { connector: string; event: string }): string =>
  connectorOf(connector).triggers[event]?.title ?? event;
