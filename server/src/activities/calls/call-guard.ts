import type { CompiledAction } from '@castellan/flow';
import { type Change, changesOf } from '@castellan/sdk';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { calledConnector } from '../../connector-registry/references.js';
import { inputHashOf } from '../../operations/chain.js';
import type { GuardedCall, SafetyGate, Verdict } from '../../safety/safety-gate.service.js';
import type { CallRequest } from '../../workflows/contract.js';
import type { EvaluationPlace } from '../contexts.js';
import type { PreparationDependencies } from './call-preparation.js';
import { callsAhead } from './call-rest.js';

/** A write as it would be sent. */
export interface ResolvedWrite {
  request: CallRequest;
  place: EvaluationPlace;
  action: CompiledAction;
  connectionId: string | null;
  effectKey: string;
  input: unknown;
}

/** Asks whether a write may be sent: of a step, of what follows the end of its run, and of what takes a step back alike. */
export function guardCall(
  on: PreparationDependencies & { safety: SafetyGate },
  { request, place, action, connectionId, ...write }: ResolvedWrite,
): Promise<Verdict> {
  const guarded = (iteration: string, effectKey: string, input: unknown): GuardedCall => ({
    ...{ runId: request.runId, epoch: request.epoch, workspaceId: request.workspaceId, flowId: place.facts.flowId },
    ...{ step: request.step, iteration, effectKey, input, inputHash: inputHashOf(input) },
    changes: changesIn(action, input),
    title: action.title || request.step,
    connector: action.connector,
    effect: connectorOf(calledConnector(action)).operations[action.operation]?.effect ?? 'destructive',
  });
  return on.safety.check(guarded(request.iteration, write.effectKey, write.input), async () => {
    const ahead = await callsAhead(on, action, place, connectionId);
    return ahead.flatMap(({ effect, iteration, input }) => (effect ? guarded(iteration, effect.key, input) : []));
  });
}

/** An input that does not parse has no changes; the call itself will say what is wrong. */
export function changesIn(action: CompiledAction, input: unknown): Change[] {
  try {
    return changesOf(connectorOf(calledConnector(action)), action.operation, input);
  } catch {
    return [];
  }
}
