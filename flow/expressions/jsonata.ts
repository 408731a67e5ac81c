import jsonata from 'jsonata';
import { noReferences, type Parsed, type Reference, type References } from './references.js';
import { placeOfError, type SourcePlace } from './source-place.js';

/** A node of JSONata's syntax tree; which fields it has depends on its type. */
type Node = { type?: string; value?: unknown; position?: number } & Record<string, unknown>;

/**
 * What `$` and a path's first name mean: the whole context of the expression, or data taken from it.
 * JSONata looks names up in the present context only, so within a path they are fields of data.
 */
type Scope = 'root' | 'data';

/** Functions without arguments that do not take the context for the one that is missing. */
const contextFree = new Set(['now', 'millis', 'random', 'uuid']);
/** Functions that take the context for their first argument when only one is given. */
const contextFirst = new Set(['lookup', 'each', 'sift']);

/** Parses JSONata, evaluating nothing, and tells what it reads. */
export function parseJsonata(source: string): Parsed {
  try {
    const references = noReferences();
    const tree = jsonata(source).ast() as unknown as Node;
    walk(tree, 'root', references);
    const own = namesGivenIn(tree);
    references.functions = references.functions.filter(({ name }) => !own.has(name));
    references.symbols = references.symbols.filter(({ name }) => !own.has(name));
    for (const group of [
      references.steps,
      references.roots,
      references.variables,
      references.loops,
      ...references.paths,
    ]) {
      for (const reference of group) stepOverQuote(reference, source);
    }
    return { references };
  } catch (error) {
    return { error: describeError(error, source) };
  }
}

function describeError(error: unknown, source: string): { message: string } & SourcePlace {
  if (error instanceof RangeError) return { message: 'It is nested too deeply.', position: 0, length: source.length };
  const { message, position, token } = error as { message?: unknown; position?: unknown; token?: unknown };
  const sentence = typeof message === 'string' && message !== '' ? message : 'It is not JSONata';
  return { message: `${sentence.replace(/\.$/, '')}.`, ...placeOfError(source, { position, token }) };
}

/** `$name`, but not `$` and `$$`. */
function readSymbol(node: Node, references: References): void {
  const name = String(node.value);
  if (name !== '' && name !== '$') references.symbols.push({ name, position: startOf(node, name) - 1 });
}

/** Names that a source gives values: `$name := …`, parameters of functions, `@$name`, `#$name`. */
function namesGivenIn(tree: Node): Set<string> {
  const names = new Set<string>();
  const pending = [tree];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.type === 'bind') for (const name of nodesIn(node.lhs)) names.add(String(name.value));
    if (node.type === 'lambda') for (const name of nodesIn(node.arguments)) names.add(String(name.value));
    for (const name of [node.focus, node.index]) if (typeof name === 'string') names.add(name);
    for (const stage of nodesIn(node.stages)) if (stage.type === 'index') names.add(String(stage.value));
    pending.push(...Object.values(node).flatMap(nodesIn));
  }
  return names;
}

/** The position of a quoted name is that after the closing quote, one too far. */
function stepOverQuote(reference: Reference, source: string): void {
  if (
    source.startsWith(reference.name, reference.position - 1) &&
    !source.startsWith(reference.name, reference.position)
  ) {
    reference.position -= 1;
  }
}

function walk(node: Node, scope: Scope, references: References): void {
  switch (node.type) {
    case 'path':
      walkPath(nodesIn(node.steps), scope, references);
      break;
    case 'name':
      walkPath([{ ...node, group: undefined }], scope, references);
      break;
    case 'variable':
      if (isContext(node, scope)) references.anyStep = true;
      readSymbol(node, references);
      break;
    case 'wildcard':
    case 'descendant':
      if (scope === 'root') references.anyStep = true;
      break;
    case 'parent':
      references.anyStep = true;
      break;
    case 'function':
    case 'partial':
      walkCall(node, scope, references);
      break;
    case 'lambda':
      // Inside, the context is that of the place where the function is written.
      for (const body of nodesIn(node.body)) walk(body, scope, references);
      break;
    case 'bind':
      for (const side of nodesIn(node.rhs)) walk(side, scope, references);
      break;
    case 'transform':
      for (const part of nodesIn([node.pattern, node.update, node.delete])) walk(part, 'data', references);
      break;
    case 'sort':
      for (const term of nodesIn(node.terms)) for (const key of nodesIn(term.expression)) walk(key, 'data', references);
      break;
    default:
      for (const [field, child] of Object.entries(node)) {
        if (!['stages', 'predicate', 'group'].includes(field))
          for (const one of nodesIn(child)) walk(one, scope, references);
      }
  }
  walkSelections(node, references);
}

