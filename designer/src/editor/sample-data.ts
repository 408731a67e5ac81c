import {
  type Catalog,
  type Draft,
  type DraftStep,
  type DraftTrigger,
  namedOperation,
  topologicalOrder,
  upstreamOf,
} from '@castellan/flow';
import { exampleValue } from '../forms/schema-values.js';
import { isObject } from './is-object.js';
import { type Level, outlineOf, type Place, type StepPlace } from './outline.js';

/** What a past run left: it stands in the place of examples. */
export interface RecordedRun {
  trigger: unknown;
  /** Outputs by step; of a loop's body, those of one iteration. */
  outputs: Readonly<Record<string, unknown>>;
}

export interface SampleInput {
  draft: Draft;
  catalog: Pick<Catalog, 'connectors' | 'flows'> | undefined;
  recorded: RecordedRun | null;
  /** The value of something with expressions; undefined where it has none. */
  evaluate: (value: unknown, context: Record<string, unknown>) => Promise<unknown>;
}

/** The steps that have run for certain, or may have, when a place is reached; the earliest first. */
export function stepsBefore(draft: Draft, place: Place): StepPlace[] {
  const { places, levels } = outlineOf(draft);
  const around = [...place.loops, place.id].map((id, depth) => ({
    id,
    level: levels.find((level) => level.loop === (depth === 0 ? null : place.loops[depth - 1]))!,
  }));
  return around.flatMap(({ id, level }) =>
    orderedBefore(level, id)
      .map((before) => places.get(before))
      .filter((before): before is StepPlace => before?.type === 'step'),
  );
}

/**
 * What expressions at a place see, as a sample: of a past run where it has it, else of the catalogue's examples.
 * Steps that only compute are computed.
 */
export async function sampleAt(place: Place, input: SampleInput): Promise<Record<string, unknown>> {
  const { draft, recorded } = input;
  const { places } = outlineOf(draft);
  const steps: Record<string, { output: unknown; error: unknown }> = {};
  const context: Record<string, unknown> = {
    trigger: recorded?.trigger ?? sampleTrigger(place, input),
    steps,
    vars: variableValues(draft),
    run: sampleRun(draft),
  };
  for (const before of stepsBefore(draft, place)) {
    await enterLoops(before.loops, context, input);
    steps[before.id] = { output: await outputOf(before, context, input), error: null };
  }
  await enterLoops(place.loops, context, input);
  const own = places.get(place.id);
  if (own?.type !== 'step') return context;
  // The own fields of a filter and a loop see an item; what a loop collects also sees its body.
  if (own.step.kind === 'filter') await enterItems(own.step.items, context, input);
  if (own.step.kind === 'loop') {
    await enterLoops([own.id], context, input);
    for (const inner of bodyOf(draft, own.id)) {
      steps[inner.id] = { output: await outputOf(inner, context, input), error: null };
    }
  }
  return context;
}

function bodyOf(draft: Draft, loop: string): StepPlace[] {
  const { places, levels } = outlineOf(draft);
  const level = levels.find((each) => each.loop === loop);
  if (level === undefined) return [];
  return inOrder(Object.keys(level.steps), level)
    .map((id) => places.get(id))
    .filter((each): each is StepPlace => each?.type === 'step');
}

/** The parts of a draft that the sample data of a place is made from, as text: it changes when the data may. */
export function sampleBasis(draft: Draft, place: Place): string {
  const own = outlineOf(draft).places.get(place.id);
  const lists = [...place.loops, place.id].map((id) => {
    const around = outlineOf(draft).places.get(id);
    return around?.type === 'step' ? around.step.items : undefined;
  });
  const body = own?.type === 'step' && own.step.kind === 'loop' ? bodyOf(draft, own.id) : [];
  const steps = [...stepsBefore(draft, place), ...body].map(({ id, step }) => ({
    ...step,
    id,
    title: undefined,
    steps: undefined,
    wires: undefined,
  }));
  return JSON.stringify([place.id, draft.triggers, draft.variables, draft.connections, lists, steps]);
}

/** An example of what starts the flow: the place itself, or the first trigger that leads there. */
function sampleTrigger(place: Place, { draft, catalog }: SampleInput): unknown {
  const triggers = [...outlineOf(draft).places.values()].filter((each) => each.type === 'trigger');
  const chosen = triggers.find(({ id }) => id === place.id) ?? leadingTrigger(draft, place) ?? triggers[0];
  if (chosen === undefined) return { body: {}, headers: {}, query: {} };
  const { trigger, id } = chosen;
  const base = { id, kind: trigger.kind ?? '', receivedAt: '2026-01-31T09:00:00Z', delivery: 'example' };
  if (trigger.sample !== undefined) return isObject(trigger.sample) ? { ...base, ...trigger.sample } : base;
  if (trigger.kind === 'connector') return { ...base, ...arrivalSample(trigger, { draft, catalog }) };
  if (trigger.kind === 'schedule') return { ...base, scheduledAt: base.receivedAt };
  if (trigger.kind === 'manual' || trigger.kind === 'call') {
    return { ...base, input: isObject(trigger.input) ? exampleValue(trigger.input) : {} };
  }
  return { ...base, method: 'POST', headers: {}, query: {}, body: {} };
}

