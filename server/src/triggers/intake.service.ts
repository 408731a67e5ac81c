import { Injectable, Logger } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { VersionsService } from '../flows/versions.service.js';
import { type Database, IntakeDatabase, type Sql } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import { newId } from '../platform/ids.js';
import { type Arrival, parseBody, withoutCredentials } from './delivery.js';
import { type LoggedDelivery, type StoredDelivery, storeDeliveries, type TakenRun, takeIn } from './inbox.js';
import { type Candidate, IntakeFailure, type Match, matchAll } from './matching.js';
import type { TriggerRow } from './trigger-row.js';

/** At the door filters and keys get so long together; what needs longer is matched afterwards. */
const doorMs = 100;
const laterMs = 1_000;

/** What came of a delivery. */
export interface Taken {
  deliveryId: string;
  runs: TakenRun[];
  status: 'accepted' | 'filtered' | 'duplicate' | 'unmatched' | 'refused';
  reason: string | null;
}

/** One event of an arrival and the triggers that it is for. */
export interface ArrivedEvent {
  triggers: TriggerRow[];
  /** The event's own payload; the parsed body when left out. */
  payload?: unknown;
  /** The vendor's id of it. */
  vendorKey: string | null;
}

interface Address {
  workspaceId: string;
  address: string;
  triggerRow: string | null;
  connectionId: string | null;
  externalId: string | null;
  carries?: { headers?: string[]; query?: string[] };
  sample: boolean;
}

/** A delivery that is about to be committed. */
interface Arriving {
  delivery: LoggedDelivery;
  matched: { candidate: Candidate; match: Match }[];
  dedupe: boolean;
  beforeCommit?: (runs: TakenRun[]) => void;
}

/**
 * Takes verified deliveries in: stored with their runs in one transaction, before the sender is answered. Deliveries
 * that come in at the same time share it.
 */
@Injectable()
export class IntakeService {
  private readonly logger = new Logger(IntakeService.name);
  private readonly commits = new Grouping<Arriving, Taken>({
    atOnce: 2,
    most: 100,
    work: (arriving) => this.commit(arriving),
  });

  constructor(
    private readonly database: IntakeDatabase,
    private readonly expressions: ExpressionHost,
    private readonly versions: VersionsService,
  ) {}

  /** `beforeCommit` gets the runs' ids while nobody can have seen them yet, so that an answer can be waited for. */
  async take(
    arrival: Arrival,
    at: Address,
    events: ArrivedEvent[],
    options: { dedupe: boolean; beforeCommit?: (runs: TakenRun[]) => void } = { dedupe: true },
  ): Promise<Taken> {
    const delivery = this.delivery(arrival, at);
    const candidates = await this.candidates(delivery, events);
    let matches: Match[];
    try {
      matches = await matchAll(this.expressions, candidates, doorMs);
    } catch (error) {
      if (!(error instanceof IntakeFailure)) throw error;
      await storeDeliveries(this.database, [{ ...delivery, status: 'unmatched', reason: error.message }]);
      return { deliveryId: delivery.id, runs: [], status: 'unmatched', reason: error.message };
    }
    const taken = await this.commits.add({
      delivery: { ...delivery, ...summary(candidates, matches) },
      matched: together(candidates, matches),
      ...options,
    });
    if (!delivery.sample) this.noteArrival(candidates.map(({ trigger }) => trigger.id));
    return taken;
  }

  private commit(arriving: Arriving[]): Promise<Taken[]> {
    return this.database.transaction(async (tx) => {
      await storeDeliveries(
        tx,
        arriving.map(({ delivery }) => delivery),
      );
      const runs = await takeIn(
        tx,
        arriving.map(({ delivery: { id }, matched, dedupe }) => ({ id, matched, dedupe })),
      );
      const duplicates: string[] = [];
      const taken = arriving.map(({ delivery: { id, status, reason }, beforeCommit }, index): Taken => {
        const own = runs[index] ?? [];
        beforeCommit?.(own);
        const isDuplicate = own.length > 0 && own.every((run) => run.duplicate);
        if (isDuplicate) duplicates.push(id);
        return { deliveryId: id, runs: own, status: isDuplicate ? 'duplicate' : status, reason };
      });
      if (duplicates.length > 0) {
        await tx.query(`update deliveries set status = 'duplicate' where id = any($1)`, [duplicates]);
      }
      return taken;
    });
  }

