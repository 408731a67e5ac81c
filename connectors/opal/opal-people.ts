import { camelKeys, operation, path, RetryableError } from '@castellan/sdk';
import { z } from 'zod';
import { docs, user, userId } from './opal-shapes.js';

const sampleUser = {
  ...{ userId: 'ca57e11a-0001-4000-8000-000000000003', email: 'jane.doe@example.com', fullName: 'Jane Doe' },
  ...{ firstName: 'Jane', lastName: 'Doe', position: 'Senior Software Engineer', hrIdpStatus: 'ACTIVE' as const },
};

/** One look is one attempt of the step, ever further apart: some ten in the first half hour, then four an hour for a day. */
const looks = { attempts: 105, firstSeconds: 15, factor: 1.6, maxSeconds: 900 };

export const opalPeople = {
  getUser: operation({
    title: 'Get a user',
    docs: `${docs}/users/get-user`,
    summary: 'One person by Opal’s id, as requests, owners and events name people.',
    input: z.strictObject({ userId }),
    output: user,
    options: { '/userId': 'listUsers' },
    effect: 'read',
    request: (input) => ({ method: 'GET', path: path`/user`, query: { user_id: input.userId } }),
    response: ({ body }) => camelKeys(body),
    sample: { input: { userId: sampleUser.userId }, output: sampleUser },
  }),

  awaitUser: operation({
    title: 'Wait until Opal knows a person',
    docs: `${docs}/users/get-user`,
    summary:
      'Goes on when a person has arrived in Opal, which learns of new people from the identity provider; looks for a day.',
    input: z.strictObject({ email: z.email().meta({ title: 'E-mail' }) }),
    output: user,
    effect: 'read',
    retry: looks,
    awaitsOthers: true,
    run: async ({ email }, { http }) => {
      const { status, body } = await http.send({ method: 'GET', path: path`/user`, query: { email }, accept: [404] });
      if (status === 404) throw new RetryableError(`Opal does not know ${email} yet.`, { code: 'E_TIMEOUT' });
      // Checked with the operation's output.
      return camelKeys(body) as z.output<typeof user>;
    },
    sample: { input: { email: sampleUser.email }, output: sampleUser },
  }),
};
