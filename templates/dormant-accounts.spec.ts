import { readFileSync } from 'node:fs';
import { flowSchema, stepPlaces } from '@castellan/flow';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';

const template = JSON.parse(readFileSync(new URL('./dormant-accounts.json', import.meta.url), 'utf8')) as {
  flow: unknown;
};
const flow = flowSchema.parse(template.flow);
const run = { id: 'run-1', mode: 'live', startedAt: '2026-03-02T03:00:00.000Z', url: 'https://castellan.test/runs/1' };
const defaults = Object.fromEntries(
  Object.entries(flow.variables ?? {}).map(([name, { default: set }]) => [name, set]),
);

const fieldOf = (step: string, name = 'output') =>
  (stepPlaces(flow).find(({ id }) => id === step)!.step as unknown as Record<string, unknown>)[name];

async function evaluate(value: unknown, context: object): Promise<unknown> {
  const found = await jsonata((value as { jsonata: string }).jsonata).evaluate({ run, vars: defaults, ...context });
  return found === undefined ? undefined : JSON.parse(JSON.stringify(found));
}
const shapeOf = (step: string, context: object) => evaluate(fieldOf(step), context);
const whenOf = (step: string, name: string, context: object) => {
  const cases = fieldOf(step, 'cases') as { name: string; when: unknown }[];
  return evaluate(cases.find((one) => one.name === name)!.when, context);
};

const recent = '2026-02-20T08:00:00.000Z';
const longAgo = '2025-06-01T08:00:00.000Z';
const jane = 'jane@example.com';
const [ada, marco] = defaults.default_owners as [string, string];

interface World {
  google?: object[] | null;
  okta?: object[] | null;
  entra?: object[] | null;
  guests?: object[];
  stay?: object[];
  rows?: object[];
  vars?: object;
}
interface Account {
  system: string;
  id: string;
  step: string;
}
interface Found {
  ask: { email: string; owner: string; accounts: Account[] }[];
  due: (Account & { answer: string })[];
  waiting: number;
  later: number;
  by_hand: string[];
  settled: { account_id: string }[];
  looked: number;
}

const read = (items: object[] | null = []) =>
  items === null ? { error: { message: 'refused' } } : { output: { items }, error: null };
const listed = (rows: object[] = []) => ({ output: { items: rows.map((values) => ({ values })) } });

async function find({ google, okta, entra, guests, stay, rows, vars }: World): Promise<Found> {
  const steps = {
    ...{ google: read(google), okta: read(okta), entra: read(entra) },
    ...{ non_employees: listed(guests), exceptions: listed(stay), known: listed(rows) },
  };
  return (await shapeOf('found', { steps, vars: { ...defaults, ...vars } })) as Found;
}

const atGoogle = (more: object = {}) => ({
  ...{ id: 'g1', primaryEmail: 'Jane@example.com ', name: { fullName: 'Jane Doe' }, suspended: false, archived: false },
  ...{ creationTime: longAgo, lastLoginTime: longAgo, relations: [], ...more },
});
const atOkta = ({ login = jane, ...more }: { login?: string; [name: string]: unknown } = {}) => ({
  ...{ id: 'o1', status: 'ACTIVE', created: longAgo, lastLogin: longAgo },
  ...{ profile: { login, email: null, firstName: 'Jane', lastName: 'Doe' }, ...more },
});
const atEntra = (more: object = {}) => ({
  ...{ id: 'e1', userPrincipalName: 'jane@example.com', displayName: 'Jane Doe', mail: null, accountEnabled: true },
  ...{ createdDateTime: longAgo, signInActivity: { lastSignInDateTime: longAgo }, ...more },
});
const askedFor = async (world: World) =>
  (await find(world)).ask.flatMap(({ accounts }) => accounts.map(({ id }) => id));

