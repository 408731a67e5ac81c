import { defineConnector, jwtBearer, oauth2AuthorizationCode, path } from '@castellan/sdk';
import { z } from 'zod';
import { sheetRows } from './sheet-rows.js';

const tokenUrl = 'https://oauth2.googleapis.com/token';
const scopes = ['https://www.googleapis.com/auth/spreadsheets'];

/** https://developers.google.com/workspace/sheets/api. Rows of spreadsheets that are shared with the connection's account. */
export const googleSheets = defineConnector({
  id: 'google-sheets',
  title: 'Google Sheets',
  docs: 'https://developers.google.com/workspace/sheets/api/reference/rest',
  judgedBy: 'sdk',
  auth: [
    jwtBearer({
      kind: 'serviceAccount',
      title: 'Service account',
      tokenUrl,
      fields: {
        clientEmail: z
          .email()
          .meta({ title: 'Service account' })
          .describe('client_email of the key’s JSON file. Share each spreadsheet with this address.'),
      },
      claims: ({ clientEmail }) => ({ iss: clientEmail, scope: scopes.join(' ') }),
    }),
    oauth2AuthorizationCode({
      title: 'Consent of an account',
      tokenUrl,
      authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
      // Without these Google gives no refresh token, or only the first time.
      authorizeParams: { access_type: 'offline', prompt: 'consent' },
      scopes,
    }),
  ],
  sampleConnection: {
    kind: 'serviceAccount',
    fields: { clientEmail: 'castellan@project.iam.gserviceaccount.com', privateKey: 'sample-private-key' },
  },
  baseUrl: 'https://sheets.googleapis.com',
  async test({ http }, { clientEmail }) {
    // No spreadsheet has this id: 404 says that Google knows who asks, and that the API is switched on.
    await http.send({
      method: 'GET',
      path: path`/v4/spreadsheets/${'castellan-connection-test'}`,
      query: { fields: 'spreadsheetId' },
      accept: [404],
    });
    return { account: String(clientEmail ?? 'The account that agreed') };
  },
  operations: sheetRows,
});
