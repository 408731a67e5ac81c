import { z } from 'zod';

/** https://developer.sailpoint.com/docs/api: what SailPoint refers to, in events and answers. Unknown keys are kept in events. */

export const docs = 'https://developer.sailpoint.com/docs/api/v2025';
export const triggerDocs = 'https://developer.sailpoint.com/docs/extensibility/event-triggers';

const reference = <T extends string>(type: T) =>
  z.looseObject({ type: z.literal(type), id: z.string(), name: z.string() });

export const identityRef = reference('IDENTITY');
export const sourceRef = reference('SOURCE');
export const accountRef = z.looseObject({
  type: z.literal('ACCOUNT'),
  id: z.string(),
  name: z.string(),
  nativeIdentity: z.string().describe('The account’s own id in the source, such as a distinguished name.'),
  uuid: z.string().nullish(),
});

/** Values of an attribute as events carry them. */
export const attributeValue = z.union([
  z.string(),
  z.boolean(),
  z.array(z.string().nullable()),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
]);
