import { readExpression } from '../expression.js';
import { topologicalOrder, upstreamOf } from '../graph.js';
import { isObject, type Level, levelsOf, objectOf } from '../levels.js';
import { namedOperation } from '../named-operation.js';
import type { Catalog } from '../schema/catalog.js';
import type { Draft, DraftStep, DraftTrigger } from '../schema/draft.js';
import { shapeOfExpression } from './expression-shape.js';
import { shapeOfSchema } from './schema-shape.js';
import { alike, type Shape, shapeOfValue, unknownShape, withSeen } from './shape.js';

/** What a draft's triggers hand over and its steps give. */
export interface DraftShapes {
  /** What expressions see as `trigger`, by trigger. */
  triggers: Record<string, Shape>;
  steps: Record<string, StepShapes>;
}

export interface StepShapes {
  output: Shape;
  /** Of loops and filters: what `item` is inside. */
  item?: Shape;
}

/** What a run left, to look at beside the schemas. */
export interface SeenRun {
  triggerId: string;
  trigger: unknown;
  /** Outputs by step; of a loop's body, those of one iteration. */
  outputs: Readonly<Record<string, unknown>>;
}

type Known = Pick<Catalog, 'connectors' | 'flows'>;

const text: Shape = { types: ['string'], from: ['schema'] };
const count: Shape = { types: ['number'], from: ['schema'] };
const object = (properties: Record<string, Shape>): Shape => ({ types: ['object'], properties, from: ['schema'] });
const list = (items?: Shape): Shape => ({ types: ['array'], ...(items ? { items } : {}), from: ['schema'] });

/** What everything in the draft looks like: by schemas and its own literals and paths, and by what a run gave. */
export function draftShapes(draft: Draft, catalog: Known, seen: SeenRun | null): DraftShapes {
  const triggers = Object.entries(objectOf(draft.triggers)).map(([id, trigger]) => {
    const said = triggerShape(draft, objectOf(trigger) as DraftTrigger, catalog);
    return [id, seen?.triggerId === id ? withSeen(said, shapeOfValue(seen.trigger)) : said];
  });
  const shapes: DraftShapes = { triggers: Object.fromEntries(triggers), steps: {} };
  const levels = levelsOf(draft);
  const visit = (level: Level): void => {
    const steps = new Map(level.steps);
    for (const id of inOrder(level)) {
      const step = steps.get(id) as DraftStep;
      const scope = scopeShape(draft, { id, level, levels }, shapes);
      const body = levels.find(({ loops }) => loops.at(-1) === id && loops.length === level.loops.length + 1);
      const item = itemOf(step, scope);
      if (item) shapes.steps[id] = { output: unknownShape, item };
      if (step.kind === 'loop' && body) visit(body);
      const said = outputShape(draft, step, scope, catalog);
      const output = seen && id in seen.outputs ? withSeen(said, shapeOfValue(seen.outputs[id])) : said;
      shapes.steps[id] = { output, ...(item ? { item } : {}) };
    }
  };
  if (levels[0]) visit(levels[0]);
  return shapes;
}

/** A step's place, for what it sees. */
interface Standpoint {
  id: string;
  level: Level;
  levels: readonly Level[];
}

/** What expressions of a step see, as one object: `trigger`, `steps` and the rest; for a step that exists. */
export function scopeAt(draft: Draft, id: string, shapes: DraftShapes): Shape {
  const levels = levelsOf(draft);
  const level = levels.find(({ steps }) => steps.some(([step]) => step === id)) ?? levels[0];
  return level ? scopeShape(draft, { id, level, levels }, shapes) : unknownShape;
}

function scopeShape(draft: Draft, { id, level, levels }: Standpoint, shapes: DraftShapes): Shape {
  const before: Record<string, Shape> = {};
  for (const [depth, anchor] of [...level.loops, id].entries()) {
    const around = levels.find(({ loops, steps }) => loops.length === depth && steps.some(([step]) => step === anchor));
    if (!around) continue;
    const upstream = upstreamOf(anchor, wiresOf(around));
    for (const [other] of around.steps) {
      const output = upstream.has(other) && other !== anchor ? shapes.steps[other]?.output : undefined;
      if (output) before[other] = object({ output, error: { ...errorShape, optional: true } });
    }
  }
  const triggers = Object.values(shapes.triggers);
  const own = level.steps.find(([step]) => step === id)?.[1];
  // A filter and a loop have items of their own in some of their fields, and a loop sees its body in one.
  const holds = own?.kind === 'filter' || own?.kind === 'loop';
  const inside = own?.kind === 'loop' ? [...level.loops, id] : level.loops;
  const body = levels.find(({ loops }) => own?.kind === 'loop' && loops.at(-1) === id);
  for (const [other] of body?.steps ?? []) {
    const output = shapes.steps[other]?.output;
    if (output) before[other] = object({ output, error: { ...errorShape, optional: true } });
  }
  const item = (holds ? shapes.steps[id]?.item : undefined) ?? shapes.steps[level.loops.at(-1) ?? '']?.item;
  const loops = inside.map((loop) => [loop, object({ item: shapes.steps[loop]?.item ?? unknownShape, index: count })]);
  return object({
    trigger: triggers.length === 0 ? unknownShape : triggers.reduce(alike),
    steps: object(before),
    vars: object(variableShapes(draft)),
    run: runShape,
    ...(holds || level.loops.length > 0 ? { item: item ?? unknownShape, index: count } : {}),
    ...(loops.length > 0 ? { loops: object(Object.fromEntries(loops)) } : {}),
  });
}

