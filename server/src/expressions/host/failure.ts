import type { StepErrorCode } from '@castellan/api';
import type { EvaluationError } from '../evaluation.js';

/** Why an evaluation gave no value. The value tree adds the pointer on the way out. */
export class Failure extends Error {
  pointer?: string;
  /** Offset in the source. Assigned by JSONata too, which marks every error with the place of the call. */
  position?: number;
  length?: number;

  constructor(
    readonly code: StepErrorCode,
    message: string,
    place: { pointer?: string; position?: number } = {},
  ) {
    super(message);
    this.name = 'Failure';
    if (place.pointer !== undefined) this.pointer = place.pointer;
    if (place.position !== undefined) this.position = place.position;
  }

  toJSON(): EvaluationError {
    return {
      code: this.code,
      message: this.message,
      ...(this.pointer !== undefined && { pointer: this.pointer }),
      ...(typeof this.position === 'number' && { position: this.position }),
      ...(this.length !== undefined && { length: this.length }),
    };
  }
}

/** Any error as a Failure. Running out of stack or of string length is a limit of ours, not a fault of the process. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof RangeError) {
    if (/call stack/i.test(error.message)) return new Failure('E_LIMIT', 'The expression nests or recurses too deep.');
    if (/invalid (string|array) length/i.test(error.message)) {
      return new Failure('E_EXPR_MEMORY', 'The expression made a text or list that is too large.');
    }
  }
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('E_EXPR', message || 'The expression failed.');
}

/** Runs `work` and marks its failure with the place in the value tree, unless a deeper place is known. */
export async function at<T>(pointer: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    failure.pointer ??= pointer;
    throw failure;
  }
}

/** What a value is called in messages. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'function':
      return 'a function';
    default:
      return 'an object';
  }
}
