import type { z } from 'zod';
import type { ConnectionFields } from '../auth.js';
import type { Challenge, InboundRequest } from '../types.js';

/**
 * What came of looking at a delivery. `signature` is the one that fits, whichever the sender wrote it with: it covers
 * the delivery and is taken once. Schemes that send a secret along have none. `signsInAgain`: the sender gets itself
 * another token when it hears 401.
 */
export type Verification = { ok: true; signature?: string } | { ok: false; reason: string; signsInAgain?: true };

export interface VerifyRequest extends Pick<InboundRequest, 'headers' | 'query' | 'rawBody'> {
  fields: ConnectionFields;
  now: Date;
}

/**
 * What a repeated delivery is known by.
 * signedTime: its time is signed, so an old one is refused, and one that was taken is not taken again ·
 * signedContent: one that was taken is not taken again, but its age is not known ·
 * none: the secret is sent along, so whoever reads one delivery can make others.
 */
export type Freshness = 'signedTime' | 'signedContent' | 'none';

/** How a sender proves that a delivery is its own. Secrets and settings are fields of the connection. */
export interface SignatureScheme {
  id: string;
  title: string;
  /** What the sender must be given or must be told, in a sentence or two. */
  help: string;
  fields: z.ZodObject;
  /** Headers and query parameters that carry a secret, lower case: never shown, logged or handed to a flow. */
  carries: { headers?: string[]; query?: string[] };
  /** Default: none. */
  freshness?: Freshness;
  /** Pure. The reason names what is wrong with the delivery, never the secret. */
  verify(request: VerifyRequest): Verification;
  /** The sender's own id of the delivery, the same when it is sent again; null if it has none. */
  deliveryId?(delivery: InboundRequest): string | null;
  /** The sender's question whether somebody is there, with its answer; null for a delivery. */
  challenge?: { signed: boolean; answer(delivery: InboundRequest): Challenge | null };
}

export function refused(reason: string): Verification {
  return { ok: false, reason };
}