describe('What is dormant', () => {
  it('is an account without a sign-in for as long, in each of the systems', async () => {
    const world = { google: [atGoogle()], okta: [atOkta()], entra: [atEntra()] };
    expect((await askedFor(world)).sort()).toEqual(['e1', 'g1', 'o1']);
    expect(await askedFor({ ...world, vars: { days: 400 } })).toEqual([]);
  });

  it('is each account by itself, and the question says what else is in use', async () => {
    const { ask } = await find({ google: [atGoogle()], okta: [atOkta({ lastLogin: recent })] });
    expect(ask).toMatchObject([
      { email: jane, accounts: [{ id: 'g1', detail: 'last sign-in 2025-06-01; in use: Okta' }] },
    ]);
  });

  it('is one that was never used only when it was made long ago', async () => {
    const never = { lastLoginTime: '1970-01-01T00:00:00.000Z' };
    expect(await askedFor({ google: [atGoogle(never)] })).toEqual(['g1']);
    expect(await askedFor({ google: [atGoogle({ ...never, creationTime: recent })] })).toEqual([]);
    expect(await askedFor({ okta: [atOkta({ lastLogin: null })] })).toEqual(['o1']);
    expect(await askedFor({ okta: [atOkta({ lastLogin: null, created: recent })] })).toEqual([]);
    expect(await askedFor({ entra: [atEntra({ signInActivity: null })] })).toEqual(['e1']);
    expect(await askedFor({ entra: [atEntra({ signInActivity: null, createdDateTime: recent })] })).toEqual([]);
  });

  it('is none that a program uses on the person’s behalf', async () => {
    const signInActivity = { lastSignInDateTime: longAgo, lastNonInteractiveSignInDateTime: recent };
    expect(await askedFor({ entra: [atEntra({ signInActivity })] })).toEqual([]);
    expect(
      await askedFor({ entra: [atEntra({ signInActivity: { ...signInActivity, lastSignInDateTime: null } })] }),
    ).toEqual([]);
  });

  it('is none that nobody can use, nor one without an address', async () => {
    expect(await askedFor({ google: [atGoogle({ suspended: true }), atGoogle({ archived: true })] })).toEqual([]);
    expect(await askedFor({ okta: [atOkta({ status: 'SUSPENDED' }), atOkta({ status: 'DEPROVISIONED' })] })).toEqual(
      [],
    );
    expect(await askedFor({ entra: [atEntra({ accountEnabled: false })] })).toEqual([]);
    expect(await askedFor({ okta: [atOkta({ login: 'backup-robot' })] })).toEqual([]);
  });

  it('is named where Okta cannot suspend it', async () => {
    const found = await find({ okta: [atOkta({ status: 'PASSWORD_EXPIRED' })] });
    expect(found).toMatchObject({
      ask: [],
      by_hand: [
        'Jane Doe (jane@example.com), Okta: last sign-in 2025-06-01; Okta does not suspend who is PASSWORD_EXPIRED',
      ],
    });
  });

  it('is none that stays: everywhere or in one system, until its time is over', async () => {
    const world = { google: [atGoogle()], okta: [atOkta()] };
    const staying = (more: object) =>
      askedFor({ ...world, stay: [{ email: 'JANE@example.com', system: null, until: null, ...more }] });
    expect(await staying({})).toEqual([]);
    expect(await staying({ system: 'Okta' })).toEqual(['g1']);
    expect(await staying({ until: '2026-03-03T00:00:00.000Z' })).toEqual([]);
    expect(await staying({ until: '2026-03-01T00:00:00.000Z' })).toEqual(['g1', 'o1']);
  });
});

describe('A non-employee', () => {
  const guest = { email: 'Jane@example.com', company: 'Doe Ltd', owner: null, end_date: '2026-03-01' };
  const google = [atGoogle({ lastLoginTime: recent })];

  it('has ended after the last day, used or not', async () => {
    expect(await find({ google, guests: [guest] })).toMatchObject({
      ask: [
        { accounts: [{ reason: 'ended', detail: expect.stringContaining('ended on 2026-03-01 (Doe Ltd), last') }] },
      ],
    });
    expect(await askedFor({ google, guests: [{ ...guest, end_date: '2026-03-02' }] })).toEqual([]);
    expect(await askedFor({ google, guests: [{ ...guest, end_date: null }] })).toEqual([]);
  });
});

