import { failureFlow, failureNotify, isAfter, undoOf } from '@castellan/flow/runtime';

/** A step as a sentence names it; its kind gives the verb. */
export interface NamedStep {
  stepKind: string;
  title: string;
}

/**
 * A step that follows the end in words after "would also": take back Grant access. Null for any other step.
 * `titleOf`: of the flow's own steps.
 */
export function followingInWords(step: string, titleOf: (step: string) => string): NamedStep | null {
  if (!isAfter(step)) return null;
  if (step === failureNotify) return { stepKind: 'notify', title: 'that the run failed' };
  if (step === failureFlow) return { stepKind: 'subflow', title: 'the flow for failures' };
  return { stepKind: 'undo', title: titleOf(step.slice(undoOf('').length)) };
}
