import type { StepError, UndoState } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { ConnectorError, type DoneCall, isAsLeft, type JsonValue, undoOf } from '@castellan/sdk';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { calledConnector } from '../../connector-registry/references.js';
import { presentName } from '../../connector-registry/renamed-operations.js';
import { type EffectId, openSentInput } from '../../operations/ledger.js';
import { stateHash } from '../../plans/state-before.js';
import type { Sealer } from '../../platform/crypto/index.js';
import { type Database, prepared, type Sql } from '../../platform/database/index.js';
import { wholeValue } from '../../platform/large-values/index.js';
import type { EvaluationPlace } from '../contexts.js';
import { stepError } from '../kinds/index.js';
import { readValues } from '../value-reads.js';

/** A write of another run that a step takes back. */
export interface Reversal {
  id: EffectId;
  planId: string;
  n: number;
  /** What was found when its plan was made; null while that is being made. */
  state: UndoState | null;
  chosen: boolean;
  nowHash: string | null;
  done: DoneCall;
  /** A later write of the same thing is taken back before it: what there was before that one. */
  behind: { toDo: boolean; state: UndoState | null; before: JsonValue } | null;
  /** The call that takes it back. */
  action: CompiledAction;
}

interface Row extends Omit<Reversal, 'id' | 'done' | 'action' | 'behind'>, EffectId {
  runId: string;
  step: string;
  iteration: string;
  operation: string;
  input: string;
  before: JsonValue;
  answer: JsonValue;
  behindState: UndoState | null;
  behindChosen: boolean | null;
  behindBefore: JsonValue;
}

/** What a step of an undo takes back, by the item of its loop: out of the ledger of the run that is undone. */
export async function readReversal(
  { database, sealer }: { database: Database; sealer: Sealer },
  { version, step, iteration }: Pick<EvaluationPlace, 'version' | 'step' | 'iteration'>,
  action: CompiledAction,
): Promise<Reversal | { error: StepError }> {
  const [row] = await database.query<Row>(
    prepared(`select w.root_id as "rootId", w.effect_key as key, w.plan_id as "planId", w.n, w.state, w.chosen,
            w.now_hash as "nowHash", e.run_id as "runId", e.step_id as step, e.iteration, e.operation, e.input, e.before,
            ${wholeValue('e', 'answer', 'output')} as answer, b.state as "behindState", b.chosen as "behindChosen",
            be.before as "behindBefore"
       from undo_writes w join effects e on e.root_id = w.root_id and e.key = w.effect_key
       left join undo_writes b on b.plan_id = w.plan_id and b.n = w.behind
       left join effects be on be.root_id = b.root_id and be.key = b.effect_key
      where w.version_id = $1 and w.step_id = $2 and w.item = $3`),
    [version.id, step, Number(iteration)],
  );
  if (!row || row.input === '') return { error: cannotReverse('the ledger has it no longer') };
  const { rootId, key, planId, n, state, chosen, nowHash } = row;
  const [value] = await readValues(database, sealer, [row]);
  const output = (value && value.error === null ? value.output : row.answer) as JsonValue;
  const operation = presentName(row.operation).split('.')[1] ?? '';
  const done = { operation, input: await openSentInput(sealer, row), output, before: row.before };
  const behind =
    row.behindChosen === null
      ? null
      : {
          ...{ state: row.behindState, before: row.behindBefore },
          toDo: isToDo({ state: row.behindState, chosen: row.behindChosen }),
        };
  const call = callOf(action, done);
  if (call === null || 'error' in call) return call ?? { error: cannotReverse('it changed nothing') };
  return { id: { rootId, key }, planId, n, state, chosen, nowHash, done, behind, action: call };
}

function callOf(action: CompiledAction, done: DoneCall): CompiledAction | { error: StepError } | null {
  try {
    const { operation, input, output, before } = done;
    const call = undoOf(connectorOf(calledConnector(action)), operation, input, output, before);
    // What was made of real values holds no expression.
    return call && { ...action, operation: call.operation, input: { literal: call.input } as CompiledAction['input'] };
  } catch (thrown) {
    return { error: cannotReverse((thrown as Error).message) };
  }
}

const cannotReverse = (why: string): StepError =>
  stepError('E_INPUT', `It is not known how this is taken back: ${why}`);

/** Whether a write in this state is taken back. */
export const isToDo = ({ state, chosen }: Pick<Reversal, 'state' | 'chosen'>): boolean =>
  state === 'open' || (chosen && (state === 'moved' || state === 'unclear'));

