import { readFileSync } from 'node:fs';
import { opalAppReads } from '@castellan/api';
import { fitTo, flowSchema, stepPlaces } from '@castellan/flow';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';

const template = JSON.parse(readFileSync(new URL('./custom-app.json', import.meta.url), 'utf8')) as { flow: unknown };
const flow = flowSchema.parse(template.flow);

const fieldOf = (step: string, name = 'output') =>
  (stepPlaces(flow).find(({ id }) => id === step)!.step as unknown as Record<string, unknown>)[name];

async function evaluate(value: unknown, context: object): Promise<unknown> {
  const found = await jsonata((value as { jsonata: string }).jsonata).evaluate({ run: { mode: 'live' }, ...context });
  return found === undefined ? undefined : JSON.parse(JSON.stringify(found));
}
const asked = (input: object) => ({ trigger: { id: 'opal', kind: 'call', input } });

/** By which port a branch is left. */
async function portOf(step: string, context: object): Promise<string> {
  for (const { name, when } of fieldOf(step, 'cases') as { name: string; when: unknown }[]) {
    if ((await evaluate(when, context)) === true) return name;
  }
  return 'else';
}

describe('A call', () => {
  const { input } = flow.triggers.opal as unknown as { input: Parameters<typeof fitTo>[0] };

  it('is taken as Opal makes it, with and without ids and cursor', () => {
    for (const given of [
      { call: 'users', appId: 'a', cursor: null },
      { call: 'groupUsers', appId: 'a', groupId: 'g', cursor: 'u-200' },
      { call: 'removeGroupUser', appId: 'a', groupId: 'g', userId: 'u' },
    ]) {
      expect(fitTo(input, given)).toEqual({ value: given });
    }
  });

  it('of each list that Opal reads is answered, and what is not known is refused', async () => {
    const own: Record<string, string> = { users: 'users', groups: 'groups', groupUsers: 'members' };
    for (const call of Object.keys(opalAppReads)) {
      expect(await portOf('which', asked({ call })), call).toBe(own[call] ?? 'none');
    }
    expect(await portOf('which', asked({ call: 'addGroupUser' }))).toBe('change');
    expect(await portOf('which', asked({ call: 'removeGroupUser' }))).toBe('change');
    expect(await portOf('which', asked({ call: 'addResourceUser' }))).toBe('else');
  });

  it('takes its turn among the changes of a group; a list waits for nothing', async () => {
    const { key } = flow.settings!.order!;
    expect(await evaluate(key, asked({ call: 'addGroupUser', groupId: 'g' }))).toBe('g');
    expect(await evaluate(key, asked({ call: 'groupUsers', groupId: 'g' }))).toBeUndefined();
  });
});