describe('Who is asked', () => {
  const boss = { ...atGoogle({ lastLoginTime: recent }), id: 'g2', primaryEmail: 'marco@example.com' };
  const managed = atGoogle({ relations: [{ type: 'manager', value: 'Marco@example.com' }] });
  const ownerOf = async (world: World) => (await find(world)).ask.map(({ owner }) => owner);

  it('is the owner of a non-employee, else the manager, else who is named for the rest', async () => {
    const owned = { email: jane, owner: 'Yuki@example.com', end_date: null };
    expect(await ownerOf({ google: [managed, boss], guests: [owned] })).toEqual(['yuki@example.com']);
    expect(await ownerOf({ google: [managed, boss], okta: [atOkta()] })).toEqual(['marco@example.com']);
    expect(await ownerOf({ google: [managed] })).toEqual([ada]);
    expect(await ownerOf({ google: [atGoogle({ relations: [{ type: 'manager', value: jane }] })] })).toEqual([ada]);
  });

  it('is never the person', async () => {
    expect(await ownerOf({ okta: [atOkta({ login: ada })] })).toEqual([marco]);
    expect(await find({ okta: [atOkta()], vars: { default_owners: [jane] } })).toMatchObject({
      ...{ ask: [], by_hand: ['Jane Doe (jane@example.com), Okta: last sign-in 2025-06-01; nobody answers for it'] },
    });
  });

  it('is asked once about all accounts of a person, and about so many people in a run', async () => {
    const [one] = (await find({ google: [managed, boss], okta: [atOkta()] })).ask;
    expect(one?.accounts.map(({ system }) => system)).toEqual(['Google Workspace', 'Okta']);
    const okta = ['a', 'b', 'c'].map((name) => atOkta({ id: name, login: `${name}@example.com` }));
    const found = await find({ okta, vars: { most_questions: 2 } });
    expect([found.ask.length, found.later]).toEqual([2, 1]);
  });

  it('is nobody while the managers cannot be read, but for those who have an owner', async () => {
    expect(await find({ google: null, okta: [atOkta()] })).toMatchObject({ ask: [], later: 1 });
    const owned = { email: jane, owner: 'yuki@example.com', end_date: null };
    expect(await ownerOf({ google: null, okta: [atOkta()], guests: [owned] })).toEqual(['yuki@example.com']);
  });
});

