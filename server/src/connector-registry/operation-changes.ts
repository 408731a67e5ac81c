import { createHash } from 'node:crypto';
import type { CompiledAction, MadeWith, Program } from '@castellan/flow';
import type { ConnectorEntry } from '@castellan/sdk';
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
    const operation = operationOf(step);
    if (operation) operations[nameOf(step)] = hashOf(nameOf(step), operation);
  }
  return { release, operations };
}

type Called = Pick<CompiledAction, 'connector' | 'pin' | 'operation'>;

/** Whether this server has the operation no more, or has another one by its name; null: it is the one that was published. */
export function changeOf(program: Pick<Program, 'madeWith'>, called: Called): 'gone' | 'changed' | null {
  const operation = operationOf(called);
  if (!operation) return 'gone';
  // A version that was imported never changes.
  if (called.pin !== undefined) return null;
  const was = program.madeWith?.operations[nameOf(called)];
  return was === undefined || was === hashOf(nameOf(called), operation) ? null : 'changed';
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

/** The operation as this server has it. */
const operationOf = (called: Called): OperationEntry | undefined =>
  findConnector(calledConnector(called))?.entry.operations.find(({ id }) => id === called.operation);

type OperationEntry = ConnectorEntry['operations'][number];

/** By the names of operations that came with the server, which stay as they are while it runs. */
const hashes = new Map<string, string>();

function hashOf(name: string, { input, output, effect }: OperationEntry): string {
  const hash =
    hashes.get(name) ??
    createHash('sha256')
      .update(JSON.stringify([input, output, effect]))
      .digest('hex');
  hashes.set(name, hash);
  return hash;
}
