import { type Auth, customAuth, defineConnector, receivesOnly, signatureSchemes } from '@castellan/sdk';

/** The schemes of senders that have no connector of their own. */
const schemes = [
  'standard',
  'hmac',
  'bearer',
  'basic',
  'header',
  'slack',
  'pagerduty',
  'github',
  'bamboohr',
  'okta',
  'sailpoint',
];

const [first, ...others] = schemes.map((id): Auth => {
  const { title, fields } = signatureSchemes[id]!;
  return customAuth({ kind: id, title, fields: fields.shape, credentials: () => ({}) });
});

/** Keeps the secret by which a plain webhook trigger knows its sender. It calls nobody. */
export const webhook = defineConnector({
  id: 'webhook',
  title: 'Incoming webhook',
  docs: 'https://www.standardwebhooks.com',
  judgedBy: 'docs',
  auth: [first!, ...others],
  sampleConnection: { kind: 'standard', fields: { signingSecret: 'whsec_c2FtcGxlLXNpZ25pbmctc2VjcmV0' } },
  schemes,
  test: async () => receivesOnly,
  operations: {},
});