describe('What was asked', () => {
  const row = {
    ...{ system: 'Okta', account_id: 'o1', email: jane, owner: 'marco@example.com', answered_by: null },
    ...{ state: 'asked', asked_at: '2026-03-01T03:00:00.000Z', kept_until: null },
  };
  const known = (more: object, vars = {}) => find({ okta: [atOkta()], rows: [{ ...row, ...more }], vars });

  it('waits for the days to answer, then silence counts, or does not', async () => {
    expect(await known({})).toMatchObject({ ask: [], due: [], waiting: 1 });
    const asked_at = '2026-02-01T03:00:00.000Z';
    expect(await known({ asked_at })).toMatchObject({
      due: [{ id: 'o1', step: 'silent', answer: 'no answer from marco@example.com' }],
    });
    expect(await known({ asked_at }, { no_answer: 'keep' })).toMatchObject({ ask: [], due: [], waiting: 1 });
  });

  it('is due when it was agreed to, and left when it was kept, until it is asked again', async () => {
    const agreed = { state: 'suspend', answered_by: 'marco@example.com' };
    expect(await known(agreed)).toMatchObject({ due: [{ step: 'agreed', answer: 'agreed by marco@example.com' }] });
    const keep = (kept_until: string | null) => known({ state: 'keep', kept_until });
    expect(await keep('2026-04-01T00:00:00.000Z')).toMatchObject({ ask: [], due: [], waiting: 1 });
    expect(await keep(null)).toMatchObject({ ask: [], waiting: 1 });
    expect(await keep('2026-03-01T00:00:00.000Z')).toMatchObject({ ask: [{ email: jane }] });
  });

  it('is asked again where nobody could be', async () => {
    expect(await known({ state: 'open', asked_at: null })).toMatchObject({ ask: [{ email: jane }], due: [] });
  });

  it('is nobody new while there are more open questions than can be read, but what was asked goes on', async () => {
    const others = Array.from({ length: 999 }, (_, index) => ({ ...row, account_id: `x${index}` }));
    const okta = [atOkta(), atOkta({ id: 'o2', login: 'new@example.com' })];
    const asked = { ...row, asked_at: '2026-02-01T03:00:00.000Z' };
    expect(await find({ okta, rows: [asked, ...others] })).toMatchObject({ ask: [], due: [{ id: 'o1' }], later: 1 });
    expect((await find({ okta, rows: [asked] })).ask).toMatchObject([{ email: 'new@example.com' }]);
  });

  it('is settled when it is no longer found, but not where the system could not be read', async () => {
    expect(await find({ rows: [row] })).toMatchObject({ settled: [{ account_id: 'o1' }], looked: 0 });
    expect(await find({ okta: null, rows: [row] })).toMatchObject({ settled: [] });
    expect(await known({})).toMatchObject({ settled: [] });
  });
});

describe('An approval', () => {
  const asks = (confirm: string, ...due: string[]) =>
    whenOf('act', 'decide', {
      vars: { confirm },
      steps: { found: { output: { due: due.map((step) => ({ step })) } } },
    });

  it('is wanted always, only of silence, or never', async () => {
    expect(await asks('always', 'agreed')).toBe(true);
    expect(await asks('without an answer', 'agreed')).toBe(false);
    expect(await asks('without an answer', 'agreed', 'silent')).toBe(true);
    expect(await asks('never', 'silent')).toBe(false);
  });
});

describe('Right before it is suspended', () => {
  const item = { system: 'Okta', id: 'o1', reason: 'dormant', last: longAgo };
  const row = (state: string) => ({ output: { found: true, row: { values: { state } } } });
  const fresh = async (steps: object, over: object = {}) =>
    shapeOf('fresh', { item: { ...item, ...over }, steps: { row_now: row('suspend'), ...steps } });
  const okta = (more: object = {}) => ({ look_okta: { output: { status: 'ACTIVE', lastLogin: longAgo, ...more } } });
  const goes = { kept: false, over: false, go: true };

  it('is still so, in each system', async () => {
    expect(await fresh(okta())).toEqual(goes);
    expect(await fresh(okta({ lastLogin: null }), { last: undefined })).toEqual(goes);
    const google = { suspended: false, archived: false, lastLoginTime: '1970-01-01T00:00:00.000Z' };
    expect(await fresh({ look_google: { output: google } }, { last: undefined })).toEqual(goes);
    expect(await fresh({ look_entra: { output: { accountEnabled: true } } })).toEqual(goes);
  });

  it('is not, when it was used, switched off or kept meanwhile', async () => {
    expect(await fresh(okta({ lastLogin: recent }))).toEqual({ kept: false, over: true, go: false });
    expect(await fresh(okta({ lastLogin: recent }), { last: undefined })).toMatchObject({ over: true, go: false });
    expect(await fresh(okta({ status: 'SUSPENDED' }))).toMatchObject({ over: true, go: false });
    expect(await fresh({ look_entra: { output: { accountEnabled: false } } })).toMatchObject({ over: true, go: false });
    expect(await fresh({ ...okta(), row_now: row('keep') })).toEqual({ kept: true, over: false, go: false });
  });

  it('is still so where the engagement ended and the account is used', async () => {
    expect(await fresh(okta({ lastLogin: recent }), { reason: 'ended' })).toEqual(goes);
  });
});

