import type { ApiErrorCode } from '@castellan/api';
import { FatalError } from '@castellan/sdk';
import { ApiError } from '../platform/errors.js';
import type { InputProblem } from '../platform/input-problems.js';

/** Why a row is not written, in words for whoever wanted it. */
export class RowRefusal extends Error {
  constructor(
    /** invalid: what is to be written · changed: somebody wrote before · full: a limit of tables. */
    readonly kind: 'invalid' | 'changed' | 'full' | 'gone',
    message: string,
    readonly problems: InputProblem[] = [],
  ) {
    super(message);
    this.name = 'RowRefusal';
  }
}

const codes: Record<RowRefusal['kind'], ApiErrorCode> = {
  invalid: 'invalid_input',
  changed: 'conflict',
  full: 'too_large',
  gone: 'not_found',
};

/** Does something with rows for a person. */
export async function forPerson<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof RowRefusal)) throw error;
    throw new ApiError(
      codes[error.kind],
      error.message,
      error.problems.length > 0 ? { problems: error.problems } : undefined,
    );
  });
}

/** Does something with rows for a step of a run. */
export async function forStep<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof RowRefusal)) throw error;
    throw refusalOfStep(error);
  });
}

function refusalOfStep({ kind, message }: RowRefusal): FatalError {
  if (kind === 'changed') return new FatalError(message, { code: 'E_HTTP', status: 409 });
  return new FatalError(message, { code: 'E_INPUT' });
}
