import type { ConnectionFields } from '../auth.js';
import { FatalError } from '../errors.js';
import type { HttpClient } from '../types.js';

/** What goes along with calls for a time, in place of the connection's own secrets. Times are epoch milliseconds. */
export interface Token {
  accessToken: string;
  obtainedAt: number;
  /** Null where nobody says: it is good until it is refused. */
  expiresAt: number | null;
  /** Gets the next token. Where the vendor rotates it, it is good for one use. */
  refreshToken?: string;
  /** When the refresh token ends, and with it the consent. */
  refreshExpiresAt?: number | null;
}

/** What a token's source gets: calls to its own endpoint and to no other place. */
export interface TokenHost {
  http: HttpClient;
  now(): Date;
}

/** How an auth gets the token that its calls carry. */
export interface TokenSource {
  /** The endpoint that the connection's secrets are sent to. Undefined: the token is made here, and nobody is asked. */
  url?(fields: ConnectionFields): string;
  /**
   * The next token. `held` is the last one, expired or refused. Rejects with FatalError (E_AUTH) where a person must do
   * something, else with RetryableError.
   */
  obtain(fields: ConnectionFields, held: Token | null, host: TokenHost): Promise<Token>;
  /** A person has to agree at the vendor before there is a first token. */
  consent?: Consent;
}

/** The consent of a person at the vendor's own page: RFC 6749 §4.1 with PKCE (RFC 7636, S256). */
export interface Consent {
  /** Where the person's browser is sent. */
  address(fields: ConnectionFields, ask: { redirectUri: string; state: string; challenge: string }): string;
  /** From the code that the browser came back with to the first token. */
  redeem(fields: ConnectionFields, given: Redeemed, host: TokenHost): Promise<Token>;
}

export interface Redeemed {
  code: string;
  redirectUri: string;
  /** What the challenge was made from. */
  verifier: string;
}

/** Keeps the token of one connection for whoever calls by it. */
export interface TokenKeeper {
  /**
   * A token that is good for a call now. `refused` is one that the vendor did not take although it had not expired:
   * another is obtained, unless that has happened since. However many ask, one asks the vendor.
   */
  current(obtain: (held: Token | null) => Promise<Token>, refused?: string): Promise<Token>;
}

/** The longest time before its end at which a token is renewed. */
const mostAheadMs = 120_000;

/** Not so near its end that it should be renewed: a fifth of its life before, at most two minutes. */
export function isFresh({ obtainedAt, expiresAt }: Token, now: number): boolean {
  if (expiresAt === null) return true;
  return expiresAt - now > Math.min(mostAheadMs, (expiresAt - obtainedAt) / 5);
}

/** Not yet at its end, as far as is known. */
export function isAlive({ expiresAt }: Token, now: number): boolean {
  return expiresAt === null || expiresAt > now;
}

/** There was no consent yet, or it ended. */
export function notConnected(): FatalError {
  return new FatalError('Nobody has agreed to this connection at the vendor yet. Connect it on the Connections page.', {
    code: 'E_AUTH',
  });
}
