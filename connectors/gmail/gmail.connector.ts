import { defineConnector, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { googleConsent, googleServiceAccount } from '../google-sign-in.js';
import { mailApprovals } from '../mail-approvals.js';
import { docs, findSent, gmailMessages, send } from './gmail-messages.js';

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;

/** To send, and to find what was sent. */
const scopes = () => [scope('gmail.send'), scope('gmail.readonly')];

const profile = z.object({ emailAddress: z.string() });

/** https://developers.google.com/workspace/gmail/api. E-mail in the name of one account of Google Workspace or Gmail. */
export const gmail = defineConnector({
  id: 'gmail',
  title: 'Gmail',
  docs: 'https://developers.google.com/workspace/gmail/api/reference/rest',
  judgedBy: 'sdk',
  auth: [
    googleConsent({ title: 'Consent of the account', scopes }),
    googleServiceAccount({
      title: 'Service account with domain-wide delegation',
      fields: {
        subject: z
          .email()
          .meta({ title: 'Sends as' })
          .describe(
            'The account that it acts for. An administrator of Google Workspace must have allowed both scopes.',
          ),
      },
      scopes,
    }),
  ],
  sampleConnection: {
    kind: 'oauth2AuthorizationCode',
    fields: { clientId: 'sample', clientSecret: 'sample-client-secret' },
  },
  baseUrl: 'https://gmail.googleapis.com',
  async test({ http }) {
    const { body } = await http.send({ method: 'GET', path: path`/gmail/v1/users/me/profile` });
    return { account: parseAnswer(profile, body, `${docs}/getProfile`).emailAddress };
  },
  approvals: mailApprovals({ send, find: findSent }),
  operations: gmailMessages,
});
