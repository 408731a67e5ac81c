import { camelKeys, type JsonValue, parseAnswer, path, trigger } from '@castellan/sdk';
import { z } from 'zod';
import { accessRequest, sampleRequest } from './opal-request-shapes.js';
import { byWindows } from './opal-windows.js';

const docs = 'https://docs.opal.dev/api-reference/requests/get-requests';

const requestPage = z.object({
  cursor: z.string().nullish(),
  requests: z.array(
    z.looseObject({ id: z.string(), created_at: z.iso.datetime({ offset: true }), status: z.string() }),
  ),
});

/**
 * All requests are read and those that are decided left out here: were Opal asked for pending ones alone, a decision
 * between two pages would move what is on the second.
 */
const pending = byWindows({
  path: path`/requests`,
  page(body) {
    const { cursor, requests } = parseAnswer(requestPage, body, docs);
    const waiting = requests.filter(({ status }) => status === 'PENDING');
    const events = waiting.map((each) => ({
      ...{ id: each.id, occurredAt: each.created_at },
      payload: parseAnswer(accessRequest, camelKeys(each as JsonValue), docs) as JsonValue,
    }));
    return { next: cursor, events };
  },
});

export const opalRequestTriggers = {
  requestPending: trigger({
    title: 'Request waits for a decision',
    docs,
    summary: 'Somebody asked for access in Opal, and nobody has decided yet when it is read. Each is told once.',
    payload: accessRequest,
    poll: { everySeconds: 60, ...pending },
    sample: sampleRequest,
  }),
};
