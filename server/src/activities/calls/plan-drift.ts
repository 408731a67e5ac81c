import type { StepError } from '@castellan/api';
import type { CompiledAction } from '@castellan/flow';
import { isAfter } from '@castellan/flow/runtime';
import { getOperation } from '@castellan/sdk';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { calledConnector } from '../../connector-registry/references.js';
import type { PublishedVersion } from '../../flows/versions.service.js';
import { type Effect, effectKey } from '../../operations/ledger.js';
import { bindingPlans, takeWrite } from '../../plans/plan-writes.js';
import type { EvaluationPlace } from '../contexts.js';
import type { RunFacts } from '../facts.js';
import { stepError } from '../kinds/index.js';
import type { PreparationDependencies, PreparedCall } from './call-preparation.js';

/**
 * Why a write must not be sent: it is not in the plan to which its run keeps, or in the one with which the rest of it
 * was approved. What follows the end of a run is no part of a plan.
 */
export async function driftOf(
  on: PreparationDependencies,
  { facts, version, step, iteration }: EvaluationPlace,
  write: {
    action: CompiledAction;
    connectionId: string | null;
    input: unknown;
    effect: NonNullable<PreparedCall['effect']>;
    earlier: Effect | null;
  },
): Promise<StepError | null> {
  if (isAfter(step)) return null;
  const place = { runId: facts.id, step, iteration };
  const mayBeBound = facts.parentRunId !== null || hasApproval(version);
  const approved = mayBeBound ? await bindingPlans(on.database, place) : [];
  const plans = [...(facts.plan ? [facts.plan.id] : []), ...approved];
  const { action, connectionId, input, effect, earlier } = write;
  const wanted = {
    ...place,
    ...{ connectionId, input, operation: `${action.connector}.${action.operation}` },
    ...{ key: effect.key, replaces: replacedKey(facts, step, effect, earlier) },
  };
  for (const id of plans) {
    if (await takeWrite(on.database, id, wanted)) continue;
    const { title } = getOperation(connectorOf(calledConnector(action)), action.operation);
    const what = approved.includes(id) ? 'among what was approved' : 'in the access plan';
    const message = `“${action.title || step}” (${title}) is not ${what} as it would be sent now; nothing was sent.`;
    const code = approved.includes(id) ? 'E_APPROVAL_STALE' : 'E_PLAN_DRIFT';
    return { ...stepError(code, message), details: { planId: id } };
  }
  return null;
}

/** An earlier effect in the same place that did not happen leaves its row to the one that is sent in its stead. */
function replacedKey(facts: RunFacts, step: string, effect: { item: string }, earlier: Effect | null): string | null {
  if (!earlier || earlier.state === 'done') return null;
  return effectKey(facts.rootId, step, effect.item, earlier.generation);
}

const withApprovals = new WeakMap<PublishedVersion, boolean>();

function hasApproval(version: PublishedVersion): boolean {
  const known = withApprovals.get(version);
  if (known !== undefined) return known;
  const has = Object.values(version.program.steps).some(({ kind }) => kind === 'approval');
  withApprovals.set(version, has);
  return has;
}
