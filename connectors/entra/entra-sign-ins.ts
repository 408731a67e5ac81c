import { operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, fieldsOf, limit, linkedPages, user } from './entra-shapes.js';

const instant = z.string().nullish();

const signedIn = user
  .pick({ id: true, userPrincipalName: true, displayName: true, mail: true, accountEnabled: true, userType: true })
  .extend({
    createdDateTime: instant,
    signInActivity: z
      .object({
        lastSignInDateTime: instant.describe('By the person.'),
        lastNonInteractiveSignInDateTime: instant.describe('By a program on the person’s behalf.'),
      })
      .nullish()
      .describe('Null for who has never signed in.'),
  });

/** Entra gives no larger pages with this property. */
const pageSize = 120;

export const entraSignIns = {
  listSignInActivity: operation({
    title: 'List users with their last sign-in',
    docs: `${docs}/resources/signinactivity`,
    summary:
      'Who signed in last when, to find accounts that nobody uses. Needs the permission AuditLog.Read.All and the licence Entra ID P1.',
    input: z.strictObject({ limit }),
    output: z.object({ items: z.array(signedIn) }),
    effect: 'read',
    request: () => ({
      ...{ method: 'GET', path: path`/users`, query: { $select: fieldsOf(signedIn), $top: pageSize } },
    }),
    paginate: linkedPages,
    sample: {
      input: {},
      output: {
        items: [
          {
            ...{ id: 'ca57e11a-0051-4000-8000-000000000003', userPrincipalName: 'jane.doe@example.com' },
            ...{ displayName: 'Jane Doe', mail: 'jane.doe@example.com', accountEnabled: true, userType: 'Member' },
            createdDateTime: '2022-03-01T09:00:00Z',
            signInActivity: {
              lastSignInDateTime: '2026-01-19T08:12:00Z',
              lastNonInteractiveSignInDateTime: '2026-01-20T06:00:00Z',
            },
          },
        ],
      },
    },
  }),
};
