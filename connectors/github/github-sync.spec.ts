import { hostOf } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { githubSync } from './github-sync.js';

describe('The directory of a GitHub organisation', () => {
  it('has its members as accounts, by their user names', () => {
    const jane = { login: 'jdoe', id: 1003, type: 'User', html_url: 'https://github.com/jdoe' };
    expect(githubSync.accounts.record(jane)).toEqual({
      ...{ externalId: '1003', secondaryKey: 'jdoe', displayName: 'jdoe', accountType: 'USER', status: 'ACTIVE' },
    });
    expect(githubSync.accounts.record({ ...jane, type: 'Bot' })).toMatchObject({ accountType: 'SERVICE' });
  });

  it('reads a team where it is now, and knows it by what never changes', async () => {
    const asked: unknown[] = [];
    const host = hostOf({
      async send({ path }) {
        asked.push(path);
        return { status: 200, headers: {}, body: [] };
      },
    });
    const renamed = { resource: '501', payload: { id: 501, name: 'Platform', slug: 'platform', description: null } };
    expect(await githubSync.memberships!.read(host, {}, null, renamed)).toEqual({ envelopes: [], next: null });
    expect(asked).toEqual([expect.stringContaining('/teams/platform/members')]);
  });

  it('is one of a server and an organisation, however it is spelt', async () => {
    const named = (fields: object) => githubSync.instance({} as never, {}, { ...fields });
    expect(await named({ organization: 'Example' })).toEqual({ id: 'api.github.com/example', name: 'example' });
    expect(await named({ organization: 'example', apiUrl: 'https://git.example.com/api/v3' })).toMatchObject({
      id: 'git.example.com/example',
    });
  });
});
