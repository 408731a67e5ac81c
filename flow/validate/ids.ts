import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { idPattern } from '../schema/values.js';
import type { Facts } from './facts.js';
import { error, quote } from './problems.js';

/** Ids that would mean something else in an expression or in the program. */
export const reservedIds: ReadonlySet<string> = new Set(['constructor', 'false', 'null', 'this', 'true']);

const namePattern = /^[a-z][a-zA-Z0-9_]{0,47}$/;
const slotPattern = /^[a-z][a-zA-Z0-9_-]{0,47}$/;

/** Ids and names: their form, and that ids are unique among triggers and steps, bodies of loops included. */
export function checkIds({ triggers, steps, variables, slots }: Facts): Problem[] {
  const taken = new Map<string, string>();
  const checkId = (id: string, pointer: string, what: string): Problem[] => {
    const problems = checkName(id, pointer, idPattern, what, 'lower case letters, digits and _');
    const first = taken.get(id);
    if (first === undefined) taken.set(id, pointer);
    else {
      const message = `The id ${quote(id)} is already that of ${first}.`;
      problems.push(
        error({ code: 'id_taken', pointer, message, fix: 'Give it an id that no other step or trigger has.' }),
      );
    }
    return problems;
  };
  return [
    ...triggers.flatMap(({ id, pointer }) => checkId(id, pointer, 'trigger')),
    ...steps.flatMap(({ id, pointer }) => checkId(id, pointer, 'step').map((problem) => ({ ...problem, stepId: id }))),
    ...[...variables.keys()].flatMap((name) =>
      checkName(name, below('/variables', name), namePattern, 'variable', 'letters, digits and _'),
    ),
    ...[...slots.keys()].flatMap((name) =>
      checkName(name, below('/connections', name), slotPattern, 'connection', 'letters, digits, _ and -'),
    ),
  ];
}

function checkName(name: string, pointer: string, pattern: RegExp, what: string, characters: string): Problem[] {
  if (reservedIds.has(name)) {
    const message = `A ${what} cannot be named ${quote(name)}, which expressions read as something else.`;
    return [error({ code: 'id_reserved', pointer, message, fix: 'Give it another name.' })];
  }
  if (pattern.test(name)) return [];
  const message = `${quote(name)} is no name for a ${what}.`;
  const fix = `Begin with a lower case letter and use up to 48 characters: ${characters}.`;
  return [error({ code: 'id_wrong', pointer, message, fix })];
}
