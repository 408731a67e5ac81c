import { createHmac } from 'node:crypto';

/** How a sender of each scheme proves itself: what is in its connection, and what it adds to a delivery. */
export interface Sender {
  connector: string;
  auth: string;
  scheme: string;
  fields: Record<string, unknown>;
  /** Headers for a body at a time, in Unix seconds. */
  headers: (body: string, at: number) => Record<string, string>;
  /** What is added to the address. */
  query?: string;
  /** A delivery whose time is signed is refused when it is old; of one that is signed a copy is told. */
  freshness: 'signedTime' | 'signedContent' | 'none';
}

const key = 'a-secret-of-the-sender-and-us';
const sha256 = (secret: string | Buffer, ...parts: string[]) => createHmac('sha256', secret).update(parts.join(''));
const base64Key = Buffer.from(key).toString('base64');

const webhook = (scheme: string, sender: Omit<Sender, 'connector' | 'auth' | 'scheme'>): Sender => ({
  ...{ connector: 'webhook', auth: scheme, scheme },
  ...sender,
});

/** A sender of every scheme that a plain webhook can name. */
export const senders: Record<string, Sender> = {
  standard: webhook('standard', {
    fields: { signingSecret: `whsec_${base64Key}` },
    headers: (body, at) => {
      const id = `msg_${sha256(key, body).digest('hex').slice(0, 12)}`;
      return {
        'webhook-id': id,
        'webhook-timestamp': String(at),
        'webhook-signature': `v1,${sha256(Buffer.from(base64Key, 'base64'), `${id}.${at}.${body}`).digest('base64')}`,
      };
    },
    freshness: 'signedTime',
  }),
  hmac: webhook('hmac', {
    fields: { signingSecret: key, signaturePrefix: 'sha256=', signatureHeader: 'X-Our-Signature' },
    headers: (body) => ({ 'x-our-signature': `sha256=${sha256(key, body).digest('hex')}` }),
    freshness: 'signedContent',
  }),
  'hmac with a timestamp': webhook('hmac', {
    fields: {
      signingSecret: key,
      timestampHeader: 'X-Time',
      signedText: '{timestamp}|{body}',
      signatureEncoding: 'base64',
    },
    headers: (body, at) => {
      const time = new Date(at * 1_000).toISOString();
      return { 'x-time': time, 'x-signature': sha256(key, `${time}|${body}`).digest('base64') };
    },
    freshness: 'signedTime',
  }),
  slack: webhook('slack', {
    fields: { signingSecret: key },
    headers: (body, at) => ({
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': `v0=${sha256(key, `v0:${at}:${body}`).digest('hex')}`,
    }),
    freshness: 'signedTime',
  }),
  pagerduty: webhook('pagerduty', {
    fields: { webhookSecret: key },
    headers: (body) => ({ 'x-pagerduty-signature': `v1=${sha256(key, body).digest('hex')}` }),
    freshness: 'signedContent',
  }),
  github: webhook('github', {
    fields: { webhookSecret: key },
    headers: (body) => ({ 'x-hub-signature-256': `sha256=${sha256(key, body).digest('hex')}` }),
    freshness: 'signedContent',
  }),
  bamboohr: webhook('bamboohr', {
    fields: { webhookSecret: key },
    headers: (body, at) => ({
      'x-bamboohr-timestamp': String(at),
      'x-bamboohr-signature': sha256(key, body, String(at)).digest('hex'),
    }),
    freshness: 'signedTime',
  }),
  datadog: {
    ...{ connector: 'datadog', auth: 'webhook', scheme: 'datadog', fields: { webhookToken: key } },
    headers: () => ({ 'x-castellan-token': key }),
    freshness: 'none',
  },
  splunk: {
    ...{ connector: 'splunk', auth: 'webhook', scheme: 'splunk', fields: { webhookToken: key } },
    headers: () => ({}),
    query: `?token=${key}`,
    freshness: 'none',
  },
  okta: webhook('okta', {
    fields: { webhookToken: key },
    headers: () => ({ authorization: key }),
    freshness: 'none',
  }),
  'sailpoint by token': webhook('sailpoint', {
    fields: { webhookToken: key },
    headers: () => ({ authorization: `Bearer ${key}` }),
    freshness: 'none',
  }),
  'sailpoint by password': webhook('sailpoint', {
    fields: { webhookUsername: 'sailpoint', webhookPassword: key },
    headers: () => ({ authorization: `Basic ${btoa(`sailpoint:${key}`)}` }),
    freshness: 'none',
  }),
  bearer: webhook('bearer', {
    fields: { webhookToken: key },
    headers: () => ({ authorization: `Bearer ${key}` }),
    freshness: 'none',
  }),
  basic: webhook('basic', {
    fields: { webhookUsername: 'me', webhookPassword: key },
    headers: () => ({ authorization: `Basic ${btoa(`me:${key}`)}` }),
    freshness: 'none',
  }),
  header: webhook('header', {
    fields: { webhookToken: key, webhookHeader: 'x-auth-token' },
    headers: () => ({ 'x-auth-token': key }),
    freshness: 'none',
  }),
};

