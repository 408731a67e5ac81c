import { defineConnector, path } from '@castellan/sdk';
import { googleConsent, googleServiceAccount } from '../google-sign-in.js';
import { sheetRows } from './sheet-rows.js';

const scopes = () => ['https://www.googleapis.com/auth/spreadsheets'];

/** https://developers.google.com/workspace/sheets/api. Rows of spreadsheets that are shared with the connection's account. */
export const googleSheets = defineConnector({
  id: 'google-sheets',
  title: 'Google Sheets',
  docs: 'https://developers.google.com/workspace/sheets/api/reference/rest',
  judgedBy: 'sdk',
  auth: [
    googleServiceAccount({
      title: 'Service account',
      remedy: 'Share each spreadsheet with this address.',
      scopes,
    }),
    googleConsent({ title: 'Consent of an account', scopes }),
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
