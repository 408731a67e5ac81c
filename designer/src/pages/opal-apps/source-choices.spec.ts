import { opalAppReads } from '@castellan/api';
import { describe, expect, it } from 'vitest';
import { guessedSource, listOperations, placesIn } from './source-choices.js';

const text = { type: 'string' };
const listOf = (properties: object) => ({ properties: { items: { type: 'array', items: { properties } } } });
const operation = (over: object) =>
  ({ id: 'list', title: 'List', effect: 'read', input: {}, output: {}, ...over }) as unknown as Parameters<
    typeof placesIn
  >[0];

const users = operation({
  input: { properties: { resourceId: text, limit: {} } },
  output: listOf({
    userId: text,
    email: text,
    tags: { type: 'array' },
    level: { properties: { accessLevelName: text } },
  }),
});

describe('what can serve a list', () => {
  it('is what only reads and answers a list', () => {
    const some = [
      users,
      operation({ effect: 'write', output: users.output }),
      operation({ output: { properties: { user: {} } } }),
    ];
    expect(listOperations(some)).toEqual([users]);
  });

  it('has the places of texts in its items', () => {
    expect(placesIn(users)).toEqual(['/userId', '/email', '/level/accessLevelName']);
  });

  it('is filled in as far as names tell', () => {
    expect(guessedSource(opalAppReads.users, users)).toEqual({
      ...{ operation: 'list', input: {} },
      fields: { id: '/userId', email: '/email' },
    });
    expect(guessedSource(opalAppReads.resourceUsers, users)).toEqual({
      ...{ operation: 'list', input: {}, argument: 'resourceId' },
      fields: { user_id: '/userId', email: '/email', access_level_name: '/level/accessLevelName' },
    });
  });
});
