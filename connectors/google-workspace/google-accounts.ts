import { FatalError, type Host, type JsonValue, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { account, docs, onUser, personOf, user } from './google-shapes.js';
import { changeRequest, readUser, removeFromUser } from './google-user-requests.js';
import { sampleUser } from './google-users.js';

const jane = { user: 'jane.doe@example.com' };
const oscar = { user: 'oscar.lind@example.com' };

const withAlias = z.strictObject({ ...onUser, alias: z.email().meta({ title: 'Alias' }) });
type WithAlias = z.output<typeof withAlias>;
const sampleAlias = { ...jane, alias: 'j.doe@example.com' };

const wasSuspended = async (key: string, { http }: Host): Promise<JsonValue> => ({
  suspended: (await readUser(http, key)).suspended,
});
const hadAlias = async ({ user: key, alias }: WithAlias, { http }: Host): Promise<JsonValue> => ({
  has: has(alias, (await readUser(http, key)).aliases),
});
const has = (alias: string, aliases: string[]) =>
  aliases.some((address) => address.toLowerCase() === alias.toLowerCase());

/** Whether an account may be used, and by which other addresses. */
export const googleAccounts = {
  suspendUser: operation({
    title: 'Suspend a user',
    docs: `${docs}/users/patch`,
    summary: 'Nobody can sign in to the account, its sessions end, and nothing of it is lost.',
    input: z.strictObject(onUser),
    output: user,
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'revoke', subject: personOf(input), object: account }],
    before: ({ user: key }, host) => wasSuspended(key, host),
    request: ({ user: key }) => changeRequest('PATCH', key, { suspended: true }),
    undo: (input, _, before) =>
      (before as { suspended?: boolean }).suspended ? null : { operation: 'restoreUser', input },
    sample: { input: jane, output: { ...sampleUser, suspended: true }, before: { suspended: false } },
  }),

  restoreUser: operation({
    title: 'Restore a suspended user',
    docs: `${docs}/users/patch`,
    summary: 'The account may be used again.',
    input: z.strictObject(onUser),
    output: user,
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'grant', subject: personOf(input), object: account }],
    before: ({ user: key }, host) => wasSuspended(key, host),
    request: ({ user: key }) => changeRequest('PATCH', key, { suspended: false }),
    undo: (input, _, before) =>
      (before as { suspended?: boolean }).suspended ? { operation: 'suspendUser', input } : null,
    sample: { input: oscar, output: sampleUser, before: { suspended: true } },
  }),

  signOutUser: operation({
    title: 'Sign a user out',
    docs: `${docs}/users/signOut`,
    summary: 'Ends all sessions on the web and on devices, and resets the cookies by which they go on.',
    input: z.strictObject(onUser),
    output: z.object({ signedOut: z.literal(true) }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [
      { action: 'revoke', subject: personOf(input), object: { type: 'sessions', id: 'all', title: 'All sessions' } },
    ],
    withoutBefore: 'Google does not list the sessions of a user.',
    request: ({ user: key }) => ({ method: 'POST', path: path`/admin/directory/v1/users/${key}/signOut` }),
    response: () => ({ signedOut: true }),
    sample: { input: jane, output: { signedOut: true } },
  }),

  addAlias: operation({
    title: 'Make an alias',
    docs: `${docs}/users.aliases/insert`,
    summary: 'Another address at which the user gets e-mail. It may take a day until it works everywhere.',
    input: withAlias,
    output: z.object({ alias: z.string(), alreadyThere: z.boolean() }),
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [{ action: 'create', subject: personOf(input), object: { type: 'alias', id: input.alias } }],
    before: hadAlias,
    run: addAlias,
    undo: (input, _, before) => ((before as { has: boolean }).has ? null : { operation: 'removeAlias', input }),
    sample: { input: sampleAlias, output: { alias: 'j.doe@example.com', alreadyThere: false }, before: { has: false } },
  }),

  removeAlias: operation({
    title: 'Remove an alias',
    docs: `${docs}/users.aliases/delete`,
    summary: 'E-mail to that address no longer reaches the user.',
    input: withAlias,
    output: z.object({ removed: z.literal(true), alreadyGone: z.boolean() }),
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [{ action: 'delete', subject: personOf(input), object: { type: 'alias', id: input.alias } }],
    before: hadAlias,
    run: async ({ user: key, alias }, { http }) => {
      const place = path`/admin/directory/v1/users/${key}/aliases/${alias}`;
      return { removed: true as const, ...(await removeFromUser(http, key, place)) };
    },
    undo: (input, _, before) => ((before as { has: boolean }).has ? { operation: 'addAlias', input } : null),
    sample: {
      input: { user: 'ada.okafor@example.com', alias: 'ciso@example.com' },
      output: { removed: true, alreadyGone: false },
      before: { has: true },
    },
  }),
};

/** Google answers 409 for an alias that is there, whosever it is: then the user is asked. */
async function addAlias({ user: key, alias }: WithAlias, { http }: Host) {
  const place = path`/admin/directory/v1/users/${key}/aliases`;
  const { status } = await http.send({ method: 'POST', path: place, body: { alias }, accept: [409] });
  if (status !== 409) return { alias, alreadyThere: false };
  if (has(alias, (await readUser(http, key)).aliases)) return { alias, alreadyThere: true };
  throw new FatalError(`Google Workspace refused (409): ${alias} is an address of somebody else.`, { status });
}
