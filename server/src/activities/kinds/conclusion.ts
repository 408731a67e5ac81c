import type { StepError, StepErrorCode } from '@castellan/api';
import { stepErrors } from '@castellan/api';
import type { EvaluationRequest, EvaluationResult } from '../../expressions/evaluation.js';

/** What a flow answers to the caller of its webhook. */
export interface FlowResponse {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** What became of a step that was evaluated. */
export type Conclusion =
  | {
      status: 'succeeded';
      port: string | null;
      output: unknown;
      input?: unknown;
      response?: FlowResponse;
      /** What the run says of itself: the message of a stop. */
      outcome?: string;
    }
  | { status: 'failed'; error: StepError; input?: unknown };

/** Stands for "the other iterations are still to come". */
export const notYet: Conclusion = { status: 'succeeded', port: null, output: null };

/** What there is to evaluate of a step: the parts to ask the expression host for, and what follows from the answers. */
export interface Evaluation {
  /** `within`: seen from this loop around the step, whose item and index it then has. */
  parts: (Pick<EvaluationRequest, 'value' | 'condition' | 'list' | 'text' | 'milliseconds'> & { within?: string })[];
  conclude(results: EvaluationResult[]): Conclusion;
}

export function failed(
  code: StepErrorCode,
  message: string,
  details?: unknown,
): { status: 'failed'; error: StepError } {
  return { status: 'failed', error: stepError(code, message, details) };
}

export function stepError(code: StepErrorCode, message: string, details?: unknown): StepError {
  return { code, message, retryable: stepErrors[code].retryable, ...(details === undefined ? {} : { details }) };
}

/** The error of an evaluation as the step's: it names the place within the step. */
export function evaluationError(result: Extract<EvaluationResult, { ok: false }>, place: string): StepError {
  const { code, message, pointer, position } = result.error;
  const at = pointer ? `${place}${pointer}` : place;
  return stepError(code, `${message} (${at})`, { pointer: at, ...(position === undefined ? {} : { position }) });
}

/** What a list is given to be made and gone through: each item costs an evaluation of its own. */
const listMs = 10_000;

/** For a step that goes through a list: its items as far as they fulfil `when`, and what becomes of them. */
export function ofList(
  list: { items: unknown; when?: unknown },
  conclude: (items: unknown[]) => Conclusion,
): Evaluation {
  return {
    parts: [{ list, milliseconds: listMs }],
    conclude: ([result]) => {
      if (!result) return failed('E_EXPR', 'Nothing was evaluated (/items)');
      return result.ok ? conclude(result.value as unknown[]) : { status: 'failed', error: evaluationError(result, '') };
    },
  };
}

/** For the usual step: one value, and what it becomes. */
export function ofValue(value: unknown, place: string, conclude: (value: unknown) => Conclusion): Evaluation {
  return {
    parts: [{ value }],
    conclude: ([result]) => {
      if (!result) return failed('E_EXPR', `Nothing was evaluated (${place})`);
      return result.ok ? conclude(result.value) : { status: 'failed', error: evaluationError(result, place) };
    },
  };
}
