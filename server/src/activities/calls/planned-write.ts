import type { CompiledAction } from '@castellan/flow';
import { type Change, changesOf, getOperation, type JsonValue, parseInput } from '@castellan/sdk';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { calledConnector } from '../../connector-registry/references.js';
import type { PublishedVersion } from '../../flows/versions.service.js';
import { differencesOf, otherThan } from '../../plans/open-parts.js';
import { noteWrite } from '../../plans/plan-writes.js';
import { stateHash } from '../../plans/state-before.js';
import { newId } from '../../platform/ids.js';
import { Contexts, type EvaluationPlace } from '../contexts.js';
import type { RunFacts } from '../facts.js';
import { StepValues } from '../values.js';
import { evaluateInput } from './call-input.js';
import type { PreparationDependencies } from './call-preparation.js';

/**
 * Whether a run that makes a plan calls nothing at this step: a write, or a read that looks until a write has come
 * about, which it has not.
 */
export function isLeftOut({ mode }: RunFacts, action: CompiledAction): boolean {
  return mode === 'plan' && standsIn(action);
}

function standsIn(action: CompiledAction): boolean {
  const operation = connectorOf(calledConnector(action)).operations[action.operation];
  if (operation === undefined) return false;
  return operation.effect !== 'read' || (operation.retry !== undefined && operation.awaitsOthers === undefined);
}

/** What a run that makes a plan looks for once: it is not there, and the plan says so rather than wait. */
export function isLookedForOnce({ mode }: RunFacts, action: CompiledAction): boolean {
  return mode === 'plan' && connectorOf(calledConnector(action)).operations[action.operation]?.awaitsOthers === true;
}

/** What a step that calls nothing gives: the output that is pinned to it, or else the example of its operation. */
export function standInFor({ plan }: RunFacts, step: string, action: CompiledAction): unknown {
  const { pins = {} } = plan ?? {};
  if (Object.hasOwn(pins, step)) return pins[step];
  return getOperation(connectorOf(calledConnector(action)), action.operation).sample.output;
}

/** A write that a run has come to that makes a plan. */
interface FoundWrite {
  action: CompiledAction;
  connectionId: string | null;
  input: unknown;
  /** Of the run's host. */
  epoch: number;
  /** The value as people may see it. */
  shown: <T>(value: T) => T;
  readState: () => Promise<JsonValue>;
}

/**
 * Notes what a write would change, and what there is before it, by reading. Rejects with E_INPUT where its operation
 * would refuse the input, and with the SDK's ConnectorError where the state cannot be read.
 */
export async function notePlanned(
  on: PreparationDependencies,
  place: EvaluationPlace,
  { action, connectionId, input, epoch, shown, readState }: FoundWrite,
): Promise<void> {
  const { facts, version, step, iteration } = place;
  if (!facts.plan) throw new Error(`Run ${facts.id} is of mode plan and makes none`);
  const operation = getOperation(connectorOf(calledConnector(action)), action.operation);
  const changes = plannedChanges(action, input);
  const before = operation.before ? await readState() : null;
  await noteWrite(on.database, on.sealer, {
    ...{ runId: facts.id, step, iteration, epoch, planId: facts.plan.id, versionId: version.id },
    ...{ title: action.title || step, connectionId, operation: `${action.connector}.${action.operation}` },
    ...{ input, shown: shown(input), changes },
    open: await openPartsOf(on, action, place, input),
    before: operation.before ? { shown: shown(before), hash: stateHash(before, operation.passing) } : null,
  });
}

/** A write is one, whatever its operation says of it. */
function plannedChanges(action: CompiledAction, input: unknown): Change[] {
  const connector = connectorOf(calledConnector(action));
  const operation = getOperation(connector, action.operation);
  parseInput(operation, input);
  const changes = changesOf(connector, action.operation, input);
  if (changes.length > 0) return changes;
  const id = `${action.connector}.${action.operation}`;
  return [{ action: 'update', object: { type: 'call', id, title: operation.title } }];
}

/** By how much the clock of the run that carries the plan out may differ, for finding out what hangs on it. */
const laterMs = 90_061_001;

/**
 * Pointers of what is known of an input only when the plan is carried out: what hangs on the run, on the time, or on
 * answers of writes. It is found by resolving the input a second time with other ones.
 */
async function openPartsOf(
  on: PreparationDependencies,
  action: CompiledAction,
  place: EvaluationPlace,
  input: unknown,
): Promise<string[]> {
  const { facts, version, iteration } = place;
  const contexts = new Contexts(new StepValues(on.reads), on.runUrl);
  await contexts.prepare([place]);
  const seen = contexts.of(place);
  const real = await keptAmong(on, facts, placesOf(version, seen, iteration));
  const otherStep = (id: string, value: object) =>
    real.has(placeOf(version, id, iteration)) ? value : otherValue(version, id, value);
  const context = otherContext(seen, otherStep, on.runUrl(facts.workspaceId, newId()));
  const at = { version, workspaceId: facts.workspaceId, iteration, context, now: Date.now() + laterMs };
  const other = await evaluateInput(on.expressions, action, at);
  // Then nothing is left open, and a value that turns out otherwise is told as drift.
  return 'error' in other ? [] : differencesOf(input, other.input);
}

/** Those of the places whose values are of the run that is planned: what these gave is known. */
async function keptAmong(
  { database }: PreparationDependencies,
  { id, prepared }: RunFacts,
  places: string[],
): Promise<Set<string>> {
  if (!prepared) return new Set();
  const rows = await database.query<{ place: string }>(
    `select w.place from unnest($2::text[]) as w (place)
       join steps s on s.run_id = $1 and s.pass = 0 and s.step_id = split_part(w.place, '@', 1)
                   and s.iteration = split_part(w.place, '@', 2)
      where s.kept_from is not null`,
    [id, places],
  );
  return new Set(rows.map(({ place }) => place));
}

const placesOf = (version: PublishedVersion, context: Record<string, unknown>, iteration: string): string[] =>
  Object.keys(context.steps as object).map((id) => placeOf(version, id, iteration));

/** Where a step stands that is seen from an iteration. */
function placeOf({ program }: PublishedVersion, step: string, iteration: string): string {
  const depth = program.steps[step]?.level.length ?? 0;
  return `${step}@${depth === 0 ? '' : iteration.split('.').slice(0, depth).join('.')}`;
}

function otherContext(
  context: Record<string, unknown>,
  otherStep: (id: string, value: object) => object,
  url: string,
): Record<string, unknown> {
  const { run, steps, ...rest } = context as { run: Record<string, unknown>; steps: Record<string, object> };
  const others = Object.entries(steps).map(([id, value]) => [id, otherStep(id, value)]);
  const startedAt = new Date(Date.now() + laterMs).toISOString();
  const otherRun = { ...run, id: newId(), url, mode: 'live', startedAt };
  return { ...rest, run: otherRun, steps: Object.fromEntries(others) };
}

function otherValue(version: PublishedVersion, step: string, value: object): object {
  const compiled = version.program.steps[step];
  const output = 'output' in value ? value.output : null;
  switch (compiled?.kind) {
    case 'action':
      return standsIn(compiled) ? { ...value, output: otherThan(output) } : value;
    case 'approval': {
      const decision = { by: 'somebody@example.com', decision: 'approved', comment: 'a comment', at: 'an instant' };
      return { ...value, output: { port: 'approved', decisions: [decision] } };
    }
    case 'wait':
      return { ...value, output: otherThan(output) };
    default:
      return value;
  }
}
