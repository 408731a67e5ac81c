import { type Host, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { account, docs, onUser, personOf, readUser, sampleJane } from './okta-shapes.js';

const page = `${docs}/UserLifecycle/#tag/UserLifecycle/operation`;

const onAccount = z.strictObject(onUser);
type OnAccount = z.output<typeof onAccount>;

const moved = z.object({
  userId: z.string(),
  previousStatus: z.string(),
  changed: z.boolean().describe('False where the user was in that state already.'),
});

/** States in which nobody can use the account. Okta activates from the first two and refuses the third, which is unsuspended. */
const inactive = new Set(['STAGED', 'DEPROVISIONED', 'SUSPENDED']);

const jane = { user: 'jane.doe@example.com' };
const oscar = { user: 'oscar.lind@example.com' };
const noah = { user: 'noah.silva@example.com' };

const sampleBefore = (status: string): JsonValue => ({ status });
const statusBefore = (before: JsonValue) => (before as { status: string }).status;

const readStatus = async ({ user }: OnAccount, { http }: Host): Promise<JsonValue> => ({
  status: (await readUser(http, user)).status,
});

/**
 * Okta refuses a change to the state that a user is in already, so the state is read first: a repeat finds it and sends
 * nothing. What stands in the way otherwise is refused by Okta, in its own words.
 */
async function move(
  { user: key }: OnAccount,
  { http }: Host,
  action: 'suspend' | 'unsuspend' | 'activate' | 'deactivate',
  isDone: (status: string) => boolean,
) {
  const { id, status, transitioningToStatus } = await readUser(http, key);
  const known = { userId: id, previousStatus: status };
  if (isDone(transitioningToStatus ?? status)) return { ...known, changed: false };
  await http.send({ method: 'POST', path: path`/api/v1/users/${id}/lifecycle/${action}` });
  return { ...known, changed: true };
}

/** Whether a user may sign in. */
export const oktaLifecycle = {
  suspendUser: operation({
    title: 'Suspend a user',
    docs: `${page}/suspendUser`,
    summary: 'Nobody can sign in as the user; groups and apps stay assigned. Only active users can be suspended.',
    input: onAccount,
    output: moved,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: account }],
    before: readStatus,
    run: (input, host) => move(input, host, 'suspend', (status) => status === 'SUSPENDED'),
    undo: (input, _, before) => (statusBefore(before) === 'ACTIVE' ? { operation: 'unsuspendUser', input } : null),
    sample: {
      input: jane,
      output: { userId: sampleJane.id, previousStatus: 'ACTIVE', changed: true },
      before: sampleBefore('ACTIVE'),
    },
  }),

  unsuspendUser: operation({
    title: 'Unsuspend a user',
    docs: `${page}/unsuspendUser`,
    summary: 'A suspended user is active again.',
    input: onAccount,
    output: moved,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: account }],
    before: readStatus,
    run: (input, host) => move(input, host, 'unsuspend', (status) => status === 'ACTIVE'),
    undo: (input, _, before) => (statusBefore(before) === 'SUSPENDED' ? { operation: 'suspendUser', input } : null),
    sample: {
      input: noah,
      output: { userId: '00unoah00000000000d7', previousStatus: 'SUSPENDED', changed: true },
      before: sampleBefore('SUSPENDED'),
    },
  }),

  // Without undo: a user who is activated again lacks what apps deleted, and must set a password.
  deactivateUser: operation({
    title: 'Deactivate a user',
    docs: `${page}/deactivateUser`,
    summary:
      'Takes the user out of all apps, which may delete their data: Okta cannot take that back. To lock somebody out for a while, suspend the user.',
    input: onAccount,
    output: moved,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: account }],
    before: readStatus,
    run: (input, host) => move(input, host, 'deactivate', (status) => status === 'DEPROVISIONED'),
    sample: {
      input: jane,
      output: { userId: sampleJane.id, previousStatus: 'ACTIVE', changed: true },
      before: sampleBefore('ACTIVE'),
    },
  }),

  activateUser: operation({
    title: 'Activate a user',
    docs: `${page}/activateUser`,
    summary: 'Activates a staged or deactivated user. Okta sends the person an e-mail by which to set a password.',
    input: onAccount,
    output: moved,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: account }],
    before: readStatus,
    run: (input, host) => move(input, host, 'activate', (status) => !inactive.has(status)),
    undo: (input, _, before) =>
      statusBefore(before) === 'DEPROVISIONED' ? { operation: 'deactivateUser', input } : null,
    sample: {
      input: oscar,
      output: { userId: '00uoscar0000000000d7', previousStatus: 'DEPROVISIONED', changed: true },
      before: sampleBefore('DEPROVISIONED'),
    },
  }),

  reactivateUser: operation({
    title: 'Send the activation again',
    docs: `${page}/reactivateUser`,
    summary:
      'For a user who was activated and never set a password: Okta sends the e-mail again, with another link. A deactivated user is activated instead.',
    input: onAccount,
    output: z.object({ userId: z.string(), sent: z.literal(true) }),
    effect: 'write',
    // Each call sends another e-mail, and its link ends the one before.
    idempotency: 'none',
    changes: (input) => [{ action: 'notify', subject: personOf(input), object: account }],
    run: async ({ user: key }, { http }) => {
      const { id } = await readUser(http, key);
      // The answer may hold a token that signs in as the user: it is not read.
      await http.send({
        ...{ method: 'POST', path: path`/api/v1/users/${id}/lifecycle/reactivate`, query: { sendEmail: true } },
      });
      return { userId: id, sent: true as const };
    },
    sample: { input: { user: 'mia.keller@example.com' }, output: { userId: '00umia000000000000d7', sent: true } },
  }),
};
