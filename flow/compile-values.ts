import type { Value } from './expression.js';
import {
  expressionsIn,
  type FieldScope,
  intakeFields,
  parseHandlebars,
  parseJsonata,
  valueFields,
} from './expressions/index.js';
import type { CompiledAction, CompiledSettings, CompiledStep, CompiledTrigger } from './program.js';
import type { CatalogOperation, CatalogTrigger } from './schema/catalog.js';
import type { Flow, Variable } from './schema/flow.js';
import type { Step } from './schema/steps.js';
import type { ConnectorTrigger, Trigger } from './schema/triggers.js';
import { withVariables } from './variables.js';

/** An operation that a step calls, found by way of its slot. */
export type FindOperation = (place: { connection: string; operation: string }) => {
  connector: Pick<CompiledAction, 'connector' | 'pin'>;
  operation: CatalogOperation;
};

/** An event that a trigger hears, found by way of its slot. */
export type FindEvent = (place: { connection: string; event: string }) => CatalogTrigger | undefined;

/** What compiling a step's values needs to know of the rest of the flow. */
export interface Surroundings {
  findOperation: FindOperation;
  /** The writes that an approval allows unless it names them itself. */
  coveredBy: (approvalId: string) => string[];
}

/** The value fields of all steps, bodies of loops included. */
export function compileSteps(flow: Flow, surroundings: Surroundings): Record<string, CompiledStep> {
  const compiled: Record<string, CompiledStep> = {};
  const visit = (steps: Record<string, Step>, level: string[]) => {
    for (const [id, step] of Object.entries(steps)) {
      const filled = inPlace(step, flow.variables ?? {});
      const notes = { id, title: step.title ?? id, level, reads: readsOf(filled, ['step', 'item']) };
      compiled[id] = { ...fieldsOf(id, filled, surroundings), ...notes };
      if (step.kind === 'loop') visit(step.steps, [...level, id]);
    }
  };
  visit(flow.steps, []);
  const known = Object.keys(compiled);
  for (const step of Object.values(compiled)) {
    step.reads = onlyKnown(step.reads, known);
    if (step.kind === 'loop') step.bodyReads = onlyKnown(step.bodyReads, known);
  }
  return compiled;
}

/** The step with variables put in their places in the fields that hold values. */
export function inPlace<S extends Step>(step: S, variables: Record<string, Variable>): S {
  return withVariablesIn(step, Object.keys(valueFields[step.kind]), variables);
}

function withVariablesIn<T extends object>(
  holder: T,
  fields: readonly string[],
  variables: Record<string, Variable>,
): T {
  const present = fields.filter((field) => field in holder);
  const filled = present.map((field) => [field, withVariables(holder[field as keyof T] as Value, variables)]);
  return { ...holder, ...Object.fromEntries(filled) };
}

type Noted = 'id' | 'title' | 'level' | 'reads';
type WithoutNotes<S> = S extends unknown ? Omit<S, Noted> : never;

/** The fields that activities read, by kind, with their defaults. */
function fieldsOf(id: string, step: Step, { findOperation, coveredBy }: Surroundings): WithoutNotes<CompiledStep> {
  switch (step.kind) {
    case 'action': {
      const { kind, connection, input = {} } = step;
      const found = findOperation(step);
      const { id: operation, effect, idempotency } = found.operation;
      const call = { kind, connection, operation, input, ...found.connector, effect, idempotency };
      return step.undo === 'auto' ? { ...call, readsBefore: true } : call;
    }
    case 'branch':
      return { kind: step.kind, cases: step.cases };
    case 'shape':
      return { kind: step.kind, output: step.output };
    case 'filter':
      return { kind: step.kind, items: step.items, when: step.when };
    case 'loop': {
      const { kind, items, key, batchSize, collect = false } = step;
      const bodyReads = readsOf(step, ['body']);
      return { kind, items, collect, bodyReads, ...given({ key, batchSize }) };
    }
    case 'wait': {
      const { kind, seconds, until, event } = step;
      return { kind, ...given({ seconds, until, event }) };
    }
    case 'approval': {
      const { kind, approvers, needed = 1, show = null, subject, covers, escalate = [], ask } = step;
      return {
        kind,
        approvers,
        needed,
        show,
        covers: covers?.length ? covers : coveredBy(id),
        escalate,
        ...given({ subject, ask }),
      };
    }
    case 'subflow':
      return { kind: step.kind, flow: step.flow, input: step.input ?? {}, wait: step.wait ?? true };
    case 'respond':
      return { kind: step.kind, status: step.status ?? 200, headers: step.headers ?? {}, body: step.body ?? null };
    case 'stop':
      return { kind: step.kind, outcome: step.outcome, message: step.message ?? '' };
  }
}

