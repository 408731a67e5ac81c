import { type Host, operation, parseAnswer, path, RetryableError } from '@castellan/sdk';
import { z } from 'zod';
import { activeDirectory, jane, sailpointId } from './sailpoint-company.js';
import { allOf, condition, filters, limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { identityId, personEmail, personOf, reference, submitted } from './sailpoint-shapes.js';

const accountId = z
  .string()
  .min(1)
  .meta({ title: 'Account' })
  .describe('SailPoint’s id of the account, from “List accounts”.');
const sourceId = z.string().min(1).meta({ title: 'Source' });

const account = z.object({
  id: z.string(),
  name: z.string().nullish(),
  nativeIdentity: z.string().describe('The account’s own id in the source.'),
  sourceId: z.string(),
  sourceName: z.string().nullish(),
  identityId: z.string().nullish(),
  identity: reference.partial().nullish(),
  disabled: z.boolean(),
  locked: z.boolean(),
  uncorrelated: z.boolean().describe('It belongs to nobody.'),
  authoritative: z.boolean().nullish(),
  systemAccount: z.boolean().nullish(),
  manuallyCorrelated: z.boolean().nullish(),
  hasEntitlements: z.boolean().nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
  created: z.string().nullish(),
  modified: z.string().nullish(),
});

const accountDocs = `${docs}/get-account`;

async function readAccount({ http }: Host, id: string): Promise<z.output<typeof account>> {
  const { body } = await http.send({ method: 'GET', path: path`/accounts/${id}` });
  return parseAnswer(account, body, accountDocs);
}

const stateBefore = async ({ accountId }: { accountId: string }, host: Host) => {
  const { disabled, locked } = await readAccount(host, accountId);
  return { disabled, locked };
};

const input = z.strictObject({
  accountId,
  email: personEmail,
  forceProvisioning: z
    .boolean()
    .default(false)
    .meta({ title: 'Even if it seems done' })
    .describe('SailPoint tells the source although it has the account in that state already.'),
});
type Input = z.output<typeof input>;

const post = (verb: 'enable' | 'disable' | 'unlock', { accountId, forceProvisioning }: Input) => ({
  method: 'POST' as const,
  path: path`/accounts/${accountId}/${verb}`,
  body: { forceProvisioning },
});

const accountObject = (id: string) => ({ type: 'sailpoint_account', id });
const task = submitted('the source follows; “Wait until an account is as wanted” tells when.');
const sampleTask = { taskId: sailpointId('activity', 9) };
const taskOf = (body: unknown) => ({ taskId: (body as { id: string }).id });

const samplesAccount = {
  ...{ id: sailpointId('account', 3), name: 'jane.doe', nativeIdentity: 'CN=Jane Doe,OU=People,DC=example,DC=com' },
  ...{ sourceId: activeDirectory.id, sourceName: activeDirectory.name, identityId: jane.id, identity: jane },
  ...{ disabled: false, locked: false, uncorrelated: false, authoritative: false, hasEntitlements: true },
};

/** Some ten minutes in looks ever further apart, and then one a minute for an hour. A step may say otherwise. */
const looks = { attempts: 75, firstSeconds: 2, factor: 1.5, maxSeconds: 60 };

export const accountOperations = {
  listAccounts: operation({
    title: 'List accounts',
    docs: `${docs}/list-accounts`,
    summary: 'Accounts in all sources, of one person or source, or those that belong to nobody.',
    input: z.strictObject({
      identityId: identityId.optional(),
      sourceId: sourceId.optional(),
      uncorrelated: z.boolean().optional().meta({ title: 'That belong to nobody' }),
      filters: filters('nativeIdentity sw "CN=Jane"'),
      limit,
    }),
    output: listOf(account),
    options: { '/identityId': 'listIdentities', '/sourceId': 'listSources' },
    choice: { value: 'id', label: 'nativeIdentity' },
    effect: 'read',
    request: ({ identityId, sourceId, uncorrelated, filters }) =>
      listRequest(path`/accounts`, {
        filters: allOf(
          condition('identityId', 'eq', identityId),
          condition('sourceId', 'eq', sourceId),
          condition('uncorrelated', 'eq', uncorrelated),
          filters ? [filters] : [],
        ),
      }),
    paginate: offsetPages,
    sample: { input: { identityId: jane.id }, output: { items: [samplesAccount] } },
  }),

  getAccount: operation({
    title: 'Get an account',
    docs: accountDocs,
    summary: 'One account with its attributes and state.',
    input: z.strictObject({ accountId }),
    output: account,
    options: { '/accountId': 'listAccounts' },
    effect: 'read',
    request: ({ accountId }) => ({ method: 'GET', path: path`/accounts/${accountId}` }),
    sample: { input: { accountId: samplesAccount.id }, output: samplesAccount },
  }),

  enableAccount: operation({
    title: 'Enable an account',
    docs: `${docs}/enable-account`,
    summary: 'Has SailPoint enable an account in its source. It is answered before that is done.',
    input,
    output: task,
    options: { '/accountId': 'listAccounts' },
    effect: 'write',
    idempotency: 'natural',
    changes: ({ accountId, email }) => [{ action: 'grant', ...personOf(email), object: accountObject(accountId) }],
    before: stateBefore,
    request: (input) => post('enable', input),
    response: ({ body }) => taskOf(body),
    undo: ({ accountId, email }, _, before) =>
      (before as { disabled: boolean }).disabled
        ? { operation: 'disableAccount', input: { accountId, ...(email ? { email } : {}) } }
        : null,
    sample: {
      input: { accountId: sailpointId('account', 109) },
      output: sampleTask,
      before: { disabled: true, locked: false },
    },
  }),

  disableAccount: operation({
    title: 'Disable an account',
    docs: `${docs}/disable-account`,
    summary: 'Has SailPoint disable an account in its source. It is answered before that is done.',
    input,
    output: task,
    options: { '/accountId': 'listAccounts' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: ({ accountId, email }) => [{ action: 'revoke', ...personOf(email), object: accountObject(accountId) }],
    before: stateBefore,
    request: (input) => post('disable', input),
    response: ({ body }) => taskOf(body),
    undo: ({ accountId, email }, _, before) =>
      (before as { disabled: boolean }).disabled
        ? null
        : { operation: 'enableAccount', input: { accountId, ...(email ? { email } : {}) } },
    sample: {
      input: { accountId: samplesAccount.id, email: 'jane.doe@example.com' },
      output: sampleTask,
      before: { disabled: false, locked: false },
    },
  }),

  unlockAccount: operation({
    title: 'Unlock an account',
    docs: `${docs}/unlock-account`,
    summary: 'Has SailPoint unlock an account in its source after too many failed sign-ins.',
    input: input.extend({
      unlockIdentity: z
        .boolean()
        .default(false)
        .meta({ title: 'Also in SailPoint' })
        .describe('The person’s own sign-in to SailPoint is unlocked, too.'),
    }),
    output: task,
    options: { '/accountId': 'listAccounts' },
    effect: 'write',
    idempotency: 'natural',
    changes: ({ accountId, email }) => [{ action: 'update', ...personOf(email), object: accountObject(accountId) }],
    before: stateBefore,
    request: ({ unlockIdentity, ...rest }) => {
      const request = post('unlock', rest);
      return { ...request, body: { ...request.body, unlockIDNAccount: unlockIdentity } };
    },
    response: ({ body }) => taskOf(body),
    sample: {
      input: { accountId: sailpointId('account', 6) },
      output: sampleTask,
      before: { disabled: false, locked: true },
    },
  }),

  awaitAccount: operation({
    title: 'Wait until an account is as wanted',
    docs: accountDocs,
    summary: 'Goes on when SailPoint has an account enabled, disabled or unlocked.',
    input: z.strictObject({
      accountId,
      wanted: z.enum(['enabled', 'disabled', 'unlocked']).meta({ title: 'What is awaited' }),
    }),
    output: account,
    options: { '/accountId': 'listAccounts' },
    effect: 'read',
    retry: looks,
    run: async ({ accountId, wanted }, host) => {
      const found = await readAccount(host, accountId);
      const isThere = wanted === 'unlocked' ? !found.locked : found.disabled === (wanted === 'disabled');
      if (isThere) return found;
      throw new RetryableError(`The account is not ${wanted} yet.`, { code: 'E_TIMEOUT' });
    },
    sample: { input: { accountId: samplesAccount.id, wanted: 'enabled' }, output: samplesAccount },
  }),
};