describe('What came of an account', () => {
  const item = { system: 'Okta', id: 'o1' };
  const collected = (steps: object) => evaluate(fieldOf('suspend', 'collect'), { item, steps });

  it('is suspended only when reading it again shows so', async () => {
    expect(await collected({ proof_okta: { output: { status: 'SUSPENDED' } } })).toMatchObject({ suspended: true });
    expect(await collected({ proof_okta: { output: { status: 'ACTIVE' } } })).toMatchObject({ suspended: false });
    expect(await collected({ proof_google: { output: { suspended: true } } })).toMatchObject({ suspended: true });
    expect(await collected({ proof_entra: { output: { accountEnabled: false } } })).toMatchObject({ suspended: true });
    const refused = { suspend_okta: { error: { message: 'refused' } } };
    expect(await collected(refused)).toEqual({ key: 'Okta o1', error: 'refused', suspended: false });
  });

  const due = { system: 'Okta', id: 'o1', name: 'Jane Doe', email: jane, step: 'agreed' };
  const result = async (tried: object | null, more: object = {}, mode = 'live') => {
    const items = tried ? [{ key: 'Okta o1', ...tried }] : [];
    const steps = { found: { output: { due: [due] } }, suspend: { output: { items } }, ...more };
    const { rows } = (await shapeOf('results', { steps, run: { ...run, mode } })) as { rows: object[] };
    return rows[0];
  };

  it('is written as suspended, or stays agreed with its reason', async () => {
    expect(await result({ suspended: true })).toMatchObject({
      done: true,
      state: 'suspended',
      write: true,
      problem: null,
    });
    expect(await result({ suspended: false, error: 'refused' })).toMatchObject({
      ...{ done: false, tried: true, failed: true, state: 'suspend', write: true, problem: 'refused' },
    });
    expect(await result({ suspended: false })).toMatchObject({ problem: 'Okta does not show it suspended yet' });
    expect(await result({ suspended: true, sessions: 'refused' })).toMatchObject({
      ...{ done: true, failed: false, problem: 'its sessions were not ended: refused' },
    });
    expect(await result({ suspended: false }, {}, 'plan')).toMatchObject({ done: true, failed: false });
  });

  it('is left as its owner said meanwhile, and settled when it is used again', async () => {
    expect(await result({ suspended: false, kept: true })).toMatchObject({ tried: false, failed: false, write: false });
    expect(await result({ suspended: false, over: true })).toMatchObject({
      tried: false,
      state: 'settled',
      write: true,
    });
  });

  it('is kept when it was rejected, and unchanged when nobody decided', async () => {
    const rejected = { rejected: { output: { why: 'kept: rejected' } } };
    expect(await result(null, rejected)).toMatchObject({
      tried: false,
      state: 'keep',
      write: true,
      result: 'kept: rejected',
    });
    expect(await result(null)).toMatchObject({ tried: false, state: 'suspend', write: false, result: 'not decided' });
  });
});

