import { type DirectoryEnvelope, type DirectoryPush, type JsonObject, parseAnswer } from '@castellan/sdk';
import { z } from 'zod';
import { docs, group } from './google-shapes.js';

const settings = z.strictObject({
  domain: z
    .string()
    .regex(/^$|^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'Give a domain in small letters, such as example.com.')
    .default('')
    .meta({ title: 'Domain of new groups', examples: ['example.com'] })
    .describe('New groups get an address in it.'),
  prefix: z
    .string()
    .regex(/^[a-z0-9._-]{0,20}$/, 'Up to 20 small letters, digits, dots and hyphens.')
    .default('team-')
    .meta({ title: 'Beginning of the address', examples: ['team-'] }),
});

/** The longest part of an address before the @. */
const longestName = 64;

/** Members of groups as teams have them, and a group for each new team. */
export const googlePush: DirectoryPush = {
  settings,
  add: { operation: 'addMember', fields: ['group', 'user', 'role'], input: added },
  remove: { operation: 'removeMember', fields: ['group', 'user'], input: place },
  create: {
    operation: 'createGroup',
    fields: ['email', 'name', 'description'],
    missing: (given) => (settings.parse(given).domain ? null : 'Say in which domain new groups have their address.'),
    input: ({ name, description }, given) => {
      const { domain, prefix } = settings.parse(given);
      const word = addressName(name);
      if (!domain || word === '') return null;
      // Google takes 75 characters of a name, and 4,096 of what is said of it.
      return {
        email: `${`${prefix}${word}`.slice(0, longestName)}@${domain}`,
        name: name.slice(0, 75),
        description: description.slice(0, 4_096),
      };
    },
    made: (answer) => {
      const { id } = parseAnswer(group, answer, `${docs}/groups/insert`);
      return { resource: id, payload: answer as JsonObject };
    },
  },
};

function added(of: DirectoryEnvelope, account: DirectoryEnvelope): JsonObject | null {
  const found = place(of, account);
  return found && { ...found, role: 'MEMBER' };
}

/** By addresses, as people read them: protected people are told by them, too. */
function place({ payload: of }: DirectoryEnvelope, { payload: account }: DirectoryEnvelope): JsonObject | null {
  const [key, user] = [of.email, account.primaryEmail];
  return typeof key === 'string' && typeof user === 'string' ? { group: key, user } : null;
}

/** “Größe & Co.” is `grosse-co`. */
const addressName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
