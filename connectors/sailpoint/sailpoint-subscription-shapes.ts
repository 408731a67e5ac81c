import { z } from 'zod';

export const triggerId = z
  .string()
  .min(1)
  .meta({ title: 'Trigger' })
  .describe('SailPoint’s id, such as idn:identity-created.');

export const subscriptionId = z.string().min(1).meta({ title: 'Subscription' });

export const authentication = z.enum(['NO_AUTH', 'BASIC_AUTH', 'BEARER_TOKEN']);
const dispatchMode = z.enum(['SYNC', 'ASYNC', 'DYNAMIC']);
const types = z.enum(['HTTP', 'EVENTBRIDGE', 'INLINE', 'SCRIPT', 'WORKFLOW']);

/** As SailPoint answers it, without the credential, which it does not show. */
export const subscription = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  triggerId: z.string(),
  triggerName: z.string(),
  type: types,
  enabled: z.boolean(),
  filter: z.string().optional(),
  responseDeadline: z.string().optional(),
  httpConfig: z
    .object({
      url: z.string(),
      httpDispatchMode: dispatchMode,
      httpAuthenticationType: authentication.optional(),
    })
    .optional(),
  eventBridgeConfig: z.object({ awsAccount: z.string(), awsRegion: z.string() }).optional(),
});
export type Subscription = z.output<typeof subscription>;

/** What can be said of a subscription, beside its trigger. */
export const subscriptionFields = {
  name: z.string().min(1).meta({ title: 'Name' }),
  description: z.string().optional().meta({ title: 'Description' }),
  type: z.enum(['HTTP', 'EVENTBRIDGE']).meta({ title: 'Type' }),
  httpConfig: z
    .strictObject({
      url: z
        .url()
        .meta({ title: 'Address' })
        .describe('The address of the connection, as the Connections page shows it.'),
      httpDispatchMode: dispatchMode
        .meta({ title: 'Answered' })
        .describe(
          'SYNC: at once, within 10 seconds. ASYNC: later. DYNAMIC: either. Events that nobody answers take SYNC.',
        ),
      httpAuthenticationType: authentication
        .optional()
        .meta({ title: 'Shows who it is by' })
        .describe('BEARER_TOKEN and BASIC_AUTH take the credential of this connection. Left out: by nothing.'),
    })
    .optional()
    .meta({ title: 'Delivery by HTTP' }),
  eventBridgeConfig: z
    .strictObject({
      awsAccount: z
        .string()
        .regex(/^\d{12}$/, 'Twelve digits.')
        .meta({ title: 'AWS account' }),
      awsRegion: z.string().min(1).meta({ title: 'AWS region' }),
    })
    .optional()
    .meta({ title: 'Delivery to EventBridge' }),
  responseDeadline: z
    .string()
    .regex(
      /^P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/,
      'A duration as ISO 8601 writes it, such as PT1H.',
    )
    .optional()
    .meta({ title: 'Answered by' })
    .describe('How long an answer may take that is given later, such as PT1H.'),
  filter: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Filter' })
    .describe('JSONPath: an event is told if it finds something there.'),
  enabled: z.boolean().optional().meta({ title: 'Enabled' }),
};
