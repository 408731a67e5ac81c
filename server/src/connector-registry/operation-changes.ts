import { createHash } from 'node:crypto';
import type { CompiledAction, MadeWith, Program } from '@castellan/flow';
import { release } from '../platform/release.js';
import { findConnector } from './known-connectors.js';
import { calledConnector } from './references.js';

/**
 * What a version that is published now is made with: this release, and what each operation that it calls takes and
 * gives. Imported connectors are pinned themselves and never change under a version.
 */
export function madeWith({ steps, after = {} }: Pick<Program, 'steps' | 'after'>): MadeWith {
  const operations: MadeWith['operations'] = {};
  for (const step of [...Object.values(steps), ...Object.values(after)]) {
    if (step.kind !== 'action' || step.pin !== undefined) continue;
    const hash = hashOf(step);
    if (hash !== null) operations[nameOf(step)] = hash;
  }
  return { release, operations };
}

type Called = Pick<CompiledAction, 'connector' | 'pin' | 'operation'>;

/** Whether this server has the operation no more, or has another one by its name; null: it is the one that was published. */
export function changeOf(program: Pick<Program, 'madeWith'>, called: Called): 'gone' | 'changed' | null {
  const hash = hashOf(called);
  if (hash === null) return 'gone';
  const was = program.madeWith?.operations[nameOf(called)];
  return was === undefined || was === hash ? null : 'changed';
}

/** What a step's error says of such a change: what is meant, since which release, and what to do. */
export function changeInWords(
  { program, number }: { program: Pick<Program, 'madeWith'>; number: number },
  called: Called,
  change: 'gone' | 'changed',
): string {
  const then =
    program.madeWith && program.madeWith.release !== release ? ` with release ${program.madeWith.release}` : '';
  const version = number > 0 ? `version ${number} of the flow` : 'the draft';
  const what =
    change === 'gone'
      ? `There is no operation ${nameOf(called)} in this release (${release}); ${version} was made${then} and calls it`
      : `The operation ${nameOf(called)} is not the same in this release (${release}) as when ${version} was made${then}`;
  const remedy = change === 'gone' ? 'Choose another operation for the step' : 'Correct the step';
  return `${what}. ${remedy}, publish the flow, and retry the run with the published version.`;
}

const nameOf = ({ connector, operation }: Called): string => `${connector}.${operation}`;

const hashes = new Map<string, string>();

/** Of the operation as this server has it; null where it has none. */
function hashOf(called: Called): string | null {
  const reference = calledConnector(called);
  const key = `${reference}.${called.operation}`;
  const found = hashes.get(key);
  if (found !== undefined) return found;
  const operation = findConnector(reference)?.entry.operations.find(({ id }) => id === called.operation);
  if (!operation) return null;
  const { input, output, effect } = operation;
  const hash = createHash('sha256')
    .update(JSON.stringify([input, output, effect]))
    .digest('hex');
  // Imported connectors come and go; those that came with the server stay.
  if (called.pin === undefined) hashes.set(key, hash);
  return hash;
}