function leadingTrigger(draft: Draft, place: Place) {
  const top = outlineOf(draft).levels[0]!;
  const before = upstreamOf(place.loops[0] ?? place.id, wiresOf(top));
  return [...outlineOf(draft).places.values()].find((each) => each.type === 'trigger' && before.has(each.id)) as
    | Extract<Place, { type: 'trigger' }>
    | undefined;
}

async function outputOf(
  { id, step }: StepPlace,
  context: Record<string, unknown>,
  input: SampleInput,
): Promise<unknown> {
  if (input.recorded !== null && id in input.recorded.outputs) return input.recorded.outputs[id];
  switch (step.kind) {
    case 'action':
      return sampleOutput(step, input);
    case 'shape':
      return input.evaluate(step.output, context);
    case 'filter':
      return input.evaluate(step.items, context);
    case 'wait':
      return isObject(step.event) ? arrivalSample(step.event, input) : null;
    case 'loop': {
      const items = await input.evaluate(step.items, context);
      return { count: Array.isArray(items) ? items.length : 0, failed: 0, items: [] };
    }
    case 'subflow': {
      if (step.wait === false) return { runId: '01890a5d-ac96-774b-bcce-b302099a8057' };
      const flow = input.catalog?.flows.find((each) => each.id === step.flow);
      return flow?.output == null ? {} : exampleValue(flow.output);
    }
    default:
      return {};
  }
}

/** An example of a delivery: the connector's event with its payload as the body, or of the flow's own webhook. */
export function arrivalSample(
  event: { connection?: unknown; event?: unknown } | DraftTrigger | Record<string, unknown>,
  { draft, catalog }: Pick<SampleInput, 'draft' | 'catalog'>,
): Record<string, unknown> {
  const base = { delivery: 'example', receivedAt: '2026-01-31T09:00:00Z', method: 'POST', headers: {}, query: {} };
  if (event.connection === undefined) {
    const sample = draft.triggers?.[String(event.event)]?.sample;
    return isObject(sample) ? { ...base, ...sample } : { ...base, body: {} };
  }
  const connector = connectorOf(draft, event.connection, catalog);
  return { ...base, body: connector?.triggers.find(({ id }) => id === event.event)?.sample ?? {} };
}

function sampleOutput(step: DraftStep, { draft, catalog }: SampleInput): unknown {
  const operation = namedOperation(connectorOf(draft, step.connection, catalog)?.operations, step.operation);
  if (operation === undefined) return {};
  return isObject(operation.sample) ? operation.sample.output : exampleValue(operation.output);
}

/** Puts the first item of each loop into the context, the outermost loop first. */
async function enterLoops(loops: readonly string[], context: Record<string, unknown>, input: SampleInput) {
  const { places } = outlineOf(input.draft);
  for (const id of loops) {
    const place = places.get(id);
    if (place?.type !== 'step') continue;
    await enterItems(place.step.items, context, input);
    context.loops = { ...(context.loops as object), [id]: { item: context.item, index: 0 } };
  }
}

async function enterItems(items: unknown, context: Record<string, unknown>, { evaluate }: SampleInput) {
  const list = items === undefined ? [] : await evaluate(items, context);
  context.item = Array.isArray(list) ? list[0] : list;
  context.index = 0;
}

function sampleRun(draft: Draft) {
  return {
    id: '00000000-0000-4000-8000-000000000000',
    url: 'https://castellan.example.com/runs/00000000',
    flow: draft.name ?? '',
    version: 1,
    mode: 'live',
    startedAt: '2026-01-31T09:00:00Z',
  };
}

/** The variables that are data, by name, as expressions see them under `vars`. */
function variableValues(draft: Draft): Record<string, unknown> {
  const variables = Object.entries(draft.variables ?? {}).filter(([, { type }]) => type !== 'expression');
  return Object.fromEntries(variables.map(([name, variable]) => [name, variable.default ?? null]));
}

function connectorOf(draft: Draft, slot: unknown, catalog: SampleInput['catalog']) {
  const id = draft.connections?.[String(slot ?? '')]?.connector;
  return catalog?.connectors.find((connector) => connector.id === id);
}

/** The steps of a level from which one can be reached, each after all that lead to it. */
function orderedBefore(level: Level, id: string): string[] {
  const wires = wiresOf(level);
  const before = upstreamOf(id, wires);
  before.delete(id);
  return inOrder(
    Object.keys(level.steps).filter((each) => before.has(each)),
    level,
  );
}

function inOrder(ids: string[], level: Level): string[] {
  try {
    return topologicalOrder(ids, wiresOf(level));
  } catch {
    // A draft may have a circle of wires; then their order says nothing.
    return ids;
  }
}

function wiresOf(level: Level) {
  return level.wires.map(({ from = '', to = '' }) => ({ from, to }));
}