/** What there is now, or in a sentence why that is not known. */
type Found = { now: JsonValue } | { unreadable: string };

/** What an operation of the connector reads of the state of things. */
export type ReadState = (operation: string, input: unknown) => Promise<JsonValue>;

async function find(read: ReadState, { done }: Reversal): Promise<Found> {
  try {
    return { now: await read(done.operation, done.input) };
  } catch (thrown) {
    if (!(thrown instanceof ConnectorError) || thrown.code === 'E_RATE') throw thrown;
    return { unreadable: `What there is could not be read: ${thrown.message}` };
  }
}

const readsState = ({ action, done }: Reversal): boolean =>
  connectorOf(calledConnector(action)).operations[done.operation]?.before !== undefined;

/**
 * Whether a step takes its write back. The first run that comes to it, the one that makes the plan, finds out what there
 * is now and notes it; all others go by that. Rejects with the SDK's ConnectorError where the system asks to slow down.
 */
export async function judgeReversal(
  database: Database,
  reversal: Reversal,
  on: { makesPlan: string | null; read: ReadState; shown: <T>(value: T) => T },
): Promise<{ toDo: boolean; state: UndoState }> {
  if (reversal.state !== null || on.makesPlan !== reversal.planId) {
    return { toDo: isToDo(reversal), state: reversal.state ?? 'unclear' };
  }
  const found = readsState(reversal) ? await find(on.read, reversal) : null;
  const state = stateOf(reversal, found);
  const now = found && 'now' in found ? found.now : null;
  await noteFound(database, reversal, {
    state,
    why: found && 'unreadable' in found ? found.unreadable : null,
    ...{ before: on.shown(reversal.done.before), now: on.shown(now) },
    hash: found && 'now' in found && !reversal.behind?.toDo ? hashOf(reversal, found.now) : null,
  });
  return { toDo: isToDo({ ...reversal, state }), state };
}

function stateOf(reversal: Reversal, found: Found | null): UndoState {
  if (found === null) return 'open';
  if ('unreadable' in found) return 'unclear';
  const { action, done, behind } = reversal;
  if (behind && (behind.state === 'moved' || behind.state === 'unclear') && !behind.toDo) return behind.state;
  const now = behind?.toDo ? behind.before : found.now;
  if (hashOf(reversal, now) === hashOf(reversal, done.before)) return 'restored';
  return isAsLeft(connectorOf(calledConnector(action)), done, now) ? 'open' : 'moved';
}

const hashOf = ({ action, done }: Reversal, state: JsonValue): string =>
  stateHash(state, connectorOf(calledConnector(action)).operations[done.operation]?.passing);

/** Why a write must not be taken back after all: something else is there than when the plan was made. */
export async function movedSince(read: ReadState, reversal: Reversal): Promise<StepError | null> {
  if (reversal.nowHash === null || !readsState(reversal)) return null;
  const found = await find(read, reversal);
  if ('now' in found && hashOf(reversal, found.now) === reversal.nowHash) return null;
  const why = 'now' in found ? 'It has been changed since the undo was planned.' : found.unreadable;
  return { ...stepError('E_PLAN_DRIFT', `${why} Nothing was sent.`), details: { planId: reversal.planId } };
}

/** What is to be taken back cannot be looked at by the call that would do so: gone, or not to be read. */
export async function noteUnplanned(database: Database, reversal: Reversal, error: ConnectorError): Promise<UndoState> {
  const isGone = error.status === 404;
  const state = isGone ? 'restored' : 'unclear';
  const why = isGone ? 'It is gone already.' : `What there is could not be read: ${error.message}`;
  await database.query('update undo_writes set state = $3, why = $4 where plan_id = $1 and n = $2', [
    ...[reversal.planId, reversal.n, state, why],
  ]);
  return state;
}

/** Longer ones are not kept with the plan. */
const longestShown = 64 * 1024;

async function noteFound(
  sql: Sql,
  { planId, n }: Reversal,
  found: { state: UndoState; why: string | null; before: unknown; now: unknown; hash: string | null },
): Promise<void> {
  await sql.query(
    `update undo_writes set state = $3, why = $4, before = $5, now = $6, now_hash = $7
      where plan_id = $1 and n = $2 and state is null`,
    [planId, n, found.state, found.why, kept(found.before), kept(found.now), found.hash],
  );
}

function kept(value: unknown): string | null {
  const text = JSON.stringify(value ?? null);
  return text.length > longestShown ? null : text;
}
