import { type ApiErrorBody, type ApiErrorCode, apiErrors } from '@castellan/api';

/** A refused request: what happened (`message`), the code, the details, and what to do next (`remedy`). */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    readonly status: number,
    readonly details?: unknown,
    /** Seconds to wait, from Retry-After. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  get remedy(): string {
    return apiErrors[this.code].remedy;
  }
}

/** The error that an answer of status 400 or more carries; something that is not ours (a proxy's page) gets a code by its status. */
export function errorFromAnswer(status: number, body: unknown, retryAfter: string | null): ApiError {
  const seconds = retryAfter === null ? undefined : Number(retryAfter);
  const wait = Number.isFinite(seconds) ? seconds : undefined;
  if (isErrorBody(body)) return new ApiError(body.code, body.message, status, body.details, wait);
  return new ApiError(
    codeOfStatus(status),
    `The server answered ${status} without saying why.`,
    status,
    undefined,
    wait,
  );
}

/** The request never got an answer: no network, or nothing listens. */
export function unreachable(): ApiError {
  return new ApiError('unavailable', 'The server cannot be reached.', 0);
}

function isErrorBody(body: unknown): body is ApiErrorBody {
  if (typeof body !== 'object' || body === null) return false;
  const { code, message } = body as Partial<ApiErrorBody>;
  return typeof code === 'string' && code in apiErrors && typeof message === 'string';
}

function codeOfStatus(status: number): ApiErrorCode {
  if (status === 502 || status === 504) return 'unavailable';
  const found = Object.entries(apiErrors).find(([, error]) => error.status === status);
  return found ? (found[0] as ApiErrorCode) : 'internal';
}
