import { branch } from './branch.js';
import { type Evaluation, failed, ofValue } from './conclusion.js';
import { filter } from './filter.js';
import { pinned } from './pinned.js';
import { respond } from './respond.js';

export {
  type Conclusion,
  type Evaluation,
  evaluationError,
  type FlowResponse,
  failed,
  notYet,
  ofValue,
  stepError,
} from './conclusion.js';

/** Makes the evaluation of a step that needs nothing but its expressions. */
export function evaluationOf(step: { kind: string; [field: string]: unknown }): Evaluation {
  switch (step.kind) {
    case 'branch':
      return branch(step as unknown as Parameters<typeof branch>[0]);
    case 'shape':
      return ofValue(step.output, '/output', (output) => ({ status: 'succeeded', port: 'out', output }));
    case 'filter':
      return filter(step as unknown as Parameters<typeof filter>[0]);
    case 'pinned':
      return pinned(step as unknown as Parameters<typeof pinned>[0]);
    case 'respond':
      return respond(step as Parameters<typeof respond>[0]);
    case 'stop':
      return ofValue(step.message ?? null, '/message', (message) => ({
        status: 'succeeded',
        port: null,
        output: { message },
        outcome: message === null ? undefined : String(message),
      }));
    default:
      return { parts: [], conclude: () => failed('E_INPUT', `This server does not know steps of kind ${step.kind}`) };
  }
}