/** Only the fields that have a value, so that a version holds no `undefined`. */
function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function readsOf(step: Step, scopes: FieldScope[]): string[] | '*' {
  const fields = Object.entries(valueFields[step.kind]).filter(([, scope]) => scopes.includes(scope));
  return readsIn(fields.map(([field]) => step[field as keyof Step]));
}

/** Ids that expressions in these values name as steps, sorted; `*` where they may read any. */
export function readsIn(values: unknown[]): string[] | '*' {
  const ids = new Set<string>();
  for (const { shape } of values.flatMap((value) => expressionsIn(value, ''))) {
    if (shape.language !== 'jsonata' && shape.language !== 'handlebars') continue;
    const parsed = shape.language === 'jsonata' ? parseJsonata(shape.source) : parseHandlebars(shape.source);
    if ('error' in parsed) throw new Error(`An expression does not parse: ${shape.source}. ${parsed.error.message}`);
    if (parsed.references.anyStep) return '*';
    for (const { name } of parsed.references.steps) ids.add(name);
  }
  return [...ids].sort();
}

/** A template may name `steps` of an item's data, which are no steps of the flow. */
export function onlyKnown(reads: string[] | '*', known: string[]): string[] | '*' {
  return reads === '*' ? reads : reads.filter((id) => known.includes(id));
}

/** The triggers with defaults, variables in their places, and without samples. */
export function compileTriggers(flow: Flow, findEvent: FindEvent): Record<string, CompiledTrigger> {
  const wired = new Set(flow.wires.map(({ from }) => from));
  const triggers = Object.entries(flow.triggers).map(([id, trigger]): [string, CompiledTrigger] => {
    const compiled = compileTrigger(id, trigger, { variables: flow.variables ?? {}, findEvent });
    return [id, wired.has(id) ? compiled : { ...compiled, starts: false }];
  });
  return Object.fromEntries(triggers);
}

function compileTrigger(
  id: string,
  trigger: Trigger,
  { variables, findEvent }: { variables: Record<string, Variable>; findEvent: FindEvent },
): CompiledTrigger {
  const { sample: _sample, ...kept } = trigger;
  const filled = withVariablesIn(kept, intakeFields, variables);
  const named = { id, title: trigger.title ?? id };
  switch (filled.kind) {
    case 'webhook':
      return { methods: ['POST'], respond: 'now', ...filled, ...named };
    case 'connector':
      return { answers: false, ...filled, ...pollOf(filled, findEvent), ...named };
    case 'schedule':
      return { zone: 'UTC', jitterSeconds: 0, overlap: 'skip', catchupSeconds: 3600, ...filled, ...named };
    case 'manual':
      return { input: {}, ...filled, ...named };
    case 'call':
      return { input: {}, output: {}, ...filled, ...named };
  }
}

/** Only an event that is read says how often. */
function pollOf(trigger: ConnectorTrigger, findEvent: FindEvent): { everySeconds: number } | undefined {
  const poll = findEvent(trigger)?.poll;
  return poll && { everySeconds: trigger.everySeconds ?? poll.everySeconds };
}

/** The settings that the engine reads beside the control graph. */
export function compileSettings(flow: Flow): CompiledSettings {
  const variables = flow.variables ?? {};
  const { subject, concurrency, order, budgets, retentionDays } = withVariables(
    (flow.settings ?? {}) as Value,
    variables,
  ) as NonNullable<Flow['settings']>;
  return given({ subject, concurrency, order, budgets, retentionDays });
}
