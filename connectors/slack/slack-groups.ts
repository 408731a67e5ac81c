import { type Change, FatalError, type HttpClient, isObject, type JsonObject, operation, path } from '@castellan/sdk';
import { z } from 'zod';
import { accepted } from './slack-answer.js';
import { email, jsonInUtf8, methods } from './slack-fields.js';
import { findMember } from './slack-members.js';

const group = z.object({ id: z.string(), name: z.string(), handle: z.string(), isDisabled: z.boolean() });

const groupField = z.string().min(1).meta({ title: 'User group' }).describe('The id of the group, such as S0604QSJC.');
const membership = z.strictObject({ group: groupField, email });
const inGroup = z.object({ group: z.string(), userId: z.string(), changed: z.boolean() });

const sampleMembership = { group: 'S0ONCALL', email: 'jane.doe@example.com' };

const onlyWhole =
  'Slack only takes the whole list of members, so a change that somebody makes in the same second can be lost.';

/** User groups: the handles, such as @on-call, by which several members are named. Need usergroups:read and :write. */
export const groupOperations = {
  listUserGroups: operation({
    title: 'List user groups',
    docs: `${methods}/usergroups.list`,
    summary: 'The groups that are named by a handle, such as @on-call.',
    input: z.strictObject({}),
    output: z.object({ items: z.array(group) }),
    choice: { value: 'id', label: 'name' },
    effect: 'read',
    request: () => ({ method: 'GET', path: path`/usergroups.list` }),
    response: (response) => ({ items: groupsIn(accepted(response)) }),
    sample: {
      input: {},
      output: { items: [{ id: 'S0ONCALL', name: 'On-call', handle: 'on-call', isDisabled: false }] },
    },
  }),

  listUserGroupMembers: operation({
    title: 'List the members of a user group',
    docs: `${methods}/usergroups.users.list`,
    summary: 'The ids of all who are in a user group.',
    input: z.strictObject({ group: groupField }),
    output: z.object({ items: z.array(z.object({ userId: z.string() })) }),
    options: { '/group': 'listUserGroups' },
    effect: 'read',
    run: async (input, { http }) => ({ items: (await usersIn(http, input.group)).map((userId) => ({ userId })) }),
    sample: { input: { group: 'S0ONCALL' }, output: { items: [{ userId: 'W012A3CDE' }] } },
  }),

  addToUserGroup: operation({
    title: 'Add to a user group',
    docs: `${methods}/usergroups.users.update`,
    summary: `Makes the member with an e-mail address one of a group. ${onlyWhole}`,
    input: membership,
    output: inGroup,
    options: { '/group': 'listUserGroups' },
    effect: 'write',
    idempotency: 'natural',
    changes: (input) => [memberChange('grant', input)],
    before: wasMember,
    undo: (input, _, before) =>
      isObject(before) && before.wasMember === true ? null : { operation: 'removeFromUserGroup', input },
    async run(input, { http }) {
      const { id: userId } = await findMember(http, input.email);
      const users = await usersIn(http, input.group);
      const changed = !users.includes(userId);
      if (changed) await setUsers(http, input.group, [...users, userId]);
      return { group: input.group, userId, changed };
    },
    sample: {
      input: sampleMembership,
      output: { group: 'S0ONCALL', userId: 'W012A3CDE', changed: true },
      before: { wasMember: false },
    },
  }),

  removeFromUserGroup: operation({
    title: 'Remove from a user group',
    docs: `${methods}/usergroups.users.update`,
    summary: `Takes the member with an e-mail address out of a group. ${onlyWhole}`,
    input: membership,
    output: inGroup,
    options: { '/group': 'listUserGroups' },
    effect: 'destructive',
    idempotency: 'natural',
    changes: (input) => [memberChange('revoke', input)],
    before: wasMember,
    undo: (input, _, before) =>
      isObject(before) && before.wasMember === true ? { operation: 'addToUserGroup', input } : null,
    async run(input, { http }) {
      const { id: userId } = await findMember(http, input.email);
      const users = await usersIn(http, input.group);
      const left = users.filter((user) => user !== userId);
      if (left.length === 0 && users.length > 0) {
        throw new FatalError(
          'Slack keeps no empty user group. Add somebody else first, or switch the group off in Slack.',
        );
      }
      const changed = left.length < users.length;
      if (changed) await setUsers(http, input.group, left);
      return { group: input.group, userId, changed };
    },
    sample: {
      input: { group: 'S0ONCALL', email: 'sam.whitaker@example.com' },
      output: { group: 'S0ONCALL', userId: 'W012A3CDE', changed: true },
      before: { wasMember: true },
    },
  }),
};

function memberChange(action: 'grant' | 'revoke', input: z.output<typeof membership>): Change {
  return {
    action,
    subject: { type: 'user', id: input.email, email: input.email },
    object: { type: 'slack_user_group', id: input.group },
  };
}

async function wasMember(input: z.output<typeof membership>, { http }: { http: HttpClient }): Promise<JsonObject> {
  const { id } = await findMember(http, input.email);
  return { wasMember: (await usersIn(http, input.group)).includes(id) };
}

async function usersIn(http: HttpClient, id: string): Promise<string[]> {
  const request = { method: 'GET', path: path`/usergroups.users.list`, query: { usergroup: id } } as const;
  const { users } = accepted(await http.send(request));
  return (Array.isArray(users) ? users : []).filter((user) => typeof user === 'string');
}

async function setUsers(http: HttpClient, id: string, users: string[]): Promise<void> {
  const response = await http.send({
    method: 'POST',
    path: path`/usergroups.users.update`,
    headers: jsonInUtf8,
    body: { usergroup: id, users: users.join(',') },
  });
  accepted(response, 'write');
}

function groupsIn({ usergroups }: JsonObject): JsonObject[] {
  return (Array.isArray(usergroups) ? usergroups : []).filter(isObject).map(({ id, name, handle, date_delete }) => ({
    id: id ?? null,
    name: name ?? null,
    handle: handle ?? null,
    isDisabled: typeof date_delete === 'number' && date_delete > 0,
  }));
}
