import type { StepError, StepTry } from '@castellan/api';
import { announceRuns } from '../../events/changes.js';
import {
  beginEffects,
  type EffectId,
  type NewEffect,
  noteReversed,
  noteUndone,
  type SettledEffect,
  settleEffects,
} from '../../operations/ledger.js';
import type { Sealer } from '../../platform/crypto/index.js';
import { type Database, prepared, type Sql } from '../../platform/database/index.js';
import { Grouping } from '../../platform/grouping.js';
import { saveBlobs } from '../../platform/large-values/index.js';
import type { HoldKind } from '../../safety/held-calls.js';
import type { CallRequest, CallResult } from '../../workflows/contract.js';
import { asJson, type StoredForms } from '../values.js';

type Place = Pick<CallRequest, 'runId' | 'step' | 'iteration'>;

/** What the step's row says before an attempt. */
export interface CallBefore {
  status: string;
  ended: boolean;
  attempts: number;
  /** When the next attempt is due, as epoch milliseconds. */
  due: number | null;
  /** Pauses so far that the system had asked for. */
  pauses: number;
  /** People were asked whether it may be sent. */
  held: boolean;
}

export const notBegun: CallBefore = { status: 'ready', ended: false, attempts: 0, due: null, pauses: 0, held: false };

/** An attempt that is about to be made. */
export interface CallBegin {
  request: CallRequest;
  /** Those of its input, which is seen while the call is under way. */
  forms: StoredForms;
  /** Its row in the ledger; null for a read. */
  effect: NewEffect | null;
}

/** What an attempt came to. */
export interface CallEnd {
  request: CallRequest;
  outcome: Exclude<CallResult['outcome'], { kind: 'dropped' } | { kind: 'open' }>;
  port: string | null;
  forms: StoredForms;
  error: StepError | null;
  pauses: number;
  title: string;
  effectKey: string | null;
  /** The run of the chain that did it, where this one did not have to. */
  keptFrom: string | null;
  /** Nobody is asked what became of it where that is not known. */
  final: boolean;
  /** The step that it took back. */
  undone: string | null;
  /** What of another run it took back. */
  reversed: EffectId | null;
  /** What became of its effect, where it has one that was sent. */
  settled: SettledEffect | null;
  /** The attempt was not made: what holds it back. */
  waitsFor?: string;
  /** The host that keeps failing, for which the attempt was not made. */
  heldBackBy?: string;
  /** Those who are asked first whether it may be sent. */
  asks?: { kind: HoldKind; who: string };
}

/** `dropped`: the run is no longer this host's, or has ended. */
export type Begun = 'begun' | 'held' | 'dropped';
/** An attempt whose step had settled already is as the row says. */
export type Ended = 'written' | 'dropped' | { status: string };

const groups = { atOnce: 2, most: 100 };

/**
 * The rows of calls. What calls of this process have to read or write at the same time goes together, whichever runs and
 * carriers they are of.
 */
export class CallRows {
  private readonly befores: Grouping<Place, CallBefore>;
  private readonly begins: Grouping<CallBegin, Begun>;
  private readonly ends: Grouping<CallEnd, Ended>;

  constructor(database: Database, sealer: Sealer) {
    this.befores = new Grouping({ ...groups, work: (places) => readBefores(database, places) });
    this.begins = new Grouping({
      ...groups,
      work: (begins) => database.transaction((tx) => writeBegins(tx, sealer, begins)),
    });
    this.ends = new Grouping({ ...groups, work: (ends) => database.transaction((tx) => writeEnds(tx, ends)) });
  }

  before(place: Place): Promise<CallBefore> {
    return this.befores.add(place);
  }

  /** Commits that the attempt is made. `held`: another process has taken the effect up. */
  begin(begin: CallBegin): Promise<Begun> {
    return this.begins.add(begin);
  }

  /** Commits what became of the attempt, the effect with the step. */
  end(end: CallEnd): Promise<Ended> {
    return this.ends.add(end);
  }
}

const keyOf = ({ runId, step, iteration }: Place): string => `${runId} ${step} ${iteration}`;

