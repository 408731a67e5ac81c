import { type ConnectionAddress, secret, signatureSchemes } from '@castellan/sdk';
import { z } from 'zod';
import { malformedDelivery, sailpointAnswering } from './sailpoint-answering.js';
import { inputOf, invocationOf, withoutSecret } from './sailpoint-invocation.js';
import { triggerDocs } from './sailpoint-references.js';
import { triggerOf } from './sailpoint-triggers.js';

/** Fields of a connection with which SailPoint shows who it is: it signs nothing. */
export const webhookFields = {
  webhookToken: secret('Bearer token of the subscriptions')
    .describe('SailPoint shows by it who delivers. Left out: made up when a flow’s trigger subscribes.')
    .optional(),
  webhookUsername: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'User name of the subscriptions' })
    .describe('In place of the bearer token.'),
  webhookPassword: secret('Password of the subscriptions').optional(),
};

/** All subscriptions of a connection deliver to one address; SailPoint says in each delivery which trigger it is. */
export const sailpointAddress: ConnectionAddress = {
  docs: `${triggerDocs}/subscribing-to-trigger`,
  setup: [
    'Subscribe in the form of a flow’s trigger, which does the rest; or do it in SailPoint:',
    'enter a bearer token (or a user name and a password) in this connection,',
    'and under **Admin → Event Triggers → Subscriptions** add one with type HTTP, this address and the same credential.',
    'A trigger that waits for an answer takes one subscription in the whole tenant.',
  ].join(' '),
  signature: signatureSchemes.sailpoint!,
  deliveryId: ({ body }) => invocationOf(body)?.id ?? null,
  malformed: malformedDelivery,
  kept: ({ body }) => withoutSecret(body),
  answering: sailpointAnswering,
  events({ body }) {
    const invocation = invocationOf(body);
    const trigger = invocation && triggerOf(invocation.triggerId);
    return trigger ? [{ trigger, payload: inputOf(body), key: '0' }] : [];
  },
};