describe('The users', () => {
  const page = (items: object[], cursor: string | null = null) =>
    evaluate(fieldOf('user_page'), { ...asked({ call: 'users', cursor }), steps: { users: { output: { items } } } });

  it('are those who are switched on and have an address: the primary one, the first, or the user name', async () => {
    const addresses = [{ value: 'old@example.com' }, { value: 'Jane@example.com', primary: true }];
    const users = [
      { id: 'u-4', userName: 'robot', active: true, emails: [] },
      { id: 'u-2', userName: 'tom', active: true, emails: [{ value: 'tom@example.com' }] },
      { id: 'u-3', userName: 'mia@example.com', emails: [] },
      { id: 'u-1', userName: 'jane', active: true, emails: addresses },
      { id: 'u-5', userName: 'oscar@example.com', active: false, emails: [] },
    ];
    expect(await page(users)).toEqual({
      items: [
        { id: 'u-1', email: 'jane@example.com' },
        { id: 'u-2', email: 'tom@example.com' },
        { id: 'u-3', email: 'mia@example.com' },
      ],
      nextCursor: '',
    });
    expect(await page([])).toEqual({ items: [], nextCursor: '' });
  });

  it('come 200 at a time, each once', async () => {
    const all = Array.from({ length: 401 }, (_, at) => ({
      ...{ id: `u-${String(at).padStart(3, '0')}`, userName: `u${at}@example.com`, active: true, emails: [] },
    }));
    const told: string[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 3; pages += 1) {
      const { items, nextCursor } = (await page(all, cursor)) as { items: { id: string }[]; nextCursor: string };
      told.push(...items.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect([told, cursor]).toEqual([all.map(({ id }) => id), '']);
  });
});

describe('The groups and their members', () => {
  it('are those that the table offers, by the names that the app gives them', async () => {
    const offered = [
      { group_id: 'g-2', description: 'Reports' },
      { group_id: 'g-3', description: null },
      { group_id: 'gone' },
    ];
    const groups = ['g-1', 'g-2', 'g-3'].map((id) => ({ id, displayName: `Group ${id}` }));
    const pageOf = (rows: object[]) =>
      evaluate(fieldOf('group_page'), {
        steps: {
          offered: { output: { items: rows.map((values) => ({ values })) } },
          groups: { output: { items: groups } },
        },
      });
    expect(await pageOf(offered)).toEqual({
      items: [
        { id: 'g-2', name: 'Group g-2', description: 'Reports' },
        { id: 'g-3', name: 'Group g-3', description: '' },
      ],
      nextCursor: '',
    });
    expect(await pageOf([])).toEqual({ items: [], nextCursor: '' });
  });

  it('are told with an address where the app shows one', async () => {
    const members = [{ value: 'u-1', display: 'Jane@example.com' }, { value: 'u-2', display: 'Tom' }, { value: 'u-3' }];
    expect(await evaluate(fieldOf('member_page'), { steps: { group: { output: { members } } } })).toEqual({
      items: [{ user_id: 'u-1', email: 'jane@example.com' }, { user_id: 'u-2' }, { user_id: 'u-3' }],
      nextCursor: '',
    });
  });
});

describe('A change', () => {
  const jane = {
    id: 'u-1',
    userName: 'jane',
    displayName: 'Jane Doe',
    active: true,
    emails: [{ value: 'Jane@example.com' }],
  };
  const change = async (call: string, members: string[], { keep = false, user = jane as object } = {}) => {
    const steps = {
      user: { output: user },
      before: { output: { displayName: 'Data', members: members.map((value) => ({ value })) } },
      target: { output: { found: true, row: { values: { changes: true, keep_last: keep } } } },
    };
    return (await evaluate(fieldOf('change'), { ...asked({ call }), steps })) as Record<string, unknown>;
  };

  it('is made only where it is not so already', async () => {
    expect(await change('addGroupUser', [])).toEqual({
      ...{ email: 'jane@example.com', name: 'Jane Doe', group: 'Data', next: 'add' },
    });
    expect(await change('addGroupUser', ['u-1'])).toMatchObject({ next: 'nothing' });
    expect(await change('removeGroupUser', ['u-2', 'u-1'])).toMatchObject({ next: 'remove' });
    expect(await change('removeGroupUser', ['u-2'])).toMatchObject({ next: 'nothing' });
  });

  it('adds nobody who is switched off, and takes the last one only where that may be', async () => {
    expect(await change('addGroupUser', [], { user: { ...jane, active: false } })).toMatchObject({ next: 'inactive' });
    expect(await change('removeGroupUser', ['u-1'], { user: { ...jane, active: false } })).toMatchObject({
      next: 'remove',
    });
    expect(await change('removeGroupUser', ['u-1'], { keep: true })).toMatchObject({ next: 'last' });
    expect(await change('removeGroupUser', ['u-1', 'u-2'], { keep: true })).toMatchObject({ next: 'remove' });
    expect(await change('removeGroupUser', ['u-2'], { keep: true })).toMatchObject({ next: 'nothing' });
  });

  it('is of somebody without an address, too', async () => {
    expect(await change('addGroupUser', [], { user: { ...jane, emails: [] } })).toMatchObject({
      email: null,
      next: 'add',
    });
  });

  it('is told as done only when reading again shows it', async () => {
    const proven = (call: string, members: string[], mode = 'live') =>
      portOf('proven', {
        ...asked({ call, userId: 'u-1' }),
        run: { mode },
        steps: { after: { output: { members: members.map((value) => ({ value })) } } },
      });
    expect(await proven('addGroupUser', ['u-1'])).toBe('yes');
    expect(await proven('addGroupUser', [])).toBe('else');
    expect(await proven('removeGroupUser', ['u-2'])).toBe('yes');
    expect(await proven('removeGroupUser', [])).toBe('yes');
    expect(await proven('removeGroupUser', ['u-1', 'u-2'])).toBe('else');
    expect(await proven('addGroupUser', [], 'plan')).toBe('yes');
  });
});

describe('A refusal', () => {
  const refusal = (steps: object, call = 'addGroupUser') => evaluate(fieldOf('refusal'), { ...asked({ call }), steps });
  const row = (found: boolean, changes = false) => ({
    error: null,
    output: { found, row: found ? { values: { changes } } : null },
  });
  const failed = (error: object) => refusal({ target: row(true, true), user: { error: null }, before: { error } });

  it('says why, with a status by which Opal asks again or not', async () => {
    expect(await refusal({ target: row(false) })).toMatchObject({ status: 404, failed: false });
    expect(await refusal({ shown: row(false) }, 'groupUsers')).toMatchObject({ status: 404, failed: false });
    expect(await refusal({ target: row(true) })).toMatchObject({ status: 403, failed: false });
    const change = (next: string) =>
      refusal({ target: row(true, true), change: { output: { next, name: 'Jane Doe', group: 'Data' } } });
    expect(await change('inactive')).toEqual({
      status: 409,
      message: 'Jane Doe is switched off in the app.',
      failed: false,
    });
    expect(await change('last')).toEqual({ status: 409, message: 'Somebody has to stay in Data.', failed: false });
    expect(await change('add')).toMatchObject({ status: 503, failed: true });
    expect(await refusal({}, 'addResourceUser')).toMatchObject({
      ...{ status: 400, message: 'This app does not know the call addResourceUser.', failed: false },
    });
  });

  it('is what the app said, or that nobody let the change through', async () => {
    const said = { code: 'E_HTTP', message: 'locked', status: 403 };
    expect(await failed(said)).toEqual({ status: 502, message: 'The app said no: locked', failed: true });
    expect(await failed({ ...said, status: 404 })).toMatchObject({ status: 404, failed: true });
    expect(await failed({ code: 'E_PROTECTED', message: 'protected' })).toMatchObject({ status: 403, failed: true });
  });
});