async function readBefores(sql: Sql, places: Place[]): Promise<CallBefore[]> {
  const rows = await sql.query<CallBefore & Place>(
    prepared(`select s.run_id as "runId", s.step_id as step, s.iteration, s.status, s.ended_at is not null as ended, s.attempts,
            (extract(epoch from s.next_at) * 1000)::float8 as due, coalesce((s.detail ->> 'pauses')::int, 0) as pauses,
            coalesce(s.detail ->> 'kind' in ('protected', 'budget'), false) as held
       from unnest($1::uuid[], $2::text[], $3::text[]) as w (run_id, step_id, iteration)
       join steps s on s.run_id = w.run_id and s.step_id = w.step_id and s.iteration = w.iteration and s.pass = 0`),
    columnsOf(places),
  );
  const byPlace = new Map(rows.map((row) => [keyOf(row), row]));
  return places.map((place) => byPlace.get(keyOf(place)) ?? notBegun);
}

const columnsOf = (places: Place[]) => [
  places.map(({ runId }) => runId),
  places.map(({ step }) => step),
  places.map(({ iteration }) => iteration),
];

/** Locks the runs that are still these hosts' and have not ended. From here on their rows come in one order. */
async function holdRuns(tx: Sql, requests: CallRequest[]): Promise<(request: CallRequest) => boolean> {
  const rows = await tx.query<{ id: string; epoch: number }>(
    prepared(`select r.id, r.epoch from runs r
      where r.ended_at is null
        and (r.id, r.epoch) in (select * from unnest($1::uuid[], $2::int[]))
      order by r.id for no key update`),
    [requests.map(({ runId }) => runId), requests.map(({ epoch }) => epoch)],
  );
  const held = new Map(rows.map(({ id, epoch }) => [id, epoch]));
  return ({ runId, epoch }) => held.get(runId) === epoch;
}

async function writeBegins(tx: Sql, sealer: Sealer, begins: CallBegin[]): Promise<Begun[]> {
  const isHeld = await holdRuns(
    tx,
    begins.map(({ request }) => request),
  );
  const own = begins.filter(({ request }) => isHeld(request));
  const effects = await beginEffects(
    tx,
    sealer,
    own.flatMap(({ effect }) => effect ?? []),
  );
  const begun = new Set(own.filter(({ effect }) => effect === null || effects.has(effect.key)));
  await writeAttempts(tx, [...begun]);
  await tell(
    tx,
    [...begun].map(({ request }) => request),
  );
  return begins.map((begin) => (begun.has(begin) ? 'begun' : isHeld(begin.request) ? 'held' : 'dropped'));
}

async function writeAttempts(tx: Sql, begins: CallBegin[]): Promise<void> {
  if (begins.length === 0) return;
  await saveBlobs(
    tx,
    begins.flatMap(({ forms }) => forms.blobs),
  );
  await tx.query(
    prepared(`insert into steps as s (run_id, step_id, iteration, kind, status, attempts, input, large, effect_key, started_at)
     select run_id, step_id, iteration, 'action', 'running', attempts, input::jsonb, large::jsonb, effect_key, now()
       from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::text[])
         as n (run_id, step_id, iteration, attempts, input, large, effect_key)
     on conflict (run_id, step_id, iteration, pass) do update
        set status = 'running', attempts = excluded.attempts, input = excluded.input,
            large = excluded.large, effect_key = excluded.effect_key, next_at = null, seq = nextval('change_seq')
      where s.ended_at is null`),
    [
      ...columnsOf(begins.map(({ request }) => request)),
      begins.map(({ request }) => request.attempt),
      begins.map(({ forms }) => forms.input),
      begins.map(({ forms }) => forms.large),
      begins.map(({ effect }) => effect?.key ?? null),
    ],
  );
}

async function writeEnds(tx: Sql, ends: CallEnd[]): Promise<Ended[]> {
  // What became of a write is recorded even when the run has gone on without it.
  await settleEffects(
    tx,
    ends.flatMap(({ settled }) => settled ?? []),
  );
  const isHeld = await holdRuns(
    tx,
    ends.map(({ request }) => request),
  );
  // After the runs, as everywhere: so nobody waits for a run while others wait for what it saves.
  await saveBlobs(
    tx,
    ends.flatMap(({ forms }) => forms.blobs),
  );
  const own = ends.filter(({ request }) => isHeld(request));
  const written = await writeOutcomes(tx, own);
  for (const { request, undone } of own) if (undone !== null) await noteUndone(tx, { ...request, step: undone });
  for (const { request, reversed } of own) if (reversed !== null) await noteReversed(tx, reversed, request.runId);
  const others = own.filter(({ request }) => !written.has(keyOf(request)));
  const settled =
    others.length === 0
      ? []
      : await readBefores(
          tx,
          others.map(({ request }) => request),
        );
  await tell(
    tx,
    own.map(({ request }) => request),
  );
  return ends.map((end): Ended => {
    if (!isHeld(end.request)) return 'dropped';
    const status = settled[others.indexOf(end)]?.status;
    return status === undefined ? 'written' : { status };
  });
}

