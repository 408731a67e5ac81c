import type { TokenKeeper } from '../tokens/token.js';
import type { HostBreaker } from './host-breaker.js';
import type { SharedGate } from './rate-gate.js';

export interface HttpLimits {
  connectMs: number;
  headersMs: number;
  /** The whole call, redirects included. */
  totalMs: number;
  /** Of the decoded answer. */
  maxBytes: number;
  redirects: number;
}

export const defaultHttpLimits: HttpLimits = {
  connectMs: 5_000,
  headersMs: 15_000,
  totalMs: 60_000,
  maxBytes: 10 * 1024 * 1024,
  redirects: 3,
};

export interface CallOptions {
  signal?: AbortSignal;
  /** Shown to simulators with every call, so that their log tells a repeat from a second effect. */
  idempotencyKey?: string;
  /** How many runs stand above one that this call would start. Addresses of webhooks are told, so that a circle of flows ends. */
  depth?: number;
  /** In place of the core's total limit. */
  totalMs?: number;
  /** In place of the core's limit on the decoded answer. */
  maxBytes?: number;
  /** A redirect is an answer as any other; left out: it is followed. */
  keepsRedirects?: boolean;
  /** Beside the core's own gate, which is that of one process. */
  gate?: SharedGate;
  /** Holds back calls to hosts that keep failing; left out: nothing does, as with simulators. */
  breaker?: HostBreaker;
  /** The call is made although its host keeps failing, and tells the breaker what came of it. */
  insists?: boolean;
  /** Answers are taken as texts, JSON too. */
  asText?: boolean;
  /** Keeps the connection's token. Default: this process does. */
  tokens?: TokenKeeper;
  /** Told of each token that goes along, since it is a secret. */
  onToken?(token: string): void;
}
