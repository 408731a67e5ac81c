import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defineConnector } from '../define.js';
import { createHttpCore } from '../http/core.js';
import { path } from '../path.js';
import { json, startVendor } from '../testing/vendor-server.js';
import { awsSignature } from './aws.js';

const keys = {
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2015-08-30T12:36:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

it('signs as the vector “get-vanilla” of AWS’s test suite', async () => {
  const request = { url: new URL('https://example.amazonaws.com/'), method: 'GET', headers: {} };
  expect(await awsSignature({ service: 'service' }).sign!(keys, request)).toEqual({
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  });
});

it('signs what is sent, to the connection’s own host only, and never sends the key', async () => {
  const vendor = await startVendor();
  vendor.answer = json('{}');
  const core = createHttpCore({ allow: [vendor.place] });
  const connector = defineConnector({
    ...{ id: 'aws', title: 'AWS', docs: 'https://docs.aws.example', judgedBy: 'docs', operations: {} },
    auth: [awsSignature({ service: 'events' })],
    sampleConnection: { kind: 'awsSignature', fields: keys },
    baseUrl: vendor.origin,
  });
  const http = core.connect(connector, { id: 'a', kind: 'awsSignature', fields: { ...keys, sessionToken: 'session' } });
  await http.send({ method: 'POST', path: path`/events`, body: { a: 1 } });
  expect(vendor.seen).toMatchObject([
    {
      body: '{"a":1}',
      headers: {
        authorization: expect.stringMatching(
          /SignedHeaders=[a-z;-]*x-amz-date;x-amz-security-token, Signature=\w{64}$/,
        ),
        'x-amz-security-token': 'session',
      },
    },
  ]);
  expect(JSON.stringify(vendor.seen)).not.toContain(keys.secretAccessKey);
  const elsewhere = http.send({ method: 'GET', url: 'https://elsewhere.example/' });
  await expect(elsewhere).rejects.toMatchObject({ code: 'E_EGRESS' });
  await core.close();
  vendor.close();
});
