import {
  FatalError,
  type HttpClient,
  type HttpRequest,
  type Paging,
  parseAnswer,
  path,
  readPages,
} from '@castellan/sdk';
import { z } from 'zod';
import { accepted, isObject } from './slack-answer.js';

const listDocs = 'https://docs.slack.dev/reference/methods/conversations.list';

export const channel = z.object({ id: z.string(), name: z.string(), isPrivate: z.boolean(), isMember: z.boolean() });

/** Slack advises pages of at most 200 and allows 1,000: https://docs.slack.dev/apis/web-api/pagination */
const pageSize = 200;

/** Channels in use. Private ones are those that the app was invited to, and need the scope groups:read. */
export function listChannelsRequest(withPrivate: boolean): HttpRequest {
  return {
    method: 'GET',
    path: path`/conversations.list`,
    query: {
      exclude_archived: true,
      types: withPrivate ? 'public_channel,private_channel' : 'public_channel',
      limit: pageSize,
    },
  };
}

/** Pages by `response_metadata.next_cursor`, which is empty on the last. */
export const channelPaging: Paging = {
  items: (response) => {
    const { channels } = accepted(response);
    return (Array.isArray(channels) ? channels : []).filter(isObject).map((item) => ({
      id: item.id ?? null,
      name: item.name ?? null,
      isPrivate: item.is_private === true,
      isMember: item.is_member === true,
    }));
  },
  next: (response, request) => {
    const { response_metadata: metadata } = accepted(response);
    const cursor = isObject(metadata) ? metadata.next_cursor : undefined;
    return typeof cursor === 'string' && cursor !== '' ? { ...request, query: { ...request.query, cursor } } : null;
  },
};

/** The id of a channel that is given by id or, as chat.postMessage also takes it, by name. */
export async function findChannelId(http: HttpClient, idOrName: string): Promise<string> {
  if (/^[CDG][A-Z0-9]{5,}$/.test(idOrName)) return idOrName;
  const name = idOrName.replace(/^#/, '');
  const items = await readPages(http, listChannelsRequest(false), channelPaging);
  const channels = parseAnswer(z.array(channel), items, listDocs);
  const found = channels.find((item) => item.name === name);
  if (found) return found.id;
  throw new FatalError(`Slack shows the app no public channel “${idOrName}”. Name it by its id, which begins with C.`);
}
