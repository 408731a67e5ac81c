import { expect, it } from 'vitest';
import { flowOf, outputOf } from './template-flow.js';

const flow = flowOf('sailpoint-search-report');

async function aboutOf(body: object, vars: object = {}) {
  const told = {
    searchName: 'Dormant',
    fileName: 'Dormant.zip',
    ownerEmail: 'ada@example.com',
    searchResults: {},
    ...body,
  };
  const given = { recipients: ['marco@example.com'], to_owner: true, ...vars };
  return (await outputOf(flow, 'about', { trigger: { body: told }, vars: given })) as Record<string, unknown>;
}

it('goes to whom is chosen and to the owner, to nobody twice', async () => {
  expect((await aboutOf({})).recipients).toEqual(['marco@example.com', 'ada@example.com']);
  expect((await aboutOf({}, { recipients: ['ada@example.com'] })).recipients).toEqual(['ada@example.com']);
  expect((await aboutOf({}, { to_owner: false })).recipients).toEqual(['marco@example.com']);
  expect((await aboutOf({ ownerEmail: null })).recipients).toEqual(['marco@example.com']);
});

it('says how much was found of what, whichever kinds the search looks for', async () => {
  const Identity = { count: '2', noun: 'identities' };
  const Account = { count: '1', noun: 'account' };
  expect((await aboutOf({ searchResults: { Account: null, Entitlement: null, Identity } })).found).toBe('2 identities');
  expect((await aboutOf({ searchResults: { Account, Identity } })).found).toBe('1 account, 2 identities');
  expect((await aboutOf({ searchResults: { Account: null } })).found).toBe('nothing');
});

it('attaches the report by a name that is no path', async () => {
  expect((await aboutOf({ fileName: '../a\r\nb.zip' })).file).toBe('.._a__b.zip');
  expect((await aboutOf({ fileName: null })).file).toBe('report.zip');
});