  /** When a trigger last heard something, to some seconds: apart from the delivery, so that a burst never queues for this row. */
  private noteArrival(triggerIds: string[]): void {
    this.database
      .query(
        `update triggers set last_delivery_at = now()
          where id = any($1) and coalesce(last_delivery_at < now() - interval '5 seconds', true)`,
        [triggerIds],
      )
      .catch((error: Error) => this.logger.warn(`The time of the last delivery was not noted: ${error.message}`));
  }

  /** Logs a delivery that was not let in: its headers and the reason, not its body. */
  async refuse(arrival: Arrival, at: Address, reason: string): Promise<string> {
    const delivery = { ...this.delivery(arrival, at), rawBody: Buffer.alloc(0) };
    await storeDeliveries(this.database, [{ ...delivery, status: 'refused', reason }]);
    return delivery.id;
  }

  /** Matches deliveries whose intake failed at the door, with more time. Part of the dispatcher's round. */
  async matchLate(database: Database, triggersOf: (sql: Sql, id: string) => Promise<TriggerRow | null>): Promise<void> {
    await database.transaction(async (tx) => {
      const [row] = await tx.query<StoredDelivery & { headers: Record<string, string> }>(
        `select id, workspace_id as "workspaceId", address, trigger_row as "triggerRow", connection_id as "connectionId",
                external_id as "externalId", method, headers, query, body as "rawBody", sample
           from deliveries where status = 'unmatched' and attempts < 5
            and received_at < now() - attempts * interval '10 seconds'
          order by received_at limit 1 for update skip locked`,
      );
      if (!row) return;
      await tx.query('update deliveries set attempts = attempts + 1 where id = $1', [row.id]);
      const trigger = row.triggerRow === null ? null : await triggersOf(tx, row.triggerRow);
      if (!trigger) return;
      const candidates = await this.candidates(row, [{ triggers: [trigger], vendorKey: row.externalId }]);
      try {
        const matches = await matchAll(this.expressions, candidates, laterMs);
        await takeIn(tx, [{ id: row.id, matched: together(candidates, matches), dedupe: true }]);
        const { status, reason } = summary(candidates, matches);
        await tx.query('update deliveries set status = $2, reason = $3 where id = $1', [row.id, status, reason]);
      } catch (error) {
        if (!(error instanceof IntakeFailure)) throw error;
        this.logger.warn(`Delivery ${row.id}: ${error.message}`);
        await tx.query('update deliveries set reason = $2 where id = $1', [row.id, error.message]);
      }
    });
  }

  private delivery(arrival: Arrival, { carries, ...at }: Address): StoredDelivery {
    return {
      id: newId(),
      ...at,
      method: arrival.method,
      rawBody: arrival.rawBody,
      ...withoutCredentials(arrival, carries),
    };
  }

  private async candidates(delivery: StoredDelivery, events: ArrivedEvent[]): Promise<Candidate[]> {
    const receivedAt = new Date().toISOString();
    const body = parseBody(delivery.rawBody, delivery.headers['content-type']);
    const candidates: Candidate[] = [];
    for (const [event, { triggers, payload, vendorKey }] of events.entries()) {
      for (const trigger of triggers) {
        const { program } = await this.versions.get(trigger.versionId);
        const data = {
          id: trigger.triggerId,
          kind: trigger.kind,
          delivery: delivery.id,
          receivedAt,
          method: delivery.method,
          headers: delivery.headers,
          query: delivery.query,
          body: payload === undefined ? body : payload,
        };
        candidates.push({ trigger, program, event, data, vendorKey });
      }
    }
    return candidates;
  }
}

const together = (candidates: Candidate[], matches: Match[]) =>
  candidates.map((candidate, index) => ({ candidate, match: matches[index] as Match }));

function summary(
  candidates: Candidate[],
  matches: Match[],
): { status: 'accepted' | 'filtered'; reason: string | null } {
  if (candidates.length === 0)
    return { status: 'filtered', reason: 'No flow that is switched on listens to this event.' };
  const filtered = matches.filter((match) => match.outcome === 'filtered');
  if (filtered.length < matches.length) return { status: 'accepted', reason: null };
  return { status: 'filtered', reason: filtered[0]?.reason ?? null };
}
