import { type ConnectionFields, defineConnector, type HttpResponse, path } from '@castellan/sdk';
import { z } from 'zod';
import { googleConsent, googleServiceAccount } from '../google-sign-in.js';
import { googleAccounts } from './google-accounts.js';
import { googleActivities, googleTriggers } from './google-activities.js';
import { googleCredentials } from './google-credentials.js';
import { googleGroups } from './google-groups.js';
import { googleMembers } from './google-members.js';
import { googleOrgUnits } from './google-org-units.js';
import { googleSync } from './google-sync.js';
import { googleUsers } from './google-users.js';

const scope = (name: string) => `https://www.googleapis.com/auth/admin.${name}`;

const onlyRead = ['directory.user.readonly', 'directory.group.readonly'];
const toChange = ['directory.user', 'directory.user.security', 'directory.group'];
const always = ['directory.orgunit.readonly', 'reports.audit.readonly'];

const access = z
  .enum(['change', 'read'])
  .default('change')
  .meta({ title: 'Rights' })
  .describe('What Google is asked to allow; read is enough for a directory sync, and keeps apps and passwords hidden.');

const scopesFor = ({ access: wanted }: ConnectionFields): string[] =>
  [...(wanted === 'read' ? onlyRead : toChange), ...always].map(scope);

/** https://developers.google.com/workspace/admin. Accounts, groups and activity of one customer. */
export const googleWorkspace = defineConnector({
  id: 'google-workspace',
  title: 'Google Workspace',
  docs: 'https://developers.google.com/workspace/admin/directory/reference/rest',
  judgedBy: 'sdk',
  auth: [
    googleServiceAccount({
      title: 'Service account with domain-wide delegation',
      fields: {
        subject: z
          .email()
          .meta({ title: 'Acts as' })
          .describe(
            `An administrator. In the Admin console, under Domain-wide delegation, the service account’s client must be allowed: ${scopesFor({}).join(', ')}. For reading only: ${scopesFor({ access: 'read' }).join(', ')}.`,
          ),
        access,
      },
      scopes: scopesFor,
    }),
    googleConsent({ title: 'Consent of an administrator', fields: { access }, scopes: scopesFor }),
  ],
  sampleConnection: {
    kind: 'serviceAccount',
    fields: {
      clientEmail: 'castellan@project.iam.gserviceaccount.com',
      subject: 'ada.okafor@example.com',
      privateKey: 'sample-private-key',
    },
  },
  baseUrl: 'https://admin.googleapis.com',
  meaning,
  async test({ http }, { subject }) {
    const { body } = await http.send({
      method: 'GET',
      path: path`/admin/directory/v1/users`,
      query: { customer: 'my_customer', maxResults: 1, fields: 'users(customerId)' },
    });
    const [first] = (body as { users?: { customerId?: string }[] } | null)?.users ?? [];
    const customer = `customer ${first?.customerId ?? 'without users'}`;
    return { account: subject ? `${String(subject)} in ${customer}` : customer };
  },
  operations: {
    ...googleUsers,
    ...googleAccounts,
    ...googleCredentials,
    ...googleGroups,
    ...googleMembers,
    ...googleOrgUnits,
    ...googleActivities,
  },
  triggers: googleTriggers,
  directory: googleSync,
});

/** Limits of a minute or second, which Google tells by 403. That of a day is none that could be waited for. */
const limits = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded']);

/** Google tells limits by 403, and by 412 an account that it has not finished making. */
function meaning({ status, body }: HttpResponse): number {
  const { error } = (body ?? {}) as { error?: { message?: string; errors?: { reason?: string }[] } };
  const reasons = error?.errors?.map(({ reason = '' }) => reason) ?? [];
  if (status === 403 && reasons.some((reason) => limits.has(reason))) return 429;
  if (status === 412 && /not complete/i.test(error?.message ?? '')) return 503;
  return status;
}