/** Failed attempts that a row remembers: the first one and the latest. */
const mostTries = 20;

/** Answers the places that were written. A retry and an unknown outcome leave the step open. */
async function writeOutcomes(tx: Sql, ends: CallEnd[]): Promise<Set<string>> {
  if (ends.length === 0) return new Set();
  const retryOf = ({ outcome }: CallEnd) => (outcome.kind === 'retry' ? outcome : null);
  const isOpen = ({ outcome, final }: CallEnd) => outcome.kind === 'retry' || (outcome.kind === 'unknown' && !final);
  const rows = await tx.query<Place>(
    prepared(`insert into steps as s (run_id, step_id, iteration, kind, status, port, attempts, output, exact, error, next_at,
                             detail, started_at, ended_at, effect_key, kept_from, tries, input, large)
     select run_id, step_id, iteration, 'action', status, port, attempts, output::jsonb, exact, error::jsonb,
            to_timestamp(due / 1000), detail::jsonb, now(), case when is_open then null else now() end, effect_key,
            kept_from, tries::jsonb, input::jsonb, large::jsonb
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[],
                   $9::text[], $10::float8[], $11::text[], $12::bool[], $13::text[], $14::uuid[], $15::text[],
                   $16::text[], $17::text[])
         as n (run_id, step_id, iteration, status, port, attempts, output, exact, error, due, detail, is_open,
               effect_key, kept_from, tries, input, large)
     on conflict (run_id, step_id, iteration, pass) do update
        set status = excluded.status, port = excluded.port, attempts = excluded.attempts, output = excluded.output,
            exact = excluded.exact, error = excluded.error, next_at = excluded.next_at, detail = excluded.detail,
            ended_at = excluded.ended_at, effect_key = coalesce(excluded.effect_key, s.effect_key),
            kept_from = excluded.kept_from, input = coalesce(s.input, excluded.input),
            large = case when excluded.large is null then s.large else coalesce(s.large, '{}') || excluded.large end,
            tries = case when excluded.tries is null then s.tries
                         when jsonb_array_length(s.tries) >= ${mostTries} then (s.tries - 1) || excluded.tries
                         else coalesce(s.tries, '[]') || excluded.tries end,
            seq = nextval('change_seq')
      where s.ended_at is null
     returning run_id as "runId", step_id as step, iteration`),
    [
      ...columnsOf(ends.map(({ request }) => request)),
      ends.map((end) => (retryOf(end) ? 'retrying' : end.outcome.kind)),
      ends.map(({ port }) => port),
      ends.map((end) => retryOf(end)?.attempts ?? end.request.attempt),
      ends.map(({ forms }) => forms.output),
      ends.map(({ forms }) => forms.exact),
      ends.map(({ error }) => asJson(error ?? undefined)),
      ends.map((end) => retryOf(end)?.due ?? null),
      ends.map((end) => (isOpen(end) ? asJson(detailOf(end)) : null)),
      ends.map(isOpen),
      ends.map(({ effectKey }) => effectKey),
      ends.map(({ keptFrom }) => keptFrom),
      ends.map((end) => (end.error === null ? null : JSON.stringify([triedOf(end.error, retryOf(end)?.due)]))),
      ends.map(({ forms }) => forms.input),
      ends.map(({ forms }) => forms.large),
    ],
  );
  return new Set(rows.map(keyOf));
}

/** What an open step waits for, as its row says it. */
const detailOf = ({ title, pauses, waitsFor, heldBackBy, asks }: CallEnd) => ({
  kind: asks?.kind ?? (waitsFor !== undefined ? 'slot' : heldBackBy !== undefined ? 'host' : 'outcome'),
  what: title,
  who: asks?.who ?? waitsFor ?? heldBackBy ?? null,
  pauses,
});

const tell = (tx: Sql, requests: CallRequest[]): Promise<void> =>
  announceRuns(
    tx,
    requests.map(({ runId, workspaceId }) => ({ id: runId, workspaceId })),
  );

/** A failed attempt as the row remembers it. */
function triedOf({ code, message, status }: StepError, next: number | undefined): StepTry {
  return {
    at: new Date().toISOString(),
    code,
    message,
    ...(status === undefined ? {} : { status }),
    ...(next === undefined ? {} : { next: new Date(next).toISOString() }),
  };
}
