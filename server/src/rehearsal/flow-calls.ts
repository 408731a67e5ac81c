import type { CompiledSubflow } from '@castellan/flow';
import { compiledStep } from '../activities/contexts.js';
import { stepError } from '../activities/kinds/index.js';
import type { CalledRun, FlowCall, FlowCalls } from '../activities/stretches/called-flows.js';
import type { ChildEnding } from '../activities/stretches/child-endings.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import type { NewRun } from '../runs/make-run.js';
import { placeKey } from './rehearsal.js';
import type { AskedCall, CallEnd } from './stand-ins.js';

/** In a rehearsal every call of a flow begins, and no run is made: its id is the place of the call. */
export const rehearsedFlowCalls: FlowCalls = {
  prepare: async () => undefined,
  start: async (call): Promise<CalledRun> => ({ run: rehearsedRun(call), flowName: call.flow }),
};

function rehearsedRun({ facts, version, flow, step, iteration, item, wait, input }: FlowCall): NewRun {
  return {
    id: placeKey({ step, iteration }),
    workspaceId: facts.workspaceId,
    flowId: flow,
    versionId: version.id,
    version: version.number,
    mode: facts.mode,
    triggerId: '',
    triggerKind: 'call',
    deliveryId: null,
    triggerData: { input },
    businessKey: null,
    order: null,
    simulated: false,
    parent: {
      parentRunId: facts.id,
      parentStep: step,
      parentIteration: iteration,
      parentItem: item,
      parentWaits: wait,
      depth: facts.depth + 1,
    },
  };
}

/** What is asked of the stand-ins for a run that a step has started; null where the step does not wait for it. */
export function askedOf(
  version: PublishedVersion,
  { parent, triggerData }: NewRun,
  items: AskedCall['items'],
): AskedCall | null {
  if (!parent?.parentWaits) return null;
  const { parentStep: step, parentIteration: iteration } = parent;
  const compiled = compiledStep(version, step) as CompiledSubflow;
  const { input } = triggerData as { input: unknown };
  return { step, iteration, level: compiled.level, items, compiled, item: null, attempt: 1, input };
}

/** What an answer means for the step that waits for it. */
export function endingOfAnswer(answer: CallEnd): ChildEnding {
  if ('output' in answer) return { status: 'succeeded', output: answer.output };
  if ('error' in answer) return { status: 'failed', error: answer.error };
  return { status: 'failed', error: stepError('E_CANCELLED', 'The run of the called flow was cancelled') };
}
