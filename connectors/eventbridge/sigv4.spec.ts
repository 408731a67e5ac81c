import { describe, expect, it } from 'vitest';
import { signatureHeaders } from './sigv4.js';

/** The cases that AWS publishes as its test suite for Signature Version 4. */
const key = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'service',
};
const now = new Date('2015-08-30T12:36:00Z');

const signed = (method: string, url: string, headers: Record<string, string> = {}, body?: string) =>
  signatureHeaders({ method, url: new URL(url), headers, ...(body === undefined ? {} : { body }) }, key, now);

describe('the signature of AWS', () => {
  it.each([
    ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('is that of the case %s', (_, method, path, signature) => {
    expect(signed(method, `https://example.amazonaws.com${path}`)).toEqual({
      'x-amz-date': '20150830T123600Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        `SignedHeaders=host;x-amz-date, Signature=${signature}`,
    });
  });

  it('covers the body, the target and the token of credentials that end', () => {
    const one = signed('POST', 'https://example.amazonaws.com/', { 'x-amz-target': 'A.B' }, '{}').authorization;
    expect(one).toContain('SignedHeaders=host;x-amz-date;x-amz-target');
    expect(signed('POST', 'https://example.amazonaws.com/', { 'x-amz-target': 'A.B' }, '[]').authorization).not.toBe(
      one,
    );
    expect(signed('POST', 'https://example.amazonaws.com/', { 'x-amz-target': 'A.C' }, '{}').authorization).not.toBe(
      one,
    );
    const request = { method: 'POST', url: new URL('https://example.amazonaws.com/'), headers: {} };
    expect(signatureHeaders(request, { ...key, sessionToken: 'token' }, now)).toMatchObject({
      'x-amz-security-token': 'token',
      authorization: expect.stringContaining('x-amz-date;x-amz-security-token'),
    });
  });
});
