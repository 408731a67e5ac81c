import { type ConnectorError, FatalError, RetryableError, UnknownOutcomeError } from '../errors.js';
import { UnreadableAnswer } from './answer.js';
import type { ExchangeFailure } from './exchange.js';

/** What a connection's certificate can be refused for. */
export const certificateCodes =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_)/;

/** What a broken exchange means for the step: what may have been done is never said to be undone. */
export function exchangeError(failure: ExchangeFailure, title: string, safe: boolean): ConnectorError {
  const cause = rootCause(failure);
  if (cause instanceof FatalError) return cause;
  const { reason, sent, message } = failure;
  if (reason === 'invalid')
    return new FatalError(`The request cannot be sent: ${message}.`, { code: 'E_INPUT', cause });
  if (sent && !safe) {
    return new UnknownOutcomeError(`${title} was asked, and no whole answer came: ${message}. It may have been done.`, {
      cause,
    });
  }
  switch (reason) {
    case 'cancelled':
      return new FatalError(`The call to ${title} was cancelled.`, { code: 'E_CANCELLED', cause });
    case 'deadline':
      return new RetryableError(`${title} did not answer in time: ${message}`, { code: 'E_TIMEOUT', cause });
    case 'too_large':
      return new FatalError(`${title}: ${message} Ask for less of it.`, { code: 'E_OUTPUT_TOO_LARGE', cause });
    default:
      return connectError(title, cause);
  }
}

/** What an answer that cannot be read means for the step. */
export function unreadableError(error: UnreadableAnswer, title: string, status: number, safe: boolean): ConnectorError {
  if (!safe)
    return new UnknownOutcomeError(`${title} answered ${status}, and not readably: ${error.message}`, { status });
  return new FatalError(`${title}: ${error.message}`, {
    status,
    code: error.tooLarge ? 'E_OUTPUT_TOO_LARGE' : 'E_RESPONSE',
  });
}

function connectError(title: string, cause: Error & { code?: string }): ConnectorError {
  const code = cause.code ?? '';
  if (certificateCodes.test(code)) {
    return new FatalError(
      `${title} shows a certificate that is not trusted (${code}). If it is your own authority's, name its file in EGRESS_CA.`,
      { code: 'E_EGRESS', cause },
    );
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new RetryableError(`${title} cannot be reached: no connection in time.`, { code: 'E_TIMEOUT', cause });
  }
  return new RetryableError(`${title} cannot be reached: ${cause.message}`, { cause });
}

function rootCause(error: Error): Error {
  return error.cause instanceof Error && !(error instanceof FatalError) ? rootCause(error.cause) : error;
}
