import { isObject, objectOf, type StepPlace } from '../levels.js';
import { below, valueAt } from '../pointer.js';
import type { CatalogOperation, Problem } from '../schema/catalog.js';
import type { Facts } from './facts.js';
import { operationOf } from './facts.js';
import { error, listNames, quote, warning } from './problems.js';
import { checkInput } from './schemas.js';

/** What is called: operations of connectors and other flows, and the literal parts of their inputs. */
export function checkCalls(facts: Facts): Problem[] {
  const { notify, flow } = objectOf(objectOf(facts.flow.settings).onFailure);
  return [
    ...facts.steps.flatMap((place) => checkStep(facts, place).map((problem) => ({ ...problem, stepId: place.id }))),
    ...(isObject(notify) ? checkOperation(facts, notify, '/settings/onFailure/notify') : []),
    ...checkCalledFlow(facts, flow, '/settings/onFailure/flow'),
  ];
}

function checkStep(facts: Facts, { step, pointer }: StepPlace): Problem[] {
  if (step.kind === 'action') return [...checkOperation(facts, step, pointer), ...checkUndo(facts, step, pointer)];
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
  const place = below(pointer, 'input');
  return [...checkInput(operation.input, call.input ?? {}, place), ...checkStatements(operation, call.input, place)];
}

/** A statement is written out: what is put together at run time may say something else than it was meant to. */
function checkStatements({ text }: CatalogOperation, input: unknown, place: string): Problem[] {
  const statements = Object.keys(text).filter((pointer) => text[pointer] === 'sql');
  return statements.flatMap((pointer) => {
    const given = valueAt(input, pointer);
    if (given === undefined || typeof given === 'string') return [];
    const message = 'A statement is written out here, not made by an expression.';
    const fix = 'Write it as text, put ? where a value belongs, and give the value as a parameter.';
    return [error({ code: 'statement_made', pointer: place + pointer, message, fix })];
  });
}

function checkUndo(facts: Facts, step: Record<string, unknown>, pointer: string): Problem[] {
  const operation = operationOf(facts, step);
  const { undo } = step;
  if (undo === undefined || !operation) return [];
  const place = below(pointer, 'undo');
  if (operation.effect === 'read') {
    const message = `${quote(operation.title)} changes nothing, so there is nothing to undo.`;
    return [warning({ code: 'undo_needless', pointer: place, message, fix: 'Remove it.' })];
  }
  if (isObject(undo)) return checkOperation(facts, { connection: step.connection, ...undo }, place);
  if (undo !== 'auto' || operation.undo) return [];
  const message = `${quote(operation.title)} does not know how it is undone.`;
  const fix = 'Say which operation takes it back, with what input.';
  return [error({ code: 'undo_unknown', pointer: place, message, fix })];
}

function checkSubflow(facts: Facts, step: Record<string, unknown>, pointer: string): Problem[] {
  const input = facts.catalog.flows.find(({ id }) => id === step.flow)?.input;
  return [
    ...checkCalledFlow(facts, step.flow, below(pointer, 'flow')),
    ...(input ? checkInput(input, step.input ?? {}, below(pointer, 'input')) : []),
  ];
}

function checkCalledFlow({ catalog }: Facts, flow: unknown, pointer: string): Problem[] {
  if (typeof flow !== 'string') return [];
  const called = catalog.flows.find(({ id }) => id === flow);
  if (!called) {
    const message = 'The flow that is started is not in this workspace, was not published, or has no call trigger.';
    const fix = 'Choose a flow that has a call trigger and is published.';
    return [error({ code: 'flow_unknown', pointer, message, fix })];
  }
  if (called.enabled !== false) return [];
  const message = `The flow ${quote(called.name)} is switched off.`;
  return [error({ code: 'flow_disabled', pointer, message, fix: 'Switch it on, or choose another flow.' })];
}
