import { defineConnector, jwtBearer, oauth2AuthorizationCode, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { docs, gmailMessages } from './gmail-messages.js';

const tokenUrl = 'https://oauth2.googleapis.com/token';
const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;

/** To send, and to find what was sent. */
const scopes = [scope('gmail.send'), scope('gmail.readonly')];

const profile = z.object({ emailAddress: z.string() });

/** https://developers.google.com/workspace/gmail/api. E-mail in the name of one account of Google Workspace or Gmail. */
export const gmail = defineConnector({
  id: 'gmail',
  title: 'Gmail',
  docs: 'https://developers.google.com/workspace/gmail/api/reference/rest',
  judgedBy: 'sdk',
  auth: [
    oauth2AuthorizationCode({
      title: 'Consent of the account',
      tokenUrl,
      authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
      // Without these Google gives no refresh token, or only the first time.
      authorizeParams: { access_type: 'offline', prompt: 'consent' },
      scopes,
    }),
    jwtBearer({
      kind: 'serviceAccount',
      title: 'Service account with domain-wide delegation',
      tokenUrl,
      fields: {
        clientEmail: z.email().meta({ title: 'Service account' }).describe('client_email of the key’s JSON file.'),
        subject: z
          .email()
          .meta({ title: 'Sends as' })
          .describe(
            'The account that it acts for. An administrator of Google Workspace must have allowed both scopes.',
          ),
      },
      claims: ({ clientEmail, subject }) => ({ iss: clientEmail, sub: subject, scope: scopes.join(' ') }),
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
  operations: gmailMessages,
});
