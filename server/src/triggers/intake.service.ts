import { Injectable, Logger } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { VersionsService } from '../flows/versions.service.js';
import { IntakeDatabase, type Sql } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import { newId } from '../platform/ids.js';
import { ControlsService } from '../runs/controls.service.js';
import type { ArrivedEvent } from './arrived-events.js';
import { type Arrival, parseBody, withoutCredentials } from './delivery.js';
import {
  type LoggedDelivery,
  matchedBefore,
  placeInInbox,
  type StoredDelivery,
  storeDeliveries,
  type TakenRun,
  takeIn,
} from './inbox.js';
import { type Candidate, type Match, matchAll } from './matching.js';
import { accepted, asRepeated, cameOf, type Standing, summary, together, writeChangedStatuses } from './standing.js';
import { noteTold, toldBy } from './told-events.js';
import { claimSignatures, releaseSignatures, repeatedRuns } from './used-signatures.js';
import { type HeardEvent, wakeRuns } from './wake-runs.js';

/** At the door filters and keys get so long together; what needs longer is matched afterwards. */
const doorMs = 100;
const laterMs = 1_000;

/** What came of a delivery. */
export interface Taken extends Standing {
  deliveryId: string;
  runs: TakenRun[];
  /** Runs that waited for it and go on. */
  woken: string[];
}

/** Where a delivery arrived, and what is known of it there. */
export interface Address {
  workspaceId: string;
  address: string;
  triggerRow: string | null;
  connectionId: string | null;
  externalId: string | null;
  /** What the sender signed: taken once at this address. */
  signature?: string | undefined;
  againOf?: string;
  event?: string;
  scheduledAt?: Date;
  arrivalKey?: string;
  /** A sweep found it: nothing was delivered. */
  swept?: boolean;
  carries?: { headers?: string[]; query?: string[] } | undefined;
  sample: boolean;
}

/** A delivery with what its triggers make of it, about to be committed. */
export interface Arriving {
  delivery: LoggedDelivery;
  matched: { candidate: Candidate; match: Match }[];
  heard: HeardEvent[];
  /** Rows of the triggers that it was for. */
  triggers: (string | null)[];
  signature: string | null;
  dedupe: boolean;
  beforeCommit?: (runs: TakenRun[]) => void;
  /** Stores what goes with it in the same transaction. */
  store?: (tx: Sql, deliveryId: string) => Promise<void>;
}

