import { compileAfterControl, compileAfterValues } from './compile-after.js';
import { compileCall, madeOnce } from './compile-call.js';
import {
  compileSettings,
  compileSteps,
  compileTriggers,
  type FindEvent,
  type FindOperation,
} from './compile-values.js';
import { type ControlGraph, type ControlLevel, type ControlStep, portsOf } from './control.js';
import { writesCoveredBy } from './dominators.js';
import { topologicalOrder } from './graph.js';
import { namedOperation } from './named-operation.js';
import type { CompiledSlot, Program } from './program.js';
import type { Catalog } from './schema/catalog.js';
import type { Flow } from './schema/flow.js';
import type { Step, Wire } from './schema/steps.js';
import { dataVariables } from './variables.js';

/** A version in the two forms in which the engine reads it. */
export interface CompiledFlow {
  control: ControlGraph;
  program: Program;
}

/**
 * Compiles a flow at publish: defaults are filled, variables stand in their places, and each step notes which steps
 * its expressions read. The flow must be free of errors by `validate` with the same catalogue.
 * @throws where it is not, with the first thing that is wrong.
 */
export function compileFlow(flow: Flow, catalog: Catalog): CompiledFlow {
  const slots = compileSlots(flow);
  const findOperation = operationFinder(slots, catalog);
  const timeoutSeconds = flow.settings?.timeoutSeconds;
  const control: ControlGraph = {
    triggers: Object.keys(flow.triggers),
    top: compileLevel(flow, findOperation),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...compileAfterControl(flow, findOperation),
  };
  const program: Program = {
    steps: compileSteps(flow, { findOperation, coveredBy: (approvalId) => writesCoveredBy(control, approvalId) }),
    ...compileAfterValues(flow, findOperation),
    triggers: compileTriggers(flow, eventFinder(slots, catalog)),
    variables: dataVariables(flow),
    slots,
    settings: compileSettings(flow),
  };
  return { control, program };
}

function compileSlots(flow: Flow): Record<string, CompiledSlot> {
  const slots = Object.entries(flow.connections ?? {});
  return Object.fromEntries(
    slots.map(([name, { connector, title, id }]) => [name, { connector, title: title ?? name, id: id ?? null }]),
  );
}

function operationFinder(slots: Record<string, CompiledSlot>, catalog: Catalog): FindOperation {
  return ({ connection, operation }) => {
    const slot = Object.hasOwn(slots, connection) ? slots[connection] : undefined;
    const connector = catalog.connectors.find(({ id }) => id === slot?.connector);
    const found = namedOperation(connector?.operations, operation);
    if (!connector || !found)
      throw new Error(`The slot ${connection} has no operation ${operation}. Validate the flow.`);
    const { id, pin } = connector;
    return { connector: { connector: id, ...(pin === undefined ? {} : { pin }) }, operation: found };
  };
}

/** The events of the connections that the flow names; one that the catalogue does not have is left to `validate`. */
function eventFinder(slots: Record<string, CompiledSlot>, catalog: Catalog): FindEvent {
  return ({ connection, event }) => {
    const slot = Object.hasOwn(slots, connection) ? slots[connection] : undefined;
    const connector = catalog.connectors.find(({ id }) => id === slot?.connector);
    return connector?.triggers.find(({ id }) => id === event);
  };
}

function compileLevel(
  level: { steps: Record<string, Step>; wires: Wire[] },
  findOperation: FindOperation,
): ControlLevel {
  const ids = Object.keys(level.steps);
  const steps = Object.entries(level.steps).map(([id, step]) => compileControl(id, step, level.wires, findOperation));
  return {
    order: topologicalOrder(ids, level.wires),
    steps: Object.fromEntries(steps.map((step) => [step.id, step])),
    wires: level.wires.map(({ from, port, to }) => ({ from, port, to })),
  };
}

function compileControl(id: string, step: Step, wires: readonly Wire[], findOperation: FindOperation): ControlStep {
  const isWired = (port: string) => wires.some((wire) => wire.from === id && wire.port === port);
  const ports = portsOf(step) ?? [];
  const control: ControlStep = {
    id,
    kind: step.kind,
    ports,
    join: step.join ?? 'all',
    retry: madeOnce,
    timeoutSeconds: 'timeoutSeconds' in step ? (step.timeoutSeconds ?? 0) : 0,
    onError: 'onError' in step ? (step.onError ?? 'fail') : 'fail',
    onUnknown: 'onUnknown' in step ? (step.onUnknown ?? 'wait') : 'wait',
    errorWired: isWired('error') && ports.includes('error'),
  };
  if (step.kind === 'wait' || step.kind === 'approval') return { ...control, timeoutWired: isWired('timeout') };
  if (step.kind === 'stop') return { ...control, outcome: step.outcome };
  if (step.kind === 'action') return { ...control, ...compileCall(step, findOperation(step).operation) };
  if (step.kind !== 'loop') return control;
  return {
    ...control,
    body: compileLevel(step, findOperation),
    concurrency: step.concurrency ?? 1,
    onItemError: step.onItemError ?? 'stop',
    collect: step.collect !== undefined && step.collect !== false,
  };
}
