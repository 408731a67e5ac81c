import {
  callOperation,
  FatalError,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
  lookupEffect,
  readBefore,
  undoOf,
} from '@castellan/sdk';
import { hostOf, type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { servicenow } from './servicenow.connector.js';
import { servicenowSimulator } from './servicenow.simulator.js';

let instance: Simulation;
beforeAll(async () => {
  instance = await simulate(servicenow, servicenowSimulator);
});
beforeEach(() => instance.reset());
afterAll(() => instance.close());

const call = (operation: string, input: object, host = instance.host()) =>
  callOperation(servicenow, operation, input, host);
const lookup = (operation: string, input: object) => lookupEffect(servicenow, operation, input, instance.host());
const rowsOf = async (table: string) => (await instance.state())[table] as JsonObject[];
const signIn = '9d385017c611228701d22104cc95c371';

describe('An incident', () => {
  const input = { shortDescription: 'Access suspended', urgency: '1', configurationItem: `c1${'0'.repeat(29)}1` };

  it('is told again by its correlation_id when the answer was lost', async () => {
    await instance.faults([{ operation: 'createRecord', reset: 'after' }]);
    await expect(call('createIncident', input)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    expect(await lookup('createIncident', input)).toMatchObject({
      number: 'INC0010003',
      short_description: 'Access suspended',
      cmdb_ci: input.configurationItem,
    });
    expect(await rowsOf('incident')).toHaveLength(3);
  });

  it('keeps a correlation_id that the flow gives it, and is told by that', async () => {
    const alert = { ...input, values: [{ field: 'correlation_id', value: 'alert-7' }] };
    await call('createIncident', alert);
    expect((await rowsOf('incident')).at(-1)).toMatchObject({ correlation_id: 'alert-7' });
    expect(await lookup('createIncident', alert)).toMatchObject({ correlation_id: 'alert-7' });
  });

  it('is resolved, and goes back to where it was', async () => {
    const resolve = { sysId: signIn, closeCode: 'Solution provided', closeNotes: 'Granted again.' };
    const before = await readBefore(servicenow, 'resolveIncident', resolve, instance.host());
    const output = await call('resolveIncident', resolve);
    expect(output).toMatchObject({ state: '6', close_notes: 'Granted again.' });
    const undo = undoOf(servicenow, 'resolveIncident', resolve, output, before)!;
    await call(undo.operation, undo.input as object);
    expect((await rowsOf('incident'))[0]).toMatchObject({ state: '1', close_code: '', close_notes: '' });
  });

  it('is found by its number among all tasks, and only the whole number', async () => {
    expect(await call('findByNumber', { number: 'RITM0010001' })).toMatchObject({ sys_class_name: 'sc_req_item' });
    await expect(call('findByNumber', { number: 'INC00000' })).rejects.toMatchObject({ status: 404 });
  });
});

describe('A note', () => {
  const note = { table: 'incident', sysId: signIn, text: 'Revoked:\n- AWS\n- Okta' };

  it('whose answer was lost is found by its words, in the journal that they are in', async () => {
    expect(await lookup('addNote', note)).toBeNull();
    await instance.faults([{ operation: 'updateRecord', reset: 'after' }]);
    await expect(call('addNote', note)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    await call('addNote', { ...note, text: 'Another.' }, instance.host({ idempotencyKey: 'cd'.repeat(32) }));
    expect(await lookup('addNote', note)).toEqual({ sysId: signIn, added: true });
    expect(await lookup('addNote', { ...note, kind: 'comments' })).toBeNull();
    expect(await lookup('addNote', { ...note, text: 'AWS' })).toBeNull();
  });

  it('is not written as a field, since each writing would add a line', async () => {
    const values = [{ field: 'work_notes', value: 'x' }];
    await expect(call('updateRecord', { table: 'incident', sysId: signIn, values })).rejects.toMatchObject({
      code: 'E_INPUT',
      message: expect.stringContaining('/values/0/field'),
    });
  });
});

describe('A record', () => {
  it('of a table without correlation_id is not said to be missing: nobody can tell', async () => {
    const input = { table: 'sys_user_group', values: [{ field: 'name', value: 'Auditors' }] };
    await expect(lookup('createRecord', input)).rejects.toMatchObject({ code: 'E_OUTCOME_UNKNOWN' });
    await instance.seed({ sys_user_group: [] });
    expect(await lookup('createRecord', input)).toBeNull();
  });

  it('is refused in ServiceNow’s words', async () => {
    await expect(call('getRecord', { table: 'incident', sysId: 'f'.repeat(32) })).rejects.toMatchObject({
      status: 404,
      vendorMessage: expect.stringMatching(/^No Record found: .*ACL/),
    });
    await expect(call('listRecords', { table: 'no_such' })).rejects.toMatchObject({
      vendorMessage: 'Invalid table no_such',
    });
  });

  it('shows names in place of ids where display values are asked for', async () => {
    const shown = await call('getRecord', { table: 'incident', sysId: signIn, displayValues: true });
    expect(shown).toMatchObject({ sys_id: signIn, assignment_group: 'Service Desk', caller_id: 'Tom Fischer' });
  });

  it('that is deleted stays in the evidence, and a second time it is gone already', async () => {
    const place = { table: 'incident', sysId: signIn };
    expect(await readBefore(servicenow, 'deleteRecord', place, instance.host())).toMatchObject({
      number: 'INC0000060',
    });
    expect(await call('deleteRecord', place)).toMatchObject({ alreadyGone: false });
    expect(await call('deleteRecord', place)).toMatchObject({ alreadyGone: true });
    expect(await readBefore(servicenow, 'deleteRecord', place, instance.host())).toBeNull();
  });
});

describe('A list', () => {
  /** An instance with four records, of which the account may not see the second page’s. */
  const pages: JsonObject[][] = [[{ sys_id: '1' }], [], [{ sys_id: '4' }]];
  const http = {
    async send({ query }: HttpRequest): Promise<HttpResponse> {
      const page = Number(query?.sysparm_offset ?? 0) / 500;
      const next = `<https://x.service-now.com/api/now/table/t?sysparm_offset=${(page + 1) * 500}>;rel="next"`;
      const link = `<https://x.service-now.com/api/now/table/t?sysparm_offset=0>;rel="first",${next}`;
      const headers: Record<string, string> = page < 2 ? { link } : {};
      return { status: 200, headers, body: { result: pages[page]! } };
    },
  };

  it('does not end at a page of which the account may see nothing', async () => {
    const { items } = (await call('listRecords', { table: 'incident', limit: 1_000 }, hostOf(http))) as {
      items: object[];
    };
    expect(items).toEqual([{ sys_id: '1' }, { sys_id: '4' }]);
  });

  it('comes in an order that holds, unless the query has one', async () => {
    await call('listRecords', { table: 'incident', query: 'active=true' });
    await call('listRecords', { table: 'incident', query: 'ORDERBYDESCnumber' });
    const asked = (await instance.requests()).map(({ query }) => query.sysparm_query);
    expect(asked).toEqual(['active=true^ORDERBYsys_id', 'ORDERBYDESCnumber']);
  });
});

describe('A value in a query', () => {
  it('cannot add a condition, nor be run', async () => {
    await expect(call('findByNumber', { number: 'X^ORnumberSTARTSWITHINC' })).rejects.toMatchObject({ status: 404 });
    const [asked] = (await instance.requests()).slice(-1);
    expect(asked!.query.sysparm_query).toBe('number=X^^ORnumberSTARTSWITHINC');
    await expect(call('findByNumber', { number: 'javascript:gs.getUserID()' })).rejects.toThrow(FatalError);
  });
});

describe('The CMDB', () => {
  it('shows an item with its relationships from both ends', async () => {
    expect(await call('getConfigurationItem', { sysId: `c1${'0'.repeat(29)}2` })).toMatchObject({
      name: 'aws-production',
      relationships: [{ 'parent.name': 'data-warehouse', 'type.name': 'Depends on::Used by' }],
    });
  });

  it('does not hold a relationship twice, however often it is made', async () => {
    const relation = {
      parent: `c1${'0'.repeat(29)}1`,
      type: '1a9cb166f1571100a92eb60da2bce5c5',
      child: `c1${'0'.repeat(29)}2`,
    };
    expect(await call('relateItems', relation)).toMatchObject({ created: false });
    expect(await rowsOf('cmdb_rel_ci')).toHaveLength(1);
  });

  it('lists the fields of a class with those that it inherits', async () => {
    const { items } = (await call('listFields', { table: 'incident' })) as { items: { element: string }[] };
    const names = items.map(({ element }) => element);
    expect(names).toEqual(expect.arrayContaining(['caller_id', 'short_description', 'correlation_id']));
  });
});

describe('People', () => {
  it('are found by their address, and an inactive account does not stand in the way', async () => {
    const users = await rowsOf('sys_user');
    const jane = users.find(({ email }) => email === 'jane.doe@example.com')!;
    await instance.seed({ sys_user: [...users, { ...jane, sys_id: 'f'.repeat(32), active: 'false' }] });
    expect(await call('findUser', { email: 'Jane.Doe@example.com' })).toMatchObject({ user: { sys_id: jane.sys_id! } });
    await instance.seed({ sys_user: [...users, { ...jane, sys_id: 'f'.repeat(32) }] });
    await expect(call('findUser', { email: 'jane.doe@example.com' })).rejects.toMatchObject({
      message: expect.stringContaining('more than one'),
    });
  });
});
