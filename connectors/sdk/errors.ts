import type { JsonValue } from './types.js';

/** The step error codes that a connector's call can end with. */
export type ConnectorErrorCode =
  | 'E_INPUT'
  | 'E_HTTP'
  | 'E_TIMEOUT'
  | 'E_EGRESS'
  | 'E_AUTH'
  | 'E_RATE'
  | 'E_RESPONSE'
  | 'E_OUTPUT_TOO_LARGE'
  | 'E_CANCELLED'
  | 'E_OUTCOME_UNKNOWN';

export interface ConnectorErrorOptions {
  code?: ConnectorErrorCode;
  /** The vendor's HTTP status, where there was an answer. */
  status?: number;
  /** The vendor's own words, cut to 500 characters. */
  vendorMessage?: string;
  details?: JsonValue;
  cause?: unknown;
}

/** Whatever a call to a vendor can fail with. */
export abstract class ConnectorError extends Error {
  abstract readonly retryable: boolean;
  readonly code: ConnectorErrorCode;
  readonly status?: number;
  readonly vendorMessage?: string;
  readonly details?: JsonValue;

  constructor(message: string, options: ConnectorErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code ?? 'E_HTTP';
    this.status = options.status;
    this.vendorMessage = options.vendorMessage;
    this.details = options.details;
  }
}

/** A repeat would fail in the same way. */
export class FatalError extends ConnectorError {
  readonly retryable = false;
}

export interface RetryableErrorOptions extends ConnectorErrorOptions {
  /** Seconds that the vendor told us to wait, at most 900. Without it the step's own backoff applies. */
  retryAfter?: number;
  /** A write of which the vendor's answer (500, 502, 504) does not say that nothing was done. */
  mayHaveHappened?: boolean;
}

/** A repeat may succeed. */
export class RetryableError extends ConnectorError {
  readonly retryable = true;
  readonly retryAfter?: number;
  readonly mayHaveHappened: boolean;

  constructor(message: string, options: RetryableErrorOptions = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
    this.mayHaveHappened = options.mayHaveHappened ?? false;
  }
}

/** A write went out and no whole answer came back: it may have happened. The operation's idempotency says what may be done next. */
export class UnknownOutcomeError extends ConnectorError {
  readonly retryable = false;

  constructor(message: string, options: Omit<ConnectorErrorOptions, 'code'> = {}) {
    super(message, { ...options, code: 'E_OUTCOME_UNKNOWN' });
  }
}
