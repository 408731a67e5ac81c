import type { CompiledAction } from '@castellan/flow';
import type { Change } from '@castellan/sdk';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { calledConnector } from '../connector-registry/references.js';
import { inputHashOf } from '../operations/chain.js';
import type { SafetyGate, Verdict } from '../safety/safety-gate.service.js';
import type { CallRequest } from '../workflows/contract.js';
import type { RunFacts } from './facts.js';

/** A write as it would be sent. */
export interface ResolvedWrite {
  facts: RunFacts;
  action: CompiledAction;
  effectKey: string;
  input: unknown;
  changes: Change[];
}

/** Asks whether a write may be sent: of a step, of what follows the end of its run, and of what takes a step back alike. */
export function guardCall(
  safety: SafetyGate,
  { runId, epoch, step, iteration }: CallRequest,
  { facts, action, effectKey, input, changes }: ResolvedWrite,
): Promise<Verdict> {
  const { workspaceId, flowId } = facts;
  return safety.check({
    ...{ runId, epoch, workspaceId, flowId, step, iteration, effectKey, input, changes },
    inputHash: inputHashOf(input),
    title: action.title || step,
    connector: action.connector,
    effect: connectorOf(calledConnector(action)).operations[action.operation]?.effect ?? 'destructive',
  });
}