/** Filters and groupings of a node are evaluated on its items. */
function walkSelections(node: Node, references: References): void {
  for (const stage of [...nodesIn(node.stages), ...nodesIn(node.predicate)]) {
    for (const expression of nodesIn(stage.expr)) walk(expression, 'data', references);
  }
  for (const group of nodesIn(node.group)) for (const part of nodesIn(group.lhs)) walk(part, 'data', references);
}

function walkCall(node: Node, scope: Scope, references: References): void {
  const given = nodesIn(node.arguments);
  for (const procedure of nodesIn(node.procedure)) {
    if (procedure.type === 'variable' && typeof procedure.value === 'string') {
      const name = procedure.value;
      references.functions.push({ name, position: startOf(procedure, name) - 1 });
      const takesContext = given.length === 0 ? !contextFree.has(name) : given.length === 1 && contextFirst.has(name);
      if (scope === 'root' && takesContext) references.anyStep = true;
    } else {
      walk(procedure, scope, references);
    }
  }
  for (const one of given) walk(one, scope, references);
}

function walkPath(steps: Node[], start: Scope, references: References): void {
  let scope = start;
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    if (isContext(step, scope)) {
      if (!next || isSelective(step)) references.anyStep = true;
      walkSelections(step, references);
      scope = 'root';
      return;
    }
    if (step.type === 'name') {
      if (scope === 'root') {
        readName(step, next, references);
        references.paths.push(plainPath(steps.slice(index)));
      }
      walkSelections(step, references);
    } else {
      walk(step, scope, references);
    }
    // With `@$name` the next part of the path starts where this one did.
    if (step.focus === undefined) scope = 'data';
  });
}

function readName(step: Node, next: Node | undefined, references: References): void {
  const name = String(step.value);
  references.roots.push({ name, position: startOf(step, name) });
  const inner = next?.type === 'name' && !isSelective(step) ? String(next.value) : undefined;
  const found = next && inner !== undefined ? { name: inner, position: startOf(next, inner) } : undefined;
  if (name === 'steps') {
    if (found) references.steps.push({ ...found, certain: true });
    else references.anyStep = true;
  }
  if (name === 'vars' && found) references.variables.push(found);
  if (name === 'loops' && found) references.loops.push(found);
}

/** The names at a path's beginning; a filter on one leaves items of the same kind, a grouping or a binding does not. */
function plainPath(steps: Node[]): Reference[] {
  const names: Reference[] = [];
  for (const step of steps) {
    if (step.type !== 'name') break;
    const name = String(step.value);
    names.push({ name, position: startOf(step, name) });
    if (['group', 'focus', 'index'].some((field) => step[field] !== undefined)) break;
  }
  return names;
}

/** `$$`, or `$` where the present context is the whole one. */
function isContext(node: Node, scope: Scope): boolean {
  return node.type === 'variable' && (node.value === '$' || (node.value === '' && scope === 'root'));
}

/** Whether filters, groupings or bindings hang on a part of a path, so that the next part is not simply its field. */
function isSelective(node: Node): boolean {
  return ['stages', 'predicate', 'group', 'focus', 'index'].some((field) => node[field] !== undefined);
}

/** JSONata's positions are those after a token. */
function startOf(node: Node, token: string): number {
  return Math.max(0, (node.position ?? 0) - token.length);
}

/** The nodes in a field: one, a list, or lists of lists as in object constructors. */
function nodesIn(field: unknown): Node[] {
  if (Array.isArray(field)) return field.flatMap(nodesIn);
  return typeof field === 'object' && field !== null && !(field instanceof RegExp) ? [field as Node] : [];
}