const errorShape = object({
  code: text,
  message: text,
  status: { ...count, optional: true },
  retryable: { types: ['boolean'], from: ['schema'] },
  details: { ...unknownShape, optional: true },
});
const runShape = object({ id: text, url: text, flow: text, version: count, mode: text, startedAt: text });

function variableShapes(draft: Draft): Record<string, Shape> {
  const data = Object.entries(objectOf(draft.variables)).filter(([, one]) => objectOf(one).type !== 'expression');
  return Object.fromEntries(data.map(([name, one]) => [name, literalShape(objectOf(one).default)]));
}

// --- triggers -------------------------------------------------------------------------------------------------------

function triggerShape(draft: Draft, trigger: DraftTrigger, { connectors }: Known): Shape {
  const shared = {
    id: text,
    kind: text,
    delivery: { types: ['string' as const, 'null' as const], from: text.from },
    receivedAt: text,
  };
  const sample = objectOf(trigger.sample);
  switch (trigger.kind) {
    case 'webhook':
      return object({
        ...shared,
        ...deliveryShape(sample, 'body' in sample ? shapeOfValue(sample.body) : unknownShape),
      });
    case 'connector': {
      const slot = objectOf(objectOf(draft.connections)[String(trigger.connection)]);
      const event = connectors.find(({ id }) => id === slot.connector)?.triggers.find(({ id }) => id === trigger.event);
      return object({ ...shared, ...deliveryShape(sample, shapeOfSchema(event?.payload)) });
    }
    case 'schedule':
      return object({ ...shared, scheduledAt: text });
    case 'manual':
    case 'call':
      return object({ ...shared, input: shapeOfSchema(trigger.input) });
    default:
      return unknownShape;
  }
}

function deliveryShape(sample: Record<string, unknown>, body: Shape): Record<string, Shape> {
  const named = (value: unknown): Shape => ({ ...shapeOfValue(objectOf(value)), rest: text });
  return { method: text, headers: named(sample.headers), query: named(sample.query), body };
}

// --- steps ----------------------------------------------------------------------------------------------------------

function outputShape(draft: Draft, step: DraftStep, scope: Shape, { connectors, flows }: Known): Shape {
  switch (step.kind) {
    case 'action': {
      const slot = objectOf(objectOf(draft.connections)[String(step.connection)]);
      const connector = connectors.find(({ id }) => id === slot.connector);
      return shapeOfSchema(namedOperation(connector?.operations, step.operation)?.output);
    }
    case 'subflow':
      return shapeOfSchema(flows.find(({ id }) => id === step.flow)?.output ?? undefined);
    case 'shape':
      return valueShape(step.output, scope);
    case 'filter':
      return valueShape(step.items, scope);
    case 'loop':
      return object({ count, failed: count, items: list(collectedShape(step)) });
    case 'branch':
      return object({ case: text });
    case 'respond':
      return object({ status: count, body: valueShape(step.body, scope) });
    default:
      return unknownShape;
  }
}

/** What each iteration adds: known of literals alone, since what stands in the body is not seen from outside. */
function collectedShape({ collect }: DraftStep): Shape | undefined {
  return isObject(collect) && !readExpression(collect) ? literalShape(collect) : undefined;
}

function itemOf(step: DraftStep, scope: Shape): Shape | undefined {
  if (step.kind !== 'loop' && step.kind !== 'filter') return undefined;
  const items = valueShape(step.items, scope);
  const item = items.types.includes('array') ? (items.items ?? unknownShape) : unknownShape;
  return step.kind === 'loop' && step.batchSize !== undefined ? list(item) : item;
}

/** What a value of the flow gives: literals as they are, plain paths by what stands there, templates as text. */
function valueShape(value: unknown, scope: Shape): Shape {
  const expression = readExpression(value);
  if (expression?.language === 'handlebars') return text;
  if (expression?.language === 'literal') return literalShape(expression.value);
  if (expression?.language === 'jsonata') {
    return { ...shapeOfExpression(expression.source, scope), optional: false };
  }
  if (expression) return unknownShape;
  if (Array.isArray(value)) {
    const items = value.map((item) => valueShape(item, scope));
    return list(items.length > 0 && items.every(({ types }) => types.length > 0) ? items.reduce(alike) : undefined);
  }
  if (!isObject(value)) return literalShape(value);
  return object(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, valueShape(inner, scope)])));
}

/** As `shapeOfValue`, said by the flow itself. */
function literalShape(value: unknown): Shape {
  return said(shapeOfValue(value));
}

function said(shape: Shape): Shape {
  const { properties, items } = shape;
  return {
    ...shape,
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, said(one)])) }
      : {}),
    ...(items ? { items: said(items) } : {}),
    from: ['schema'],
  };
}

// --- levels ---------------------------------------------------------------------------------------------------------

function inOrder(level: Level): string[] {
  const ids = level.steps.map(([id]) => id);
  try {
    return topologicalOrder(ids, wiresOf(level));
  } catch {
    // A draft may have a circle of wires; then their order says nothing.
    return ids;
  }
}

function wiresOf(level: Level): { from: string; to: string }[] {
  return level.wires.flatMap(({ from, to }) => (from === undefined || to === undefined ? [] : [{ from, to }]));
}
