import type { CompiledAction, Program } from '@castellan/flow';
import { namedOperation } from '@castellan/flow';
import { findConnector, type KnownConnector } from './known-connectors.js';

type Find = (connector: string) => Pick<KnownConnector, 'entry'> | undefined;

/** An operation as the ledger and versions name it, `connector.operation`, by its present id. Others stay as they are. */
export function presentName(name: string, find: Find = findConnector): string {
  const [connector = '', operation = ''] = name.split('.');
  const present = namedOperation(find(connector)?.entry.operations, operation);
  return present ? `${connector}.${present.id}` : name;
}

/**
 * A program with the operations by the ids that they have in this release: from here on nobody meets one that they had
 * when the version was published. Those of imported connectors are pinned and keep theirs.
 */
export function withPresentNames(program: Program, find: Find = findConnector): Program {
  const { steps, after, madeWith } = program;
  const renamed = <Step extends { kind: string }>(step: Step): Step => {
    if (step.kind !== 'action') return step;
    const action = step as Step & Pick<CompiledAction, 'connector' | 'pin' | 'operation'>;
    if (action.pin !== undefined) return step;
    const present = namedOperation(find(action.connector)?.entry.operations, action.operation);
    return present === undefined || present.id === action.operation ? step : { ...step, operation: present.id };
  };
  return {
    ...program,
    steps: mapped(steps, renamed),
    ...(after === undefined ? {} : { after: mapped(after, renamed) }),
    ...(madeWith === undefined
      ? {}
      : { madeWith: { ...madeWith, operations: byPresentName(madeWith.operations, find) } }),
  };
}

const mapped = <Value>(values: Record<string, Value>, map: (value: Value) => Value): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).map(([id, value]) => [id, map(value)]));

const byPresentName = (hashes: Record<string, string>, find: Find): Record<string, string> =>
  Object.fromEntries(Object.entries(hashes).map(([name, hash]) => [presentName(name, find), hash]));
