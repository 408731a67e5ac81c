import { compileCall, madeOnce } from './compile-call.js';
import { type FindOperation, inPlace, onlyKnown, readsIn } from './compile-values.js';
import {
  type AfterSteps,
  type ControlGraph,
  type ControlStep,
  failureFlow,
  failureNotify,
  type StepKind,
  titleAfter,
  undoOf,
} from './control.js';
import type { CompiledAction, CompiledAfter, CompiledSubflow, Program } from './program.js';
import type { CatalogOperation } from './schema/catalog.js';
import type { Flow } from './schema/flow.js';
import type { ActionStep, Step } from './schema/steps.js';
import { withVariables } from './variables.js';

/** What a flow called by `onFailure` gets; its call trigger may declare it. */
const failureInput = { jsonata: '{"run": run, "error": error, "trigger": trigger}' };

/** The steps that may run after the end, as the engine steers them; nothing where there are none. */
export function compileAfterControl(flow: Flow, findOperation: FindOperation): Pick<ControlGraph, 'after'> {
  const steps: Record<string, ControlStep> = {};
  const add = (id: string, kind: StepKind, call: Partial<ControlStep>) => {
    steps[id] = { ...shared, id, kind, ...call };
  };
  for (const { id, step } of undoable(flow)) {
    const { timeoutSeconds } = step;
    add(undoOf(id), 'action', compileCall({ timeoutSeconds }, undoOperation(step, findOperation).operation));
  }
  const { notify, flow: called } = flow.settings?.onFailure ?? {};
  if (notify) add(failureNotify, 'action', compileCall({}, findOperation(notify).operation));
  if (called !== undefined) add(failureFlow, 'subflow', {});
  if (Object.keys(steps).length === 0) return {};
  const compensate: AfterSteps['compensate'] = flow.settings?.compensate ?? 'onFailure';
  return { after: { compensate, steps } };
}

/** Whatever becomes of one, the next is done: nothing here fails the run or waits for a person. */
const shared: Omit<ControlStep, 'id' | 'kind'> = {
  ports: ['out'],
  join: 'all',
  retry: madeOnce,
  timeoutSeconds: 0,
  onError: 'continue',
  onUnknown: 'error',
  errorWired: false,
};

/** The same steps with their values. */
export function compileAfterValues(flow: Flow, findOperation: FindOperation): Pick<Program, 'after'> {
  const known = [...levelledSteps(flow)].map(({ id }) => id);
  const after: Record<string, CompiledAfter> = {};
  for (const { id, step, level } of undoable(flow)) {
    const filled = inPlace(step, flow.variables ?? {});
    const { connector, operation } = undoOperation(step, findOperation);
    const own = typeof filled.undo === 'object' ? filled.undo : {};
    const action = actionOf({ connection: step.connection, input: {}, ...own }, connector, operation);
    const notes = {
      id: undoOf(id),
      title: titleOf(undoOf(id), step.title),
      level,
      reads: readsOf(action.input, known),
    };
    after[undoOf(id)] = { ...action, ...notes, undoes: id, auto: step.undo === 'auto' };
  }
  const { notify, flow: called } = flow.settings?.onFailure ?? {};
  if (notify) {
    const { connector, operation } = findOperation(notify);
    const input = withVariables(notify.input ?? {}, flow.variables ?? {}) as CompiledAction['input'];
    const reads = readsOf(input, known);
    const notes = { id: failureNotify, title: titleOf(failureNotify), level: [], reads };
    after[failureNotify] = { ...actionOf({ ...notify, input }, connector, operation), ...notes };
  }
  if (called !== undefined) after[failureFlow] = failureCall(called);
  return Object.keys(after).length === 0 ? {} : { after };
}

const titleOf = (id: string, title?: string): string => titleAfter(id, (step) => title ?? step) ?? id;

const readsOf = (input: unknown, known: string[]) => onlyKnown(readsIn([input]), known);

function actionOf(
  { connection, input = {} }: { connection: string; input?: CompiledAction['input'] },
  connector: Pick<CompiledAction, 'connector' | 'pin'>,
  { id, effect, idempotency }: CatalogOperation,
) {
  return { kind: 'action' as const, connection, operation: id, input, ...connector, effect, idempotency };
}

const failureCall = (flow: string): CompiledSubflow => ({
  kind: 'subflow',
  id: failureFlow,
  title: titleOf(failureFlow),
  level: [],
  reads: [],
  flow,
  input: failureInput,
  wait: false,
});

/** The operation that takes the step back: the one that is named, or the usual one of the step's own operation. */
function undoOperation({ connection, operation, undo }: ActionStep, findOperation: FindOperation) {
  if (typeof undo === 'object') {
    return findOperation({ connection: undo.connection ?? connection, operation: undo.operation });
  }
  const own = findOperation({ connection, operation });
  const name = own.operation.undo;
  return typeof name === 'string' ? findOperation({ connection, operation: name }) : own;
}

function undoable(flow: Flow): { id: string; step: ActionStep; level: string[] }[] {
  return levelledSteps(flow).flatMap(({ id, step, level }) =>
    step.kind === 'action' && step.undo !== undefined ? [{ id, step, level }] : [],
  );
}

function levelledSteps(flow: Flow): { id: string; step: Step; level: string[] }[] {
  const visit = (steps: Record<string, Step>, level: string[]): ReturnType<typeof levelledSteps> =>
    Object.entries(steps).flatMap(([id, step]) => [
      { id, step, level },
      ...(step.kind === 'loop' ? visit(step.steps, [...level, id]) : []),
    ]);
  return visit(flow.steps, []);
}
