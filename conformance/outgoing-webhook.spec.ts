import { Webhook } from 'standardwebhooks';
import { expect } from 'vitest';
import { judge, testKey } from './judge.js';
import type { Sent } from './wire.js';

const secret = 'whsec_c2FtcGxlLXNpZ25pbmctc2VjcmV0LW9mLTMyLWJ5dGU=';
const event = { type: 'access.revoked', data: { person: 'jane.doe@example.com' } };

/** What the standard's library takes for signed by the secret; the time of the signature is another each time. */
function verified({ host, method, path, query, headers, body }: Sent): object {
  return { host, method, path, query, body: new Webhook(secret).verify(JSON.stringify(body), headers) as object };
}

judge({
  connector: 'outgoing-webhook',
  sdk: 'standardwebhooks',
  client: (wire, { url }) => ({ wire, url: String(url) }),
  headers: ['webhook-id', 'content-type'],
  plain: verified,
  cases: {
    sendWebhook: {
      input: event,
      async sdk({ wire, url }) {
        const id = `msg_${testKey.slice(0, 40)}`;
        const body = JSON.stringify(event);
        const now = new Date();
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(id, now, body),
          'content-type': 'application/json',
        };
        expect((await wire.fetch(url, { method: 'POST', headers, body })).status).toBe(204);
      },
    },
  },
});
