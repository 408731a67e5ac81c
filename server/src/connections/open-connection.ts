import { ApiError } from '../platform/errors.js';

/** A connection with its secrets opened. It lives for one call and is never stored, logged or answered. */
export interface OpenConnection {
  id: string;
  workspaceId: string;
  name: string;
  /** Id of the connector. */
  connector: string;
  simulator: boolean;
  /** The `kind` of the connector's auth. */
  auth: string;
  /** Settings and opened secrets, as the auth's `fields` describe them. */
  fields: Record<string, unknown>;
  /** The secrets alone, for masking. */
  secretValues: string[];
  /** Last part of the address at which the connection's own triggers listen. */
  hookPath: string;
}

export function noSuchConnection(): ApiError {
  return new ApiError('not_found', 'There is no such connection.');
}
