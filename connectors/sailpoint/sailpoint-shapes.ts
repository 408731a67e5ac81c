import { z } from 'zod';

/** https://developer.sailpoint.com/docs/api/v2025: objects as SailPoint answers them; unknown keys are dropped. */

const ref = z.object({ type: z.string().nullish(), id: z.string(), name: z.string().nullish() });
export const reference = ref;

/** Keys and values that SailPoint keeps with what they are about, and does not read. */
export const metadata = z.record(z.string(), z.unknown()).nullish();

export const comment = z.object({
  comment: z.string().nullish(),
  created: z.string().nullish(),
  author: ref.nullish(),
});

const accessTypes = ['ACCESS_PROFILE', 'ROLE', 'ENTITLEMENT'] as const;
export const accessType = z.enum(accessTypes);

export const identityId = z
  .string()
  .min(1)
  .meta({ title: 'Identity' })
  .describe('SailPoint’s id of the person, from “List identities”.');

/** Whose access is changed, where SailPoint itself is told an id of something else only. */
export const personEmail = z
  .email()
  .optional()
  .meta({ title: 'E-mail of the person' })
  .describe('Whom it concerns: for the plan, protected people and their history. SailPoint is not sent it.');

/** A person as a change names them. */
export function personOf(email: string | undefined): { subject?: { type: 'user'; id: string; email: string } } {
  return email === undefined ? {} : { subject: { type: 'user', id: email, email } };
}

/** SailPoint has taken the work on and does it later. */
export const submitted = (what: string) =>
  z.object({ taskId: z.string().describe(`SailPoint has taken it on: ${what}`) });
