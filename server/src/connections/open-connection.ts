import type { ConnectorReference } from '../connector-registry/references.js';
import { ApiError } from '../platform/errors.js';
import type { KeptToken } from './tokens/token-rows.js';

/** What a person allows the runs of a workspace by one connection, whichever processes they are in. */
export interface CallLimits {
  /** Calls under way at one time; null: no limit. */
  atOnce: number | null;
  /** Calls in a second; null: no limit. */
  perSecond: number | null;
}

/** A connection with its secrets opened. It lives for one call and is never stored, logged or answered. */
export interface OpenConnection {
  id: string;
  workspaceId: string;
  name: string;
  /** The connector as it is at present. */
  connector: ConnectorReference;
  simulator: boolean;
  /** How it did when it was tested or called last. */
  status: string;
  /** The `kind` of the connector's auth. */
  auth: string;
  /** Settings and opened secrets, as the auth's `fields` describe them. */
  fields: Record<string, unknown>;
  /** The secrets alone, for masking. A token that calls carry joins them when it is got. */
  secretValues: string[];
  /** The token that calls carry, where the auth has one, as it was when the connection was opened. */
  token: KeptToken;
  /** Last part of the address at which the connection's own triggers listen. */
  hookPath: string;
  limits: CallLimits;
  /** The system asked for a pause that goes on for so many milliseconds; 0 when it did not. */
  closedForMs: number;
}

export function noSuchConnection(): ApiError {
  return new ApiError('not_found', 'There is no such connection.');
}
