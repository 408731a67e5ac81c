import { Injectable, Logger } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { IntakeFailure } from '../expressions/intake-reading.js';
import { VersionsService } from '../flows/versions.service.js';
import { type Database, IntakeDatabase, type Sql } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import { newId } from '../platform/ids.js';
import { ControlsService } from '../runs/controls.service.js';
import type { ArrivedEvent } from './arrived-events.js';
import { type Arrival, parseBody, withoutCredentials } from './delivery.js';
import { type LoggedDelivery, type StoredDelivery, storeDeliveries, type TakenRun, takeIn } from './inbox.js';
import { type Candidate, type Match, matchAll } from './matching.js';
import { type HeardEvent, wakeRuns } from './wake-runs.js';

/** At the door filters and keys get so long together; what needs longer is matched afterwards. */
const doorMs = 100;
const laterMs = 1_000;

/** What came of a delivery. */
export interface Taken {
  deliveryId: string;
  runs: TakenRun[];
  /** Runs that waited for it and go on. */
  woken: string[];
  status: 'accepted' | 'filtered' | 'duplicate' | 'unmatched' | 'refused';
  reason: string | null;
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
  heard: HeardEvent[];
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
    private readonly controls: ControlsService,
  ) {}

  /** `beforeCommit` gets the runs' ids while nobody can have seen them yet, so that an answer can be waited for. */
  async take(
    arrival: Arrival,
    at: Address,
    events: ArrivedEvent[],
    options: { dedupe: boolean; beforeCommit?: (runs: TakenRun[]) => void } = { dedupe: true },
  ): Promise<Taken> {
    const delivery = this.delivery(arrival, at);
    const facts = factsOf(delivery);
    const heard = heardEvents(delivery, facts, events);
    const candidates = await this.candidates(facts, events);
    const arriving = await this.match(candidates).catch((error: unknown) => {
      if (!(error instanceof IntakeFailure)) throw error;
      return { matched: [], status: 'unmatched' as const, reason: error.message };
    });
    const { matched, ...log } = arriving;
    const taken = await this.commits.add({ delivery: { ...delivery, ...log }, matched, heard, ...options });
    if (taken.woken.length > 0) this.announce(taken.woken);
    if (!delivery.sample) this.noteArrival([at.triggerRow, ...candidates.map(({ trigger }) => trigger.id)]);
    return taken;
  }

  /** Behind the sender's back: the runs find their controls in any case. */
  private announce(runIds: string[]): void {
    this.controls
      .announce(...runIds)
      .catch((error: Error) => this.logger.warn(`Runs will hear of a delivery later: ${error.message}`));
  }

  private async match(candidates: Candidate[]) {
    const matches = await matchAll(this.expressions, candidates, doorMs);
    return { matched: together(candidates, matches), ...summary(candidates, matches) };
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
      const woken = await wakeRuns(
        tx,
        arriving.flatMap(({ heard }) => heard),
      );
      const taken = arriving.map(({ delivery, beforeCommit }, index): Taken => {
        const own = runs[index] ?? [];
        beforeCommit?.(own);
        const awake = woken.filter(({ deliveryId }) => deliveryId === delivery.id).map(({ runId }) => runId);
        return { deliveryId: delivery.id, runs: own, woken: [...new Set(awake)], ...cameOf(delivery, own, awake) };
      });
      await writeChangedStatuses(tx, arriving, taken);
      return taken;
    });
  }

  /** When a trigger last heard something, to some seconds: apart from the delivery, so that a burst never queues for this row. */
  private noteArrival(triggerIds: (string | null)[]): void {
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
  async matchLate(
    database: Database,
    eventsOf: (sql: Sql, delivery: StoredDelivery) => Promise<ArrivedEvent[]>,
  ): Promise<void> {
    await database.transaction(async (tx) => {
      const [row] = await tx.query<StoredDelivery & { place: number }>(
        `select id, workspace_id as "workspaceId", address, trigger_row as "triggerRow", connection_id as "connectionId",
                external_id as "externalId", method, headers, query, body as "rawBody", sample, place
           from deliveries where status = 'unmatched' and attempts < 5
            and received_at < now() - attempts * interval '10 seconds'
          order by received_at limit 1 for update skip locked`,
      );
      if (!row) return;
      await tx.query('update deliveries set attempts = attempts + 1 where id = $1', [row.id]);
      // Runs that waited for it were woken when it was stored.
      const candidates = await this.candidates(factsOf(row), await eventsOf(tx, row));
      try {
        const matches = await matchAll(this.expressions, candidates, laterMs);
        const { id, place } = row;
        await takeIn(tx, [{ id, matched: together(candidates, matches), dedupe: true, place }]);
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

  private async candidates(facts: DeliveryFacts, events: ArrivedEvent[]): Promise<Candidate[]> {
    const candidates: Candidate[] = [];
    for (const [event, { triggers, payload, vendorKey }] of events.entries()) {
      for (const trigger of triggers) {
        const { program } = await this.versions.get(trigger.versionId);
        const { id, kind } = { id: trigger.triggerId, kind: trigger.kind };
        const data = { id, kind, ...facts, ...(payload === undefined ? {} : { body: payload }) };
        candidates.push({ trigger, program, event, data, vendorKey });
      }
    }
    return candidates;
  }
}

/** What flows see of a delivery, whichever trigger it is for. */
interface DeliveryFacts {
  delivery: string;
  receivedAt: string;
  method: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}

const factsOf = ({ id, method, headers, query, rawBody }: StoredDelivery): DeliveryFacts => ({
  delivery: id,
  receivedAt: new Date().toISOString(),
  method,
  headers,
  query,
  body: parseBody(rawBody, headers['content-type']),
});

function heardEvents({ id }: StoredDelivery, facts: DeliveryFacts, events: ArrivedEvent[]): HeardEvent[] {
  return events.flatMap(({ heardAt, payload, vendorKey }, index) => {
    if (heardAt === null) return [];
    const data = { ...facts, ...(payload === undefined ? {} : { body: payload }) };
    return [{ deliveryId: id, index, ...heardAt, data, vendorKey }];
  });
}

/** How the delivery stands in the log, given the runs that it made and those that it woke. */
function cameOf(
  { status, reason }: LoggedDelivery,
  made: TakenRun[],
  woken: string[],
): Pick<Taken, 'status' | 'reason'> {
  if (woken.length > 0 && status === 'filtered') return { status: 'accepted', reason: null };
  const repeated = made.length > 0 && made.every((run) => run.duplicate) && woken.length === 0;
  return { status: repeated ? 'duplicate' : status, reason };
}

async function writeChangedStatuses(tx: Sql, arriving: Arriving[], taken: Taken[]): Promise<void> {
  const changed = taken.filter(({ status }, index) => status !== arriving[index]?.delivery.status);
  if (changed.length === 0) return;
  await tx.query(
    `update deliveries d set status = n.status, reason = n.reason
       from unnest($1::uuid[], $2::text[], $3::text[]) as n (id, status, reason) where d.id = n.id`,
    [
      changed.map(({ deliveryId }) => deliveryId),
      changed.map(({ status }) => status),
      changed.map(({ reason }) => reason),
    ],
  );
}

const together = (candidates: Candidate[], matches: Match[]) =>
  candidates.map((candidate, index) => ({ candidate, match: matches[index] as Match }));

function summary(
  candidates: Candidate[],
  matches: Match[],
): { status: 'accepted' | 'filtered'; reason: string | null } {
  if (candidates.length === 0)
    return {
      status: 'filtered',
      reason: 'No flow that is switched on listens to this event, and no run waits for it.',
    };
  const filtered = matches.filter((match) => match.outcome === 'filtered');
  if (filtered.length < matches.length) return { status: 'accepted', reason: null };
  return { status: 'filtered', reason: filtered[0]?.reason ?? null };
}
