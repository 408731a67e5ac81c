import { BlockList, isIP } from 'node:net';
import { type Challenge, type InboundRequest, type SignatureScheme, signatureSchemes } from '@castellan/sdk';
import { type Arrival, parseBody } from './delivery.js';

/** By what a webhook knows its senders. */
export interface SenderRules {
  methods: string[];
  /** Null: everybody who knows the address. `fields` are those of its connection; null where there is none. */
  signature: { scheme: string; fields: Record<string, unknown> | null } | null;
  allowFrom: string[] | null;
}

/** What is known of the sender of an arrival. */
export interface CheckedSender {
  /** Why it is not let in; null if it is. */
  refusal: string | null;
  /** Where it carries a secret. */
  carries: SignatureScheme['carries'] | undefined;
  /** The sender's own id of the delivery. */
  externalId: string | null;
  /** What is signed, where the delivery is. */
  signature: string | undefined;
  /** The sender asked whether somebody is there, and gets this answer. */
  challenge: Challenge | null;
}

/** Whether a webhook lets an arrival in. Pure. */
export function checkSender(
  { methods, signature, allowFrom }: SenderRules,
  arrival: Arrival,
  now: Date,
): CheckedSender {
  const scheme = signature ? signatureSchemes[signature.scheme] : undefined;
  const known = { carries: scheme?.carries, externalId: null, signature: undefined, challenge: null };
  const refused = (refusal: string): CheckedSender => ({ ...known, refusal });
  if (allowFrom && !isAmong(arrival.source, allowFrom)) return refused(outside(arrival));
  const unsigned = scheme?.challenge?.signed === false ? scheme.challenge.answer(inbound(arrival)) : null;
  if (unsigned) return { ...known, refusal: null, challenge: unsigned };
  if (!methods.includes(arrival.method)) return refused(`The trigger does not take ${arrival.method}.`);
  if (!signature) return { ...known, refusal: null, externalId: arrival.headers['webhook-id'] ?? null };
  if (!scheme) return refused(`This server does not know the signature scheme ${signature.scheme}.`);
  if (!signature.fields) return refused('The trigger has no connection to verify the sender by.');
  const verdict = scheme.verify({ ...arrival, fields: signature.fields, now });
  if (!verdict.ok) return refused(verdict.reason);
  const delivery = inbound(arrival);
  return {
    ...known,
    refusal: null,
    externalId: scheme.deliveryId?.(delivery) ?? arrival.headers['webhook-id'] ?? null,
    signature: verdict.signature,
    challenge: scheme.challenge?.answer(delivery) ?? null,
  };
}

/** Whether a network address is one of these, or in one of these ranges. An IPv4 address may come as an IPv6 one. */
export function isAmong(source: string | null | undefined, allowed: string[]): boolean {
  const family = isIP(source ?? '');
  if (!source || family === 0) return false;
  const list = new BlockList();
  for (const each of allowed) {
    const [address = '', prefix] = each.split('/');
    const kind = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, kind);
    else list.addSubnet(address, Number(prefix), kind);
  }
  return list.check(source, family === 6 ? 'ipv6' : 'ipv4');
}

function outside({ source, headers }: Arrival): string {
  const said = `It came from ${source ?? 'an unknown address'}, which the trigger does not allow.`;
  if (headers['x-forwarded-for'] === undefined) return said;
  return `${said} If a proxy stands in front of this server, set TRUST_PROXY, so that the sender’s own address counts.`;
}

const inbound = (arrival: Arrival): InboundRequest => ({
  ...arrival,
  body: parseBody(arrival.rawBody, arrival.headers['content-type']) as InboundRequest['body'],
});
