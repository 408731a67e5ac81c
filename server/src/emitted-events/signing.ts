import { createHmac, randomBytes } from 'node:crypto';

/** The secrets of a subscription, as they are sealed. */
export interface SubscriptionSecrets {
  secret: string;
  /** The one before: it signs as well, until the time that the subscription says. */
  previous?: string;
}

/** How long a secret goes on to sign after it was replaced. */
export const overlapHours = 24;

/** Where a subscription's secrets are bound to. */
export const sealedFor = (id: string): string => `event-subscription:${id}`;

/** A new secret in the form of Standard Webhooks: `whsec_` and 32 bytes in base64. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The headers of Standard Webhooks: one signature for each secret, so that a receiver may hold either. */
export function signedHeaders(secrets: string[], id: string, body: string, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
