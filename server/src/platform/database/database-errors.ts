import { ApiError } from '../errors.js';

/** Errors of the socket and of pg's own timers: the statement may not have reached the server at all. */
const lostConnection = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ENOENT',
  'EAI_AGAIN',
]);
const lostMessages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|not queryable|queryrunner.*released/i;

/** The driver's error below TypeORM's wrapper. */
function driverError(error: unknown): { code?: unknown; message?: unknown; constraint?: unknown } {
  if (typeof error !== 'object' || error === null) return {};
  const wrapped = (error as { driverError?: unknown }).driverError;
  return typeof wrapped === 'object' && wrapped !== null ? wrapped : error;
}

/** The connection is gone or hangs; it must not go back to the pool. */
export function isConnectionLost(error: unknown): boolean {
  const { code, message } = driverError(error);
  if (typeof code === 'string' && (lostConnection.has(code) || code.startsWith('08') || code.startsWith('57P')))
    return true;
  return typeof message === 'string' && lostMessages.test(message);
}

/**
 * Postgres is away, full (class 53), switched to read only, too slow (57014, 55P03), or has ended one of two transactions
 * that stood in each other's way (40P01): nothing is wrong with the request.
 */
export function isUnavailable(error: unknown): boolean {
  const { code } = driverError(error);
  if (typeof code === 'string' && /^(53...|57014|55P03|40P01|25006|58...)$/.test(code)) return true;
  return isConnectionLost(error);
}

/** What callers see of a database error: `unavailable` for an outage, else the error itself. */
export function asCallerError(error: unknown): unknown {
  if (error instanceof ApiError || !isUnavailable(error)) return error;
  return new ApiError('unavailable', undefined, undefined, { cause: error });
}

/** A unique index refused the row; `constraint` names which. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const found = driverError(error);
  return found.code === '23505' && (constraint === undefined || found.constraint === constraint);
}
