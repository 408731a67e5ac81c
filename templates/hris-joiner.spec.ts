import { describe, expect, it } from 'vitest';
import { flowOf, outputOf, readTemplate } from './template-flow.js';

const template = readTemplate<{ tables: { roles: { rows: Record<string, unknown>[] } } }>('hris-joiner');
const flow = flowOf('hris-joiner');
const shapeOf = (step: string, context: object, field?: string) => outputOf(flow, step, context, field);

const mapped = (role: object, rows: object[] = template.tables.roles.rows) =>
  shapeOf(
    'wanted',
    { steps: { current: { output: role }, role_map: { output: { items: rows.map((values) => ({ values })) } } } },
    'access',
  ) as Promise<{ title: string; key: string; approval: boolean }[]>;
const titlesFor = async (role: object, rows?: object[]) => (await mapped(role, rows)).map(({ title }) => title);

describe('The role map', () => {
  it('gives what every row that fits says, and an empty cell fits everybody', async () => {
    expect(await titlesFor({ department: 'Data', title: 'Data Analyst', location: 'Berlin' })).toEqual([
      'group Everyone',
      'group Data',
      'Jira',
      'orders-db (Read)',
    ]);
    expect(await titlesFor({ department: 'Legal', title: 'Counsel', location: 'Lisbon' })).toEqual(['group Everyone']);
  });

  it('does not mind upper case and spaces, and takes no part of a name for the whole', async () => {
    expect(await titlesFor({ department: ' data ', title: null, location: null })).toContain('group Data');
    expect(await titlesFor({ department: 'Data Platform', title: 'Data Analyst' })).toEqual(['group Everyone']);
  });

  it('names an access once though several rows give it, and leaves other systems alone', async () => {
    const row = { system: 'Opal', kind: 'group', target_id: 'g-1', target_name: 'Data' };
    const rows = [row, { ...row, department: 'Data' }, { ...row, system: 'Okta', target_id: 'g-2' }];
    expect(await mapped({ department: 'Data' }, rows)).toEqual([
      {
        ...{ key: 'group/g-1/', kind: 'group', id: 'g-1', name: 'Data', title: 'group Data' },
        ...{ accessLevel: '', minutes: 0, approval: false },
      },
    ]);
  });

  it('gives nothing where no row fits', async () => {
    expect(await mapped({ department: 'Data' }, [{ system: 'Opal', department: 'Sales', kind: 'group' }])).toEqual([]);
  });
});

describe('What is missing', () => {
  const access = [
    { key: 'group/g-1/', title: 'group Data', approval: false },
    { key: 'resource/r-1/read', title: 'orders-db (Read)', approval: false },
  ];
  const missing = (have: object, field: string) =>
    shapeOf('missing', { steps: { wanted: { output: { access } }, access: { output: have } } }, field);

  it('is what the person does not hold directly, at that level', async () => {
    const group = { groupId: 'g-1', accessLevel: '' };
    const inherited = { resourceId: 'r-1', accessLevel: 'read', hasDirectAccess: false };
    const higher = { resourceId: 'r-1', accessLevel: 'owner', hasDirectAccess: true };
    const have = { resources: [inherited, higher], groups: [group] };
    expect(await missing(have, 'access')).toEqual([access[1]]);
    expect(await missing(have, 'there')).toEqual(['group Data']);
  });

  it('is nothing for somebody who has it all, and all for somebody who has nothing', async () => {
    const all = {
      resources: [{ resourceId: 'r-1', accessLevel: 'read', hasDirectAccess: true }],
      groups: [{ groupId: 'g-1', accessLevel: '' }],
    };
    expect(await missing(all, 'access')).toEqual([]);
    expect(await missing({ resources: [], groups: [] }, 'access')).toEqual(access);
  });
});

describe('What is reported', () => {
  const person = { name: 'Mia Keller', email: 'mia.keller@example.com', startDate: '2026-02-02', source: 'BambooHR' };
  const wanted = { key: 'group/g-1/', title: 'group Data', approval: false };
  const summary = (over: object, mode = 'live') =>
    shapeOf('summary', {
      run: { mode },
      steps: {
        person: { output: person },
        current: { output: { there: true, title: 'Data Analyst', department: 'Data', location: 'Berlin' } },
        wanted: { output: { access: [wanted] } },
        missing: { output: { access: [wanted], there: [] } },
        access_after: { output: { resources: [], groups: [] } },
        ...over,
      },
    });

  it('counts as given only what is there when the access is read again', async () => {
    expect(await summary({})).toMatchObject({ given: [], left: ['group Data: Opal does not show it yet'] });
    const there = { access_after: { output: { resources: [], groups: [{ groupId: 'g-1', accessLevel: '' }] } } };
    expect(await summary(there)).toMatchObject({ reason: null, given: ['group Data'], left: [] });
  });

  it('says why something is not there: refused by Opal, by a person, or left for somebody to do by hand', async () => {
    const items = (item: object) => ({ grant: { output: { items: [{ key: wanted.key, ...item }] } } });
    expect(await summary(items({ error: 'The group is locked.' }))).toMatchObject({
      left: ['group Data: The group is locked.'],
    });
    expect(await summary(items({ byHand: true }))).toMatchObject({
      left: ['group Data: somebody must do it by hand, Opal says'],
    });
    const sensitive = { missing: { output: { access: [{ ...wanted, approval: true }], there: [] } } };
    expect(await summary({ ...sensitive, rejected: { output: { why: 'giving it was rejected' } } })).toMatchObject({
      left: ['group Data: giving it was rejected'],
    });
  });

  it('counts in a plan what would be given as given', async () => {
    expect(await summary({}, 'plan')).toMatchObject({ reason: null, given: ['group Data'], left: [] });
  });

  it('says why nothing was done at all', async () => {
    const reasonOf = async (over: object) => ((await summary(over)) as { reason: string }).reason;
    expect(await reasonOf({ person: { output: { ...person, email: undefined } } })).toMatch(/no work e-mail/);
    expect(await reasonOf({ current: { output: { there: false } } })).toBe('BambooHR no longer has this person');
    expect(await reasonOf({ wanted: { output: { access: [] } } })).toBe(
      'the role map has nothing for Data Analyst, Data, Berlin',
    );
    expect(await reasonOf({ known: { error: { message: 'not after a day.' } } })).toMatch(/^Opal does not know/);
  });
});
