import { isObject, objectOf, type StepPlace } from '../levels.js';
import { below } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import type { Facts } from './facts.js';
import { operationOf } from './facts.js';
import { error, listNames, quote } from './problems.js';
import { checkInput } from './schemas.js';

/** What is called: operations of connectors and other flows, and the literal parts of their inputs. */
export function checkCalls(facts: Facts): Problem[] {
  const { notify } = objectOf(objectOf(facts.flow.settings).onFailure);
  return [
    ...facts.steps.flatMap((place) => checkStep(facts, place).map((problem) => ({ ...problem, stepId: place.id }))),
    ...(isObject(notify) ? checkOperation(facts, notify, '/settings/onFailure/notify') : []),
  ];
}

function checkStep(facts: Facts, { step, pointer }: StepPlace): Problem[] {
  if (step.kind === 'action') return checkOperation(facts, step, pointer);
  return step.kind === 'subflow' ? checkSubflow(facts, step, pointer) : [];
}

function checkOperation(facts: Facts, call: Record<string, unknown>, pointer: string): Problem[] {
  const connector = facts.connectorOf(call.connection);
  if (!connector || typeof call.operation !== 'string') return [];
  const operation = operationOf(facts, call);
  if (!operation) {
    const message = `${connector.title} has no operation ${quote(call.operation)}.`;
    const fix = `Choose ${listNames(
      connector.operations.map(({ id }) => id),
      'or',
    )}.`;
    return [error({ code: 'operation_unknown', pointer: below(pointer, 'operation'), message, fix })];
  }
  return checkInput(operation.input, call.input ?? {}, below(pointer, 'input'));
}

function checkSubflow({ catalog }: Facts, step: Record<string, unknown>, pointer: string): Problem[] {
  if (typeof step.flow !== 'string') return [];
  const called = catalog.flows.find(({ id }) => id === step.flow);
  if (!called) {
    const message = 'The flow that is started is not in this workspace, was not published, or has no call trigger.';
    const fix = 'Choose a flow that has a call trigger and is published.';
    return [error({ code: 'flow_unknown', pointer: below(pointer, 'flow'), message, fix })];
  }
  const problems = called.input ? checkInput(called.input, step.input ?? {}, below(pointer, 'input')) : [];
  if (called.enabled !== false) return problems;
  const message = `The flow ${quote(called.name)} is switched off.`;
  const fix = 'Switch it on, or choose another flow.';
  return [error({ code: 'flow_disabled', pointer: below(pointer, 'flow'), message, fix }), ...problems];
}