describe('What is reported', () => {
  const nothing = { settled: [], by_hand: [], waiting: 0, later: 0, due: [] };
  const row = {
    name: 'Jane Doe',
    email: jane,
    system: 'Okta',
    detail: 'last sign-in 2025-06-01',
    answer: 'agreed by marco',
  };
  const summary = (over: object) =>
    shapeOf('summary', {
      steps: {
        ...{ found: { output: nothing }, ask: { output: { items: [] } }, results: { output: { rows: [] } } },
        ...{ record: { output: { failed: 0 } }, ...over },
      },
    });

  it('is nothing where nothing is new', async () => {
    const found = { output: { ...nothing, waiting: 2, by_hand: ['x'] } };
    expect(await summary({ found })).toMatchObject({
      ...{ complete: true, news: false, problems: [] },
      outcome: 'complete: 0 people asked about, 0 accounts suspended, 0 left, 0 settled, 2 waiting',
    });
  });

  it('is who was asked, what was suspended and what was left', async () => {
    const asks = [{ name: 'Jane Doe', email: jane, owner: 'marco@example.com', accounts: 2 }];
    const rows = [
      { ...row, done: true, failed: false, problem: null },
      { ...row, done: false, failed: false, result: 'kept: rejected' },
      { ...row, done: false, failed: false, result: 'not decided' },
    ];
    const over = { ask: { output: { items: asks } }, results: { output: { rows } } };
    expect(await summary(over)).toMatchObject({
      ...{ complete: true, news: true, asked: ['Jane Doe (jane@example.com), 2 accounts: marco@example.com'] },
      suspended: ['Jane Doe (jane@example.com), Okta: last sign-in 2025-06-01; agreed by marco'],
      left: ['Jane Doe (jane@example.com), Okta: kept: rejected'],
    });
  });

  it('is what was in the way', async () => {
    expect(await summary({ okta: { error: { message: 'refused' } } })).toMatchObject({
      ...{ complete: false, news: true, problems: ['Okta could not be read: refused'] },
    });
    const asks = [{ name: 'Jane Doe', email: jane, owner: 'x@example.com', accounts: 1, error: 'no such member' }];
    expect(await summary({ ask: { output: { items: asks } } })).toMatchObject({
      ...{ asked: [], problems: ['x@example.com was not asked about Jane Doe (jane@example.com): no such member'] },
    });
    const rows = [{ ...row, done: false, failed: true, problem: 'refused' }];
    expect(await summary({ results: { output: { rows } } })).toMatchObject({
      ...{ left: [], problems: ['Jane Doe (jane@example.com), Okta: refused'] },
    });
    const known = { error: { message: 'gone' } };
    expect(await shapeOf('summary', { steps: { known } })).toMatchObject({
      ...{ complete: false, reason: 'the table of dormant accounts could not be read: gone' },
    });
  });

  it('is that nothing was done where not all who stay could be read', async () => {
    const staying = (count: number) => ({ exceptions: listed(Array.from({ length: count }, () => ({ email: jane }))) });
    expect(await whenOf('all_stay', 'whole', { steps: staying(999) })).toBe(true);
    expect(await whenOf('all_stay', 'whole', { steps: staying(1000) })).toBe(false);
    expect(await shapeOf('summary', { steps: staying(1000) })).toMatchObject({
      ...{ complete: false, news: true, reason: expect.stringContaining('more than 999 accounts stay') },
    });
  });

  it('is a success when the channel had nothing to hear', async () => {
    const done = (steps: object) => whenOf('outcome', 'done', { steps });
    const complete = { summary: { output: { complete: true } } };
    expect(await done(complete)).toBe(true);
    expect(await done({ ...complete, tell: { error: null } })).toBe(true);
    expect(await done({ ...complete, tell: { error: { message: 'refused' } } })).toBe(false);
    expect(await done({ summary: { output: { complete: false } } })).toBe(false);
  });
});

describe('A button', () => {
  const pressed = (actionId: string) => ({
    trigger: {
      id: 'pressed',
      body: { type: 'block_actions', user: { id: 'U2' }, actions: [{ action_id: actionId, value: jane }] },
    },
  });

  it('is the answer of the member who was asked', async () => {
    const { answer } = fieldOf('press') as { answer: unknown };
    expect(await evaluate(answer, pressed('castellan_dormant_keep'))).toBe('keep');
    expect(await evaluate(answer, pressed('castellan_dormant_suspend'))).toBe('suspend');
    const { rows } = fieldOf('theirs') as { rows: unknown };
    const own = { account_id: 'g1', slack_user: 'U2' };
    const theirs = (...asked: object[]) =>
      evaluate(rows, { steps: { press: { output: { user: 'U2' } }, questions: listed(asked) } });
    expect(await theirs(own, { account_id: 'o1', slack_user: 'U3' })).toEqual([own]);
    expect(await theirs({ account_id: 'o1', slack_user: 'U3' })).toEqual([]);
  });
});
