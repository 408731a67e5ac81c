import Handlebars from 'handlebars';
import { noReferences, type Parsed, type Reference, type References } from './references.js';

/** A node of Handlebars' syntax tree. */
type Node = { type?: string; loc?: { start: { line: number; column: number } } } & Record<string, unknown>;

/** Blocks whose inside sees what their outside sees. */
const plainBlocks = new Set(['if', 'unless']);

interface Reading {
  source: string;
  references: References;
  /** Offsets at which the lines of the source begin. */
  lines: number[];
  /** Names that `as |name|` gives within the present blocks. */
  locals: Set<string>;
  /** How many blocks around this place have data of their own for context. */
  depth: number;
}

/** Parses a Handlebars template, evaluating nothing, and tells what it reads. */
export function parseHandlebars(source: string): Parsed {
  const lines = [0, ...[...source.matchAll(/\n/g)].map((found) => found.index + 1)];
  const references = noReferences();
  try {
    const tree = Handlebars.parse(source) as unknown as Node;
    const refused = walk(tree, { source, references, lines, locals: new Set(), depth: 0 });
    return refused ? { error: refused } : { references };
  } catch (error) {
    return { error: describeError(error, lines) };
  }
}

function describeError(error: unknown, lines: number[]): { message: string; position: number } {
  if (error instanceof RangeError) return { message: 'It is nested too deeply.', position: 0 };
  const { message, lineNumber, column } = error as { message: string; lineNumber?: number; column?: number };
  if (lineNumber !== undefined) {
    return {
      message: `${message.replace(/ - \d+:\d+$/, '')}.`,
      position: (lines[lineNumber - 1] ?? 0) + (column ?? 0),
    };
  }
  const line = Number(/on line (\d+)/.exec(message)?.[1] ?? 1);
  const excerpt = message.split('\n')[1];
  const sentence = excerpt ? `It is not Handlebars near "${excerpt}".` : 'It is not Handlebars.';
  return { message: sentence, position: lines[line - 1] ?? 0 };
}

/** Collects references; answers what the product does not allow: partials and decorators. */
function walk(node: Node, reading: Reading): { message: string; position: number } | undefined {
  switch (node.type) {
    case 'PartialStatement':
    case 'PartialBlockStatement':
    case 'Decorator':
    case 'DecoratorBlock':
      return { message: 'Partials and decorators are not available.', position: positionOf(node, reading) };
    case 'PathExpression':
      readPath(node, reading);
      return undefined;
    case 'BlockStatement':
      return walkBlock(node, reading);
    case 'MustacheStatement':
    case 'SubExpression':
      return walkCall(node, reading) ?? walkAll(argumentsOf(node), reading);
    default:
      return walkAll(nodesIn(node.body), reading);
  }
}

function walkAll(nodes: Node[], reading: Reading): { message: string; position: number } | undefined {
  for (const node of nodes) {
    const refused = walk(node, reading);
    if (refused) return refused;
  }
  return undefined;
}

/** `{{name}}` alone is data; with arguments, or in parentheses, it is a helper. */
function walkCall(node: Node, reading: Reading): { message: string; position: number } | undefined {
  const path = node.path as Node;
  const isHelper = node.type !== 'MustacheStatement' || argumentsOf(node).length > 0;
  if (!isHelper) return walk(path, reading);
  if (path.type === 'PathExpression') {
    reading.references.functions.push({ name: String(path.original), position: positionOf(path, reading) });
  }
  return undefined;
}

function walkBlock(node: Node, reading: Reading): { message: string; position: number } | undefined {
  const name = String((node.path as Node).original);
  const given = argumentsOf(node);
  // `{{#list}}…{{/list}}` without arguments goes through the list of that name.
  const refused =
    given.length > 0 ? (walkCall(node, reading) ?? walkAll(given, reading)) : walk(node.path as Node, reading);
  if (refused) return refused;
  const program = node.program as (Node & { blockParams?: string[] }) | undefined;
  const inner: Reading = {
    ...reading,
    locals: new Set([...reading.locals, ...(program?.blockParams ?? [])]),
    depth: reading.depth + (plainBlocks.has(name) ? 0 : 1),
  };
  return walkAll(nodesIn(program), inner) ?? walkAll(nodesIn(node.inverse), reading);
}

function readPath(node: Node, reading: Reading): void {
  const parts = (node.parts as unknown[]).map(String);
  const position = positionOf(node, reading);
  const ups = Number(node.depth);
  if (node.data === true) {
    // @root is the context; @index, @key and the like are the block's own.
    if (parts[0] === 'root') readName(parts.slice(1), position, true, reading);
    return;
  }
  if (ups === 0 && parts[0] !== undefined && reading.locals.has(parts[0])) return;
  const certain = ups >= reading.depth;
  if (certain || parts[0] === 'steps') readName(parts, position, certain, reading);
}

function readName(parts: string[], start: number, certain: boolean, { source, references }: Reading): void {
  const [first, second] = parts;
  if (first === undefined) {
    references.anyStep = true;
    return;
  }
  const position = source.indexOf(first, start);
  if (certain) {
    references.roots.push({ name: first, position });
    references.paths.push(placedNames(parts, position, source));
  }
  if (first === 'steps' && second === undefined) references.anyStep = true;
  if (second === undefined) return;
  const inner = { name: second, position: source.indexOf(second, position + first.length) };
  if (first === 'steps') references.steps.push({ ...inner, certain });
  if (certain && first === 'vars') references.variables.push(inner);
  if (certain && first === 'loops') references.loops.push(inner);
}

function placedNames(parts: string[], start: number, source: string): Reference[] {
  let from = start;
  return parts.map((name) => {
    const position = source.indexOf(name, from);
    from = position + name.length;
    return { name, position };
  });
}

function argumentsOf(node: Node): Node[] {
  const pairs = nodesIn((node.hash as Node | undefined)?.pairs);
  return [...nodesIn(node.params), ...pairs.flatMap((pair) => nodesIn(pair.value))];
}

function positionOf(node: Node, { lines }: Pick<Reading, 'lines'>): number {
  const start = node.loc?.start;
  return start ? (lines[start.line - 1] ?? 0) + start.column : 0;
}

function nodesIn(field: unknown): Node[] {
  if (Array.isArray(field)) return field.flatMap(nodesIn);
  return typeof field === 'object' && field !== null ? [field as Node] : [];
}
