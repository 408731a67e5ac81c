import {
  type DirectoryAccount,
  type DirectoryGroup,
  type DirectoryMembership,
  type DirectorySource,
  directoryAccount,
  directoryGroup,
  fieldsThatFit,
  type HttpRequest,
  type JsonObject,
  parseAnswer,
  path,
  readDirectoryPage,
} from '@castellan/sdk';
import { z } from 'zod';
import { docs, numberedPages, team, user } from './github-shapes.js';

const pageSize = 100;

/**
 * Members of the organisation, its teams, and who is in them or in a team below. GitHub tells no e-mail addresses, and
 * gives out no identities.
 */
export const githubSync: DirectorySource = {
  mayBePrimary: false,
  settings: z.strictObject({}),
  async instance(_, __, fields) {
    const { host } = new URL(String(fields.apiUrl ?? 'https://api.github.com'));
    const name = String(fields.organization).toLowerCase();
    return { id: `${host}/${name}`, name };
  },
  accounts: {
    read: (host, _, page) => readDirectoryPage(host, list(path`/members`), numberedPages, page),
    record: accountOf,
  },
  groups: {
    read: (host, _, page) => readDirectoryPage(host, list(path`/teams`), numberedPages, page),
    record: groupOf,
  },
  memberships: {
    // GitHub reads a team by its address, which a new name changes; the id stays.
    read(host, _, page, { resource, payload }) {
      return readDirectoryPage(
        host,
        list(path`/teams/${String(payload.slug)}/members`),
        numberedPages,
        page,
        () => resource,
      );
    },
    record: membershipOf,
  },
  onlyRead: 'GitHub tells no e-mail addresses of its members, so nobody can say which of them are in a team.',
};

const list = (place: HttpRequest['path']): HttpRequest => ({
  ...{ method: 'GET', path: place, query: { per_page: pageSize } },
});

const withPicture = user.extend({ avatar_url: z.string().optional() });

function accountOf(payload: JsonObject): DirectoryAccount {
  const found = parseAnswer(withPicture, payload, `${docs}/orgs/members#list-organization-members`);
  return fieldsThatFit(directoryAccount, {
    externalId: String(found.id),
    secondaryKey: found.login,
    displayName: found.login,
    avatarUrl: found.avatar_url,
    accountType: found.type === 'Bot' ? 'SERVICE' : 'USER',
    status: 'ACTIVE',
  });
}

function groupOf(payload: JsonObject): DirectoryGroup {
  const { id, name, description } = parseAnswer(team, payload, `${docs}/teams/teams#list-teams`);
  return fieldsThatFit(directoryGroup, {
    externalId: String(id),
    displayName: name,
    description,
    classification: 'TEAM',
    status: 'ACTIVE',
  });
}

/** The list says nothing of a member's role. */
function membershipOf(payload: JsonObject): DirectoryMembership {
  const { id } = parseAnswer(user.pick({ id: true }), payload, `${docs}/teams/members#list-team-members`);
  return { account: { externalId: String(id) } };
}
