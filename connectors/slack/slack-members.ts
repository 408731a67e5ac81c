import { type HttpClient, type HttpRequest, isObject, operation, parseAnswer, path } from '@castellan/sdk';
import { z } from 'zod';
import { accepted, refusalCode } from './slack-answer.js';
import { email, jsonInUtf8, methods, mostItems, pageSize } from './slack-fields.js';
import { cursorPages } from './slack-paging.js';

const member = z.object({
  id: z.string(),
  name: z.string(),
  realName: z.string(),
  /** Apps and the members of other workspaces show none, nor anybody without the scope users:read.email. */
  email: z.string().nullable(),
  isBot: z.boolean(),
  isDeactivated: z.boolean(),
  isGuest: z.boolean(),
});
export type Member = z.output<typeof member>;

const memberPages = cursorPages('members', (user) => memberOf(user));

const jane = {
  id: 'W012A3CDE',
  name: 'jane',
  realName: 'Jane Doe',
  email: 'jane.doe@example.com',
  isBot: false,
  isDeactivated: false,
  isGuest: false,
};

export const memberOperations = {
  lookupUserByEmail: operation({
    title: 'Find a member by e-mail',
    docs: `${methods}/users.lookupByEmail`,
    summary: 'The member with an e-mail address, or null. Needs the scope users:read.email.',
    input: z.strictObject({ email }),
    output: z.object({ user: member.nullable() }),
    effect: 'read',
    request: (input) => lookupRequest(input.email),
    response: (response) => ({
      user: refusalCode(response) === 'users_not_found' ? null : memberOf(accepted(response).user),
    }),
    sample: { input: { email: 'jane.doe@example.com' }, output: { user: jane } },
  }),

  getUser: operation({
    title: 'Read a member',
    docs: `${methods}/users.info`,
    summary: 'The member with an id, such as an event names them.',
    input: z.strictObject({
      userId: z.string().min(1).meta({ title: 'Member' }).describe('The id, such as U012AB3CD.'),
    }),
    output: z.object({ user: member }),
    options: { '/userId': 'listMembers' },
    effect: 'read',
    request: ({ userId }) => infoRequest(userId),
    response: (response) => ({ user: memberOf(accepted(response).user) }),
    sample: { input: { userId: 'U00000003' }, output: { user: { ...jane, id: 'U00000003' } } },
  }),

  listMembers: operation({
    title: 'List members',
    docs: `${methods}/users.list`,
    summary: 'Everybody in the Slack workspace, apps and deactivated members included.',
    input: z.strictObject({ limit: mostItems }),
    output: z.object({ items: z.array(member) }),
    choice: { value: 'id', label: 'realName' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/users.list`, query: { limit: pageSize } }),
    paginate: memberPages,
    sample: { input: {}, output: { items: [jane] } },
  }),
};

function lookupRequest(address: string): HttpRequest {
  return { method: 'GET', path: path`/users.lookupByEmail`, query: { email: address } };
}

export function infoRequest(userId: string): HttpRequest {
  return { method: 'GET', path: path`/users.info`, query: { user: userId } };
}

/** The member with an e-mail address; rejects with Slack's refusal when there is none. */
export async function findMember(http: HttpClient, address: string): Promise<Member> {
  return memberOf(accepted(await http.send(lookupRequest(address))).user);
}

/** conversations.open answers with the same channel each time, so it may be asked again. */
export async function openDirectMessage(
  http: HttpClient,
  address: string,
): Promise<{ userId: string; channel: string }> {
  const { id: userId } = await findMember(http, address);
  const opened = accepted(
    await http.send({
      method: 'POST',
      path: path`/conversations.open`,
      headers: jsonInUtf8,
      body: { users: userId },
    }),
  );
  const shape = z.object({ id: z.string() });
  return { userId, channel: parseAnswer(shape, opened.channel, `${methods}/conversations.open`).id };
}

export function memberOf(user: unknown): Member {
  const given = isObject(user) ? user : {};
  const profile = isObject(given.profile) ? given.profile : {};
  return parseAnswer(
    member,
    {
      id: given.id,
      name: given.name,
      realName: given.real_name ?? profile.real_name ?? given.name,
      email: profile.email ?? null,
      isBot: given.is_bot === true,
      isDeactivated: given.deleted === true,
      isGuest: given.is_restricted === true || given.is_ultra_restricted === true,
    },
    `${methods}/users.info`,
  );
}
