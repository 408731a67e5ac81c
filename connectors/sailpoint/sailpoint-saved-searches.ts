import { downloaded, downloadOf, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { ada, jane, sailpointId } from './sailpoint-company.js';
import { limit, listOf, listRequest, offsetPages } from './sailpoint-lists.js';
import { docs } from './sailpoint-references.js';
import { reference } from './sailpoint-shapes.js';

const savedSearchId = z.string().min(1).meta({ title: 'Saved search' });

const savedSearch = z.object({
  id: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  indices: z.array(z.string()),
  query: z.string(),
  public: z.boolean().nullish(),
  owner: reference.nullish(),
  created: z.string().nullish(),
  modified: z.string().nullish(),
});

const sample = {
  ...{ id: sailpointId('savedSearch', 1), name: 'Dormant accounts', description: 'Nobody has signed in for long.' },
  ...{ indices: ['identities'], query: 'inactive:true', public: false, owner: { type: 'IDENTITY', id: ada.id } },
};

/** Reports are files at Amazon S3, in whichever region the tenant is. */
const reportHost = /^https:\/\/[\w.-]+\.amazonaws\.com\//;
const reportAddress = 'https://reports.s3.amazonaws.com/dormant-accounts.zip?X-Amz-Expires=899';

export const savedSearchOperations = {
  listSavedSearches: operation({
    title: 'List saved searches',
    docs: `${docs}/list-saved-searches`,
    summary: 'Searches that this account has saved, and those that everybody sees.',
    input: z.strictObject({ limit }),
    output: listOf(savedSearch),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: () => listRequest(path`/saved-searches`, {}),
    paginate: offsetPages,
    sample: { input: {}, output: { items: [sample] } },
  }),

  getSavedSearch: operation({
    title: 'Get a saved search',
    docs: `${docs}/get-saved-search`,
    summary: 'What a saved search looks for: its query can be handed on to “Search”.',
    input: z.strictObject({ savedSearchId }),
    output: savedSearch,
    options: { '/savedSearchId': 'listSavedSearches' },
    effect: 'read',
    request: ({ savedSearchId }) => ({ method: 'GET', path: path`/saved-searches/${savedSearchId}` }),
    sample: { input: { savedSearchId: sample.id }, output: sample },
  }),

  downloadSearchReport: operation({
    title: 'Download the report of a search',
    docs: 'https://developer.sailpoint.com/docs/extensibility/event-triggers/triggers/saved-search-completed',
    summary:
      'The file that “Scheduled search completed” tells of, at most 750 KiB, to be attached to an e-mail, a ticket or a message. Its address holds for a quarter of an hour.',
    input: z.strictObject({
      url: z
        .url({ protocol: /^https$/ })
        .regex(reportHost, 'Give the address that the event tells: SailPoint keeps reports at Amazon.')
        .meta({ title: 'Address', text: 'url' })
        .describe('signedS3Url of the event. It is called without this connection’s credentials.'),
    }),
    output: downloaded,
    effect: 'read',
    judgedBy: 'own',
    request: ({ url }) => ({ method: 'GET', url, bare: true, answer: 'base64' }),
    response: (response, { url }) => downloadOf(response, url),
    sample: {
      input: { url: reportAddress },
      output: {
        ...{ content: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', filename: 'dormant-accounts.zip' },
        ...{ contentType: 'application/zip', bytes: 22 },
      },
    },
  }),

  sendSearchReport: operation({
    title: 'Send the report of a saved search',
    docs: `${docs}/saved-search-execute`,
    summary:
      'Has SailPoint run a saved search and mail its report. When the report is ready, “Scheduled search completed” tells it.',
    input: z.strictObject({
      savedSearchId,
      recipientIds: z.array(z.string().min(1)).min(1).meta({ title: 'Recipients' }).describe('Ids of identities.'),
    }),
    output: z.object({ sent: z.literal(true) }).describe('SailPoint has taken it on; the e-mail comes later.'),
    options: { '/savedSearchId': 'listSavedSearches', '/recipientIds/*': 'listIdentities' },
    effect: 'write',
    // Each call sends another report.
    idempotency: 'none',
    changes: ({ savedSearchId, recipientIds }) =>
      recipientIds.map((id) => ({
        action: 'notify' as const,
        subject: { type: 'sailpoint_identity', id },
        object: { type: 'sailpoint_saved_search', id: savedSearchId },
      })),
    request: ({ savedSearchId, recipientIds }) => ({
      method: 'POST',
      path: path`/saved-searches/${savedSearchId}/execute`,
      body: { recipients: recipientIds.map((id) => ({ type: 'IDENTITY', id })) },
    }),
    response: () => ({ sent: true }),
    sample: { input: { savedSearchId: sample.id, recipientIds: [jane.id] }, output: { sent: true } },
  }),
};