/** A vendor that sends to the one address of its connection, and what it tells of there. */
export interface Vendor {
  connector: string;
  auth: string;
  fields: Record<string, unknown>;
  event: string;
  /** A delivery about a person, of which no other has the number. */
  body: (person: string, number: number) => object;
  headers: Sender['headers'];
}

export const vendors: Record<string, Vendor> = {
  Opal: {
    ...{
      connector: 'opal',
      auth: 'apiToken',
      fields: { token: 'opal-token', webhookSecret: key },
      event: 'accessChanged',
    },
    body: (person, number) => ({
      ...{ organization_id: 'o', event_ts: number },
      events: [{ event_type: 'USER_ADDED_TO_RESOURCE', user_id: person, resource_id: 'r' }],
    }),
    headers: (body, at) => ({
      'x-opal-request-timestamp': String(at),
      'x-opal-signature': sha256(key, `v0:${at}:${body}`).digest('hex'),
    }),
  },
  Slack: {
    ...{ connector: 'slack', auth: 'botToken', fields: { token: 'xoxb-test', signingSecret: key }, event: 'message' },
    body: (person, number) => ({
      ...{ type: 'event_callback', team_id: 'T1', api_app_id: 'A1', event_id: `Ev${number}`, event_time: number },
      event: { type: 'message', channel: 'C1', user: 'U1', user_id: person, text: 'Hello', ts: `${number}.000100` },
    }),
    headers: (body, at) => ({
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': `v0=${sha256(key, `v0:${at}:${body}`).digest('hex')}`,
    }),
  },
  GitHub: {
    ...{ connector: 'github', auth: 'apiToken', event: 'memberAdded' },
    fields: { token: 'github_pat_test', organization: 'example', webhookSecret: key },
    body: (person, number) => ({
      ...{ action: 'member_added', organization: { login: 'example', id: 77 }, sender: { login: 'aokafor', id: 1 } },
      membership: { role: 'member', state: 'active', user: { login: 'jdoe', id: number } },
      user_id: person,
    }),
    headers: (body) => ({
      'x-hub-signature-256': `sha256=${sha256(key, body).digest('hex')}`,
      'x-github-delivery': sha256('guid', body).digest('hex').slice(0, 36),
    }),
  },
};

/** The secret of all of them. */
export const sendersSecret = key;

/** A delivery that is signed as it is sent. */
export async function post(
  url: string,
  text: string,
  headers: Record<string, string>,
  method = 'POST',
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'GET' || method === 'OPTIONS' ? {} : { body: text }),
  });
  const said = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: said.startsWith('{') ? (JSON.parse(said) as Record<string, unknown>) : { text: said },
  };
}
