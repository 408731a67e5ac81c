import type { StepError } from '@castellan/api';
import type { CompiledAction, CompiledUndo } from '@castellan/flow';
import { type JsonValue, undoOf } from '@castellan/sdk';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { calledConnector } from '../../connector-registry/references.js';
import type { PublishedVersion } from '../../flows/versions.service.js';
import { readEffect } from '../../operations/ledger.js';
import type { Sealer } from '../../platform/crypto/index.js';
import type { Database } from '../../platform/database/index.js';
import { compiledStep } from '../contexts.js';
import type { RunFacts } from '../facts.js';
import { stepError } from '../kinds/index.js';
import { readValues } from '../value-reads.js';

/** Where a step is taken back. */
export interface UndoPlace {
  facts: RunFacts;
  version: PublishedVersion;
  iteration: string;
}

/**
 * The call that takes a step back as its operation knows, made of what was really sent, what was answered and what
 * there was before. Null: the step changed nothing.
 */
export async function automaticUndo(
  { database, sealer }: { database: Database; sealer: Sealer },
  { facts, version, iteration }: UndoPlace,
  undo: CompiledUndo,
): Promise<CompiledAction | { error: StepError } | null> {
  const place = { runId: facts.id, step: undo.undoes, iteration };
  const [row] = await database.query<{ key: string | null }>(
    'select effect_key as key from steps where run_id = $1 and step_id = $2 and iteration = $3 and pass = 0',
    [place.runId, place.step, place.iteration],
  );
  const effect = row?.key ? await readEffect(database, sealer, { rootId: facts.rootId, key: row.key }) : null;
  if (!effect) return { error: cannotBeUndone('the ledger has no record of what was sent') };
  const [value] = await readValues(database, sealer, [place]);
  const output = (value?.output ?? null) as JsonValue;
  return undoCall(version, undo, { input: effect.input, output, before: effect.before });
}

/** What is known of a step that is to be taken back. */
export interface DoneStep {
  /** As it was sent. */
  input: unknown;
  output: JsonValue;
  /** What there was before it, where its operation reads that. */
  before: JsonValue;
}

/** The call that takes back what is known of a step. Null: the step changed nothing. */
export function undoCall(
  version: PublishedVersion,
  undo: CompiledUndo,
  { input, output, before }: DoneStep,
): CompiledAction | { error: StepError } | null {
  const action = compiledStep(version, undo.undoes) as CompiledAction;
  try {
    const call = undoOf(connectorOf(calledConnector(action)), action.operation, input, output, before);
    // What was made of real values holds no expression.
    return call && { ...undo, operation: call.operation, input: { literal: call.input } as CompiledAction['input'] };
  } catch (thrown) {
    return { error: cannotBeUndone((thrown as Error).message) };
  }
}

const cannotBeUndone = (why: string): StepError =>
  stepError('E_INPUT', `It is not known how this is taken back: ${why}`);
