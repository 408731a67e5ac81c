import { type ApiErrorCode, apiErrors } from '@castellan/api';

/** The one error that features throw for a caller to see. The message falls back to the remedy of its code. */
export class ApiError extends Error {
  constructor(
    readonly code: ApiErrorCode,
    message?: string,
    readonly details?: unknown,
    options?: ErrorOptions,
  ) {
    super(message ?? apiErrors[code].remedy, options);
    this.name = 'ApiError';
  }

  get status(): number {
    return apiErrors[this.code].status;
  }
}

/** The row, or 404. An id of another workspace reads like one that does not exist. */
export function found<T>(row: T | null | undefined, what: string): T {
  if (row === null || row === undefined) throw new ApiError('not_found', `There is no such ${what}.`);
  return row;
}
