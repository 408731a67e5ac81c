import jsonata from 'jsonata';
import { allFunctions, type FunctionDoc, type ValueWord } from '../functions/index.js';
import { alike, type JsonType, type Shape, shapeAt, shapeOfValue, unknownShape } from './shape.js';

/** A node of JSONata's syntax tree; which fields it has depends on its type. */
type Node = { type?: string; value?: unknown } & Record<string, unknown>;

/** What the names in a part of an expression are looked up in, and the whole that `$$` is. */
interface Scope {
  here: Shape;
  root: Shape;
}

const functions = new Map<string, FunctionDoc>(allFunctions.map((one) => [one.name, one]));
const typeOf: Record<ValueWord, JsonType | undefined> = {
  ...{ text: 'string', number: 'number', 'yes or no': 'boolean', list: 'array', object: 'object', any: undefined },
};

/** What a JSONata expression gives on data of this shape, as far as its source tells. It is not evaluated. */
export function shapeOfExpression(source: string, root: Shape): Shape {
  try {
    return shapeOf(jsonata(source).ast() as unknown as Node, { here: root, root });
  } catch {
    return unknownShape;
  }
}

function shapeOf(node: Node, scope: Scope): Shape {
  if (node.group !== undefined) return typed('object');
  switch (node.type) {
    case 'path':
      return pathShape(nodesIn(node.steps), scope);
    case 'string':
    case 'number':
    case 'value':
      return said(shapeOfValue(node.value));
    case 'variable':
      return node.value === '' ? scope.here : node.value === '$' ? scope.root : unknownShape;
    case 'binary':
      return binaryShape(String(node.value));
    case 'unary':
      return unaryShape(node, scope);
    case 'condition':
      return eitherOf(nodesIn([node.then, node.else]).map((branch) => shapeOf(branch, scope)));
    case 'block':
      return lastOf(nodesIn(node.expressions), scope);
    case 'function':
      return callShape(nodesIn(node.procedure)[0], nodesIn(node.arguments), scope);
    case 'apply':
      return appliedShape(node, scope);
    default:
      return unknownShape;
  }
}

/** Each part is looked up in the items of what stands before it. */
function pathShape(steps: Node[], { here, root }: Scope): Shape {
  let at = here;
  let many = false;
  for (const [index, step] of steps.entries()) {
    if (['focus', 'index', 'group'].some((field) => step[field] !== undefined)) return unknownShape;
    const found = step.type === 'name' ? shapeAt(at, [String(step.value)]) : shapeOf(step, { here: itemOf(at), root });
    if (found === undefined || found === 'missing' || found.types.length === 0) return unknownShape;
    if (step.type !== 'name' && index > 0) many ||= at.types.includes('array');
    at = picksOne(step) ? itemOf(found) : found;
  }
  const { optional: _, ...shape } = at;
  // Made for each item: a list, or for a single item that item.
  return many ? { ...shape, types: [...new Set<JsonType>(['array', ...shape.types])], items: shape } : shape;
}

/** `list[0]` is an item. What other filters leave is a list, or its one item. */
function picksOne(step: Node): boolean {
  const filters = [...nodesIn(step.stages), ...nodesIn(step.predicate)];
  return filters.some(({ expr }) => nodesIn(expr)[0]?.type === 'number');
}

function binaryShape(operator: string): Shape {
  if (operator === '&') return typed('string');
  if (['+', '-', '*', '/', '%'].includes(operator)) return typed('number');
  if (operator === '..') return { ...typed('array'), items: typed('number') };
  return ['=', '!=', '<', '<=', '>', '>=', 'in', 'and', 'or'].includes(operator) ? typed('boolean') : unknownShape;
}

function unaryShape(node: Node, scope: Scope): Shape {
  if (node.value === '-') return typed('number');
  if (node.value === '[') {
    const items = nodesIn(node.expressions).map((one) => itemOf(shapeOf(one, scope)));
    const item = items.length === 0 ? unknownShape : eitherOf(items);
    return { ...typed('array'), ...(item.types.length > 0 ? { items: item } : {}) };
  }
  const pairs = Array.isArray(node.lhs) ? (node.lhs as [Node, Node][]) : [];
  if (node.value !== '{' || pairs.some(([name]) => name.type !== 'string')) return typed('object');
  const properties = pairs.map(([name, value]) => [String(name.value), shapeOf(value, scope)]);
  return { ...typed('object'), properties: Object.fromEntries(properties) as Record<string, Shape> };
}

function callShape(procedure: Node | undefined, given: Node[], scope: Scope): Shape {
  const called = procedure?.type === 'variable' ? functions.get(String(procedure.value)) : undefined;
  if (!called) return unknownShape;
  return givenBy(called, given[0] === undefined ? unknownShape : shapeOf(given[0], scope));
}

/** `value ~> $function` and `value ~> $function(more)`. */
function appliedShape(node: Node, scope: Scope): Shape {
  const [left] = nodesIn(node.lhs);
  const [right] = nodesIn(node.rhs);
  const procedure = right?.type === 'function' ? nodesIn(right.procedure)[0] : right;
  return left ? callShape(procedure, [left], scope) : unknownShape;
}

function givenBy({ gives, same, fixedMembers, example }: FunctionDoc, first: Shape): Shape {
  if (same === 'list') return first.types.includes('array') ? first : typed('array');
  if (same === 'item') return itemOf(first);
  if (fixedMembers) return withoutExamples(said(shapeOfValue(example.gives)));
  const type = typeOf[gives];
  return type === undefined ? unknownShape : typed(type);
}

function lastOf(nodes: Node[], scope: Scope): Shape {
  const last = nodes.at(-1);
  return last ? shapeOf(last, scope) : unknownShape;
}

/** Known only if each of them is. */
function eitherOf(shapes: Shape[]): Shape {
  const [first, ...others] = shapes;
  return first && shapes.every(({ types }) => types.length > 0) ? others.reduce(alike, first) : unknownShape;
}

const itemOf = (shape: Shape): Shape =>
  shape.types.includes('array') && !shape.types.includes('object') ? (shape.items ?? unknownShape) : shape;

const typed = (type: JsonType): Shape => ({ types: [type], from: ['schema'] });

/** As the source says it, not as a run has shown it. */
function said(shape: Shape): Shape {
  return mapShape(shape, (one) => ({ ...one, from: ['schema'] }));
}

function withoutExamples(shape: Shape): Shape {
  return mapShape(shape, ({ example: _, ...one }) => one);
}

function mapShape(shape: Shape, change: (shape: Shape) => Shape): Shape {
  const { properties, items } = shape;
  return change({
    ...shape,
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, one]) => [name, mapShape(one, change)]),
          ),
        }
      : {}),
    ...(items ? { items: mapShape(items, change) } : {}),
  });
}

function nodesIn(field: unknown): Node[] {
  if (Array.isArray(field)) return field.flatMap(nodesIn);
  return typeof field === 'object' && field !== null ? [field as Node] : [];
}
