import { callOperation, type Directory, type DirectoryPerson, testConnection } from '@castellan/sdk';
import { emptyDirectory, hostOf, testDeclared } from '@castellan/sdk/testing';
import { describe, expect, it } from 'vitest';
import { directory } from './directory.connector.js';

testDeclared(directory);

const maria: DirectoryPerson = {
  id: '2',
  externalId: 'm',
  email: 'maria@example.com',
  name: 'Maria',
  status: 'ACTIVE',
};
const jane: DirectoryPerson = {
  ...maria,
  id: '1',
  externalId: 'j',
  email: 'jane@example.com',
  managerEmail: maria.email,
};
const known: Directory = {
  ...emptyDirectory,
  findPerson: async (who) =>
    [jane, maria].find(
      ({ email, externalId }) => who === email || (typeof who === 'object' && who.externalId === externalId),
    ) ?? null,
};
const host = { ...hostOf({ send: () => Promise.reject(new Error('nobody is called')) }), directory: known };
const find = (input: object) => callOperation(directory, 'findPerson', input, host);

describe('the directory', () => {
  it('finds a person by address or id, with the manager', async () => {
    const both = { found: true, person: jane, manager: maria };
    expect(await find({ email: jane.email })).toEqual(both);
    expect(await find({ externalId: 'j' })).toEqual(both);
    expect(await find({ email: maria.email })).toEqual({ found: true, person: maria, manager: null });
    expect(await find({ email: 'nobody@example.com' })).toEqual({ found: false, person: null, manager: null });
  });

  it('says of itself whether it has people', async () => {
    const listPeople = async () => [jane];
    expect(await testConnection(directory, {}, { ...host, directory: { ...known, listPeople } })).toEqual({
      said: 'It is in the database of this server, and has people.',
    });
    expect(await testConnection(directory, {}, host)).toMatchObject({ said: expect.stringContaining('nobody yet') });
  });

  it('wants one of both, and a group that is there', async () => {
    await expect(find({})).rejects.toMatchObject({ code: 'E_INPUT' });
    await expect(find({ email: jane.email, externalId: 'j' })).rejects.toMatchObject({ code: 'E_INPUT' });
    const members = callOperation(directory, 'listGroupMembers', { group: 'None' }, host);
    await expect(members).rejects.toMatchObject({ code: 'E_INPUT', message: 'The directory has no group “None”.' });
  });
});
