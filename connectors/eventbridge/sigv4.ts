import { createHash, createHmac } from 'node:crypto';
import type { SignableRequest } from '@castellan/sdk';

/** Whose signature it is, and for what. */
export interface SigningKey {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of credentials that end by themselves. */
  sessionToken?: string;
  region: string;
  service: string;
}

/**
 * The headers that sign a request for AWS (Signature Version 4):
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html. Signed are the host, the
 * content type and all that is AWS's own.
 */
export function signatureHeaders(request: SignableRequest, key: SigningKey, now: Date): Record<string, string> {
  const at = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const added = {
    'x-amz-date': at,
    ...(key.sessionToken ? { 'x-amz-security-token': key.sessionToken } : {}),
  };
  const headers = { ...request.headers, host: request.url.host, ...added };
  const signed = Object.entries(headers)
    .filter(([name]) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    request.method,
    request.url.pathname.split('/').map(encoded).join('/'),
    queryOf(request.url),
    ...signed.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    names,
    hashOf(request.body ?? ''),
  ].join('\n');
  const scope = `${at.slice(0, 8)}/${key.region}/${key.service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', at, scope, hashOf(canonical)].join('\n');
  const signingKey = scope.split('/').reduce<string | Buffer>(mac, `AWS4${key.secretAccessKey}`);
  const signature = mac(signingKey, text).toString('hex');
  const credential = `${key.accessKeyId}/${scope}`;
  return {
    ...added,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function queryOf(url: URL): string {
  const pairs = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return pairs.toSorted().join('&');
}

/** As AWS encodes: letters, digits and `-._~` stay. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

const hashOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
