import { type Host, type HttpClient, type JsonObject, operation, type Path, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, onUser, personOf } from './google-shapes.js';
import { removeFromUser } from './google-user-requests.js';

const token = z.object({
  clientId: z.string(),
  displayText: z.string().default(''),
  anonymous: z.boolean().default(false),
  nativeApp: z.boolean().default(false),
  scopes: z.array(z.string()).default([]),
});
type Token = z.output<typeof token>;

const appPassword = z.object({
  codeId: z.int(),
  name: z.string().default(''),
  creationTime: z.string().optional().describe('Milliseconds since 1970.'),
  lastTimeUsed: z.string().optional().describe('Milliseconds since 1970.'),
});
type AppPassword = z.output<typeof appPassword>;

const removed = z.object({ revoked: z.literal(true), alreadyGone: z.boolean() });
const jane = { user: 'jane.doe@example.com' };
const sampleToken = {
  ...{ clientId: '704567.apps.googleusercontent.com', displayText: 'Notes for teams' },
  ...{ anonymous: false, nativeApp: false, scopes: ['https://www.googleapis.com/auth/drive.readonly'] },
};
const samplePassword = { codeId: 1, name: 'Mail on the old phone', creationTime: '1754035200000' };

const tokensPath = (user: string) => path`/admin/directory/v1/users/${user}/tokens`;
const tokenPath = (user: string, clientId: string) => path`/admin/directory/v1/users/${user}/tokens/${clientId}`;
const passwordsPath = (user: string) => path`/admin/directory/v1/users/${user}/asps`;
const passwordPath = (user: string, codeId: number) => path`/admin/directory/v1/users/${user}/asps/${codeId}`;

const appAccess = (clientId: string, title?: string) => ({
  ...{ type: 'app access', id: clientId, ...(title ? { title } : {}) },
});

/** What lets others in besides the owner's own sign-in: apps with consent, and passwords of programs. */
export const googleCredentials = {
  listTokens: operation({
    title: 'List the apps that a user let in',
    docs: `${docs}/tokens/list`,
    summary: 'Apps of third parties with access to the account, and to what.',
    input: z.strictObject({ user: onUser.user }),
    output: z.object({ items: z.array(token) }),
    choice: { value: 'clientId', label: 'displayText' },
    effect: 'read',
    run: async ({ user }, { http }) => ({ items: await tokensOf(http, user) }),
    sample: { input: jane, output: { items: [sampleToken] } },
  }),

  revokeToken: operation({
    title: 'Revoke an app’s access',
    docs: `${docs}/tokens/delete`,
    summary: 'An app of a third party can no longer use the account, until its owner lets it in again.',
    input: z.strictObject({ ...onUser, clientId: z.string().min(1).meta({ title: 'App' }).describe('Its client id.') }),
    output: removed,
    options: { '/clientId': 'listTokens' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: appAccess(input.clientId) }],
    before: async ({ user, clientId }, { http }) =>
      (await tokensOf(http, user)).find((one) => one.clientId === clientId) ?? null,
    run: async ({ user, clientId }, { http }) => ({
      ...{ revoked: true as const, ...(await removeFromUser(http, user, tokenPath(user, clientId))) },
    }),
    sample: { input: { ...jane, clientId: sampleToken.clientId }, output: { revoked: true, alreadyGone: false } },
  }),

  revokeAllTokens: operation({
    title: 'Revoke all apps’ access',
    docs: `${docs}/tokens/delete`,
    summary: 'No app of a third party can use the account any longer, until its owner lets it in again.',
    input: z.strictObject(onUser),
    output: z.object({ revoked: z.array(token) }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: appAccess('all', 'All apps') }],
    before: async ({ user }, { http }) => ({ tokens: await tokensOf(http, user) }),
    run: revokeAllTokens,
    sample: { input: jane, output: { revoked: [sampleToken] } },
  }),

  listAppPasswords: operation({
    title: 'List a user’s app passwords',
    docs: `${docs}/asps/list`,
    summary: 'Passwords that the owner made for programs which know no second factor; Google shows only their names.',
    input: z.strictObject({ user: onUser.user }),
    output: z.object({ items: z.array(appPassword) }),
    choice: { value: 'codeId', label: 'name' },
    effect: 'read',
    run: async ({ user }, { http }) => ({ items: await passwordsOf(http, user) }),
    sample: { input: jane, output: { items: [samplePassword] } },
  }),

  deleteAppPassword: operation({
    title: 'Delete an app password',
    docs: `${docs}/asps/delete`,
    summary: 'The program that uses it can no longer sign in.',
    input: z.strictObject({ ...onUser, codeId: z.int().meta({ title: 'App password' }).describe('Its number.') }),
    output: removed,
    options: { '/codeId': 'listAppPasswords' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [
      { action: 'revoke', subject: personOf(input), object: { type: 'app password', id: String(input.codeId) } },
    ],
    before: async ({ user, codeId }, { http }) =>
      (await passwordsOf(http, user)).find((one) => one.codeId === codeId) ?? null,
    run: async ({ user, codeId }, { http }) => ({
      ...{ revoked: true as const, ...(await removeFromUser(http, user, passwordPath(user, codeId))) },
    }),
    sample: { input: { ...jane, codeId: 1 }, output: { revoked: true, alreadyGone: false } },
  }),

  deleteAllAppPasswords: operation({
    title: 'Delete all app passwords',
    docs: `${docs}/asps/delete`,
    summary: 'No program can sign in with an app password of the user any longer.',
    input: z.strictObject(onUser),
    output: z.object({ revoked: z.array(appPassword) }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [
      {
        action: 'revoke',
        subject: personOf(input),
        object: { type: 'app password', id: 'all', title: 'All app passwords' },
      },
    ],
    before: async ({ user }, { http }) => ({ appPasswords: await passwordsOf(http, user) }),
    run: async ({ user }, { http }) => {
      const revoked = await passwordsOf(http, user);
      for (const { codeId } of revoked) await remove(http, passwordPath(user, codeId));
      return { revoked };
    },
    sample: { input: jane, output: { revoked: [samplePassword] } },
  }),
};

/** Takes away one after the other what is there; a repeat goes on with what is left. */
async function revokeAllTokens({ user }: { user: string }, { http }: Host) {
  const revoked = await tokensOf(http, user);
  for (const { clientId } of revoked) await remove(http, tokenPath(user, clientId));
  return { revoked };
}

async function tokensOf(http: HttpClient, user: string): Promise<Token[]> {
  const { body } = await http.send({ method: 'GET', path: tokensPath(user) });
  return parseAnswer(z.array(token), (body as JsonObject).items ?? [], `${docs}/tokens/list`);
}

async function passwordsOf(http: HttpClient, user: string): Promise<AppPassword[]> {
  const { body } = await http.send({ method: 'GET', path: passwordsPath(user) });
  return parseAnswer(z.array(appPassword), (body as JsonObject).items ?? [], `${docs}/asps/list`);
}

/** Takes away what a list has just shown; what went meanwhile is no matter. */
async function remove(http: HttpClient, place: Path): Promise<void> {
  await http.send({ method: 'DELETE', path: place, accept: [404] });
}