const noteEachMs = 1_000;

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
    work: (arriving) => this.database.transaction((tx) => this.store(tx, arriving)),
  });

  /** Triggers for which an arrival was noted a moment ago: what comes meanwhile is not worth a statement. */
  private readonly noted = new Set<string>();

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
    options: Pick<Arriving, 'dedupe' | 'beforeCommit' | 'store'> = { dedupe: true },
  ): Promise<Taken> {
    const arriving = await this.prepare(arrival, at, events);
    const taken = await this.commits.add({ ...arriving, ...options });
    this.afterCommit([arriving], [taken]);
    return taken;
  }

  /** Stores a delivery whose triggers take it in later; runs that wait for it go on at once. */
  async enqueue(arrival: Arrival, at: Address, events: ArrivedEvent[]): Promise<Taken> {
    const none = events.map((event) => ({ ...event, triggers: [] }));
    const arriving = await this.prepare(arrival, at, none);
    const delivery = { ...arriving.delivery, status: 'queued' as const, reason: null };
    const taken = await this.commits.add({ ...arriving, delivery });
    this.afterCommit([arriving], [taken]);
    return taken;
  }

  /**
   * Decides what a delivery is for its triggers; one for which that fails is to be stored and matched later. Where no
   * sender waits, its expressions may take longer.
   */
  async prepare(
    arrival: Arrival,
    at: Address,
    events: ArrivedEvent[],
    { isAwaited }: { isAwaited: boolean } = { isAwaited: true },
  ): Promise<Arriving> {
    const delivery = this.delivery(arrival, at);
    const facts = factsOf(delivery);
    const heard = heardEvents(delivery, facts, events);
    const candidates = await this.candidates(facts, events);
    const { matched, ...log } = await this.match(candidates, isAwaited ? doorMs : laterMs);
    const triggers = [at.triggerRow, ...candidates.map(({ trigger }) => trigger.id)];
    const signature = at.signature ?? null;
    return { delivery: { ...delivery, ...log }, matched, heard, triggers, signature, dedupe: true };
  }

  /** What follows the commit of deliveries, behind the sender's back. */
  afterCommit(arriving: Arriving[], taken: Taken[]): void {
    const woken = taken.flatMap((one) => one.woken);
    if (woken.length > 0) this.announce(woken);
    const heard = arriving.filter(({ delivery }) => !delivery.sample).flatMap(({ triggers }) => triggers);
    if (heard.length > 0) this.noteArrival(heard);
  }

  /** The runs find their controls in any case. */
  private announce(runIds: string[]): void {
    this.controls
      .announce(...runIds)
      .catch((error: Error) => this.logger.warn(`Runs will hear of a delivery later: ${error.message}`));
  }

  private async match(candidates: Candidate[], milliseconds: number) {
    const matches = await matchAll(this.expressions, candidates, milliseconds);
    return { matched: together(candidates, matches), ...summary(candidates, matches) };
  }

  /** Stores deliveries with the runs that they make and wakes those that waited for them, in the caller's transaction. */
  async store(tx: Sql, arriving: Arriving[]): Promise<Taken[]> {
    await storeDeliveries(
      tx,
      arriving.map(({ delivery }) => delivery),
    );
    await noteTold(tx, toldBy(arriving));
    const repeats = await claimSignatures(tx, arriving);
    const isNew = ({ delivery }: Arriving) => !repeats.has(delivery.id);
    const runs = await takeIn(
      tx,
      arriving.map((one) => ({ id: one.delivery.id, matched: isNew(one) ? one.matched : [], dedupe: one.dedupe })),
    );
    const woken = await wakeRuns(
      tx,
      arriving.filter(isNew).flatMap(({ heard }) => heard),
    );
    const repeated = await repeatedRuns(tx, repeats);
    for (const { delivery, store } of arriving) await store?.(tx, delivery.id);
    const taken = arriving.map(({ delivery, beforeCommit }, index): Taken => {
      const own = repeated.get(delivery.id) ?? runs[index] ?? [];
      beforeCommit?.(own);
      const awake = woken.filter(({ deliveryId }) => deliveryId === delivery.id).map(({ runId }) => runId);
      const came = repeats.has(delivery.id) ? asRepeated : cameOf(delivery, own, awake);
      return { deliveryId: delivery.id, runs: own, woken: [...new Set(awake)], ...came };
    });
    await writeChangedStatuses(tx, arriving, taken);
    await releaseSignatures(tx, arriving, taken);
    return taken;
  }

  /** When a trigger last heard something, to some seconds: apart from the delivery, so that a burst never queues for this row. */
  private noteArrival(triggerIds: (string | null)[]): void {
    const heard = triggerIds.filter((id) => id !== null && !this.noted.has(id)) as string[];
    if (heard.length === 0) return;
    for (const id of heard) this.noted.add(id);
    setTimeout(() => this.forget(heard), noteEachMs).unref();
    this.database
      .query(
        // Rows that somebody else changes are passed over: this never waits, and so is in nobody's way.
        `update triggers set last_delivery_at = now() where id in (
           select id from triggers
            where id = any($1) and coalesce(last_delivery_at < now() - interval '5 seconds', true)
              for no key update skip locked)`,
        [heard],
      )
      .catch((error: Error) => {
        this.forget(heard);
        this.logger.warn(`The time of the last delivery was not noted: ${error.message}`);
      });
  }

  private forget(triggerIds: string[]): void {
    for (const id of triggerIds) this.noted.delete(id);
  }

  /** Logs a delivery that was not let in: its headers and the reason, not its body. */
  async refuse(arrival: Arrival, at: Address, reason: string): Promise<string> {
    const delivery = { ...this.delivery(arrival, at), rawBody: Buffer.alloc(0) };
    await storeDeliveries(this.database, [{ ...delivery, status: 'refused', reason }]);
    return delivery.id;
  }

  /**
   * Stores a delivery that is no event for flows, in one transaction with what `store` makes of it. Of one that comes
   * again nothing is made. @returns its id
   */
  async keep(arrival: Arrival, at: Address, store: (tx: Sql, deliveryId: string) => Promise<void>): Promise<string> {
    const delivery = this.delivery(arrival, at);
    await this.database.transaction(async (tx) => {
      const repeats = await claimSignatures(tx, [{ delivery, signature: at.signature ?? null }]);
      await storeDeliveries(tx, [{ ...delivery, ...(repeats.size > 0 ? asRepeated : accepted) }]);
      if (repeats.size === 0) await store(tx, delivery.id);
    });
    return delivery.id;
  }

  /**
   * Takes in a delivery that is stored already, for the triggers that it was not taken in for yet, with more time for
   * its expressions; runs that waited for it were woken when it was stored. Where a filter or key fails still, it stays
   * unmatched. Answers how it stands.
   */
  async takeStored(tx: Sql, delivery: StoredDelivery & { place: number }, events: ArrivedEvent[]): Promise<Standing> {
    const { id, place } = delivery;
    const earlier = await matchedBefore(tx, id);
    const all = await this.candidates(factsOf(delivery), events);
    const candidates = all.filter((candidate) => !earlier.has(placeInInbox(candidate)));
    const matches = await matchAll(this.expressions, candidates, laterMs);
    await takeIn(tx, [{ id, matched: together(candidates, matches), dedupe: true, place }]);
    const now = summary(candidates, matches);
    const came = now.status === 'filtered' && [...earlier.values()].includes(true) ? accepted : now;
    await tx.query('update deliveries set status = $2, reason = $3 where id = $1', [id, came.status, came.reason]);
    return came;
  }

  private delivery(arrival: Arrival, { carries, signature: _, ...at }: Address): StoredDelivery {
    return {
      id: newId(),
      event: null,
      scheduledAt: null,
      arrivalKey: null,
      againOf: null,
      ...at,
      method: arrival.method,
      source: arrival.source ?? null,
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
type DeliveryFacts = Record<string, unknown> & { delivery: string; receivedAt: string };

function factsOf({ id, method, headers, query, rawBody, scheduledAt }: StoredDelivery): DeliveryFacts {
  const arrived = { delivery: id, receivedAt: new Date().toISOString() };
  if (scheduledAt !== null) return { ...arrived, scheduledAt: scheduledAt.toISOString() };
  return { ...arrived, method, headers, query, body: parseBody(rawBody, headers['content-type']) };
}

function heardEvents({ id }: StoredDelivery, facts: DeliveryFacts, events: ArrivedEvent[]): HeardEvent[] {
  return events.flatMap(({ heardAt, payload, vendorKey }, index) => {
    if (heardAt === null) return [];
    const data = { ...facts, ...(payload === undefined ? {} : { body: payload }) };
    return [{ deliveryId: id, index, ...heardAt, data, vendorKey }];
  });
}
