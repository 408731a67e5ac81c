import { describe, expect, it } from 'vitest';
import { evaluate, flowOf, outputOf, stepOf } from './template-flow.js';

const flow = flowOf('hris-leaver');
const field = (step: string, name: string) => stepOf<{ output: Record<string, unknown> }>(flow, step).output[name];
const caseOf = (step: string) => stepOf<{ cases: { when: unknown }[] }>(flow, step).cases[0]!.when;

const person = { name: 'Oscar Lind', email: 'oscar.lind@example.com', lastDay: '2026-01-30', source: 'BambooHR' };

describe('When access is taken', () => {
  const zones = { output: { items: [{ values: { location: 'Lisbon', zone: 'Europe/Lisbon' } }] } };
  const taken = (who: object, when = 'last day') => {
    // Local time and zone, as they would be looked up.
    const instant = (text: string, zone: string) => `${text} ${zone}`;
    const context = {
      steps: { person: { output: { ...person, ...who } }, zones },
      vars: { when, time: '18:00', zone: 'Europe/Berlin' },
    };
    return evaluate(field('last_evening', 'at'), context, { instant });
  };

  it('is the end of the last day by the person’s own zone, that of the place, or the usual one', async () => {
    expect(await taken({ zone: 'Asia/Tokyo', location: 'Lisbon' })).toBe('2026-01-30 18:00 Asia/Tokyo');
    expect(await taken({ location: 'Lisbon' })).toBe('2026-01-30 18:00 Europe/Lisbon');
    expect(await taken({ location: 'Elsewhere' })).toBe('2026-01-30 18:00 Europe/Berlin');
    expect(await taken({})).toBe('2026-01-30 18:00 Europe/Berlin');
  });

  it('is now where it is to be at once', async () => {
    const before = Date.now();
    const at = Date.parse((await taken({ location: 'Lisbon' }, 'at once')) as string);
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });
});

describe('Whether somebody still leaves', () => {
  const entry = (id: string, date: string, employmentStatus: string) => ({ id, date, employmentStatus });
  const hired = entry('1', '2021-09-01', 'Full-Time');
  const lastDay = (...items: object[]) =>
    evaluate(field('current', 'lastDay'), { steps: { employment: { output: { items } } } });
  const leaves = (found: string | undefined, when = 'last day') =>
    evaluate(caseOf('still'), {
      steps: { person: { output: person }, current: { output: { lastDay: found } } },
      vars: { when },
    });

  it('is told by the latest entry of BambooHR’s history, whatever its order', async () => {
    const end = entry('2', '2026-01-30', 'Terminated');
    expect(await lastDay(hired, end)).toBe('2026-01-30');
    expect(await lastDay(end, hired)).toBe('2026-01-30');
    expect(await lastDay(hired)).toBeUndefined();
    expect(await lastDay()).toBeUndefined();
  });

  it('is not so for who came back, and of one day the later entry counts', async () => {
    const end = entry('2', '2026-01-30', 'Terminated');
    expect(await lastDay(hired, end, entry('3', '2026-04-01', 'Full-Time'))).toBeUndefined();
    expect(await lastDay(hired, end, entry('10', '2026-01-30', 'Contractor'))).toBeUndefined();
  });

  it('is what Workday’s report says of the worker', async () => {
    const of = (worker: object | null) =>
      evaluate(field('current', 'lastDay'), { steps: { worker: { output: { found: worker !== null, worker } } } });
    expect(await of({ lastDay: '2026-01-30' })).toBe('2026-01-30');
    expect(await of({ lastDay: null })).toBeUndefined();
    expect(await of(null)).toBeUndefined();
  });

  it('is so on the day that was told or an earlier one, and on a later one only if it is to be at once', async () => {
    expect(await leaves('2026-01-30')).toBe(true);
    expect(await leaves('2026-01-15')).toBe(true);
    expect(await leaves('2026-02-15')).toBe(false);
    expect(await leaves('2026-02-15', 'at once')).toBe(true);
    expect(await leaves(undefined)).toBe(false);
    expect(await leaves(undefined, 'at once')).toBe(false);
  });
});

describe('Open requests', () => {
  const denied = async (by: object[], to: object[]) => {
    const steps = {
      known: { output: { user: { userId: 'u-1' } } },
      asked_by: { output: { items: by } },
      asked_for: { output: { items: to } },
    };
    const { items } = stepOf(flow, 'deny_requests');
    return ((await evaluate(items, { steps })) as { id: string }[]).map(({ id }) => id);
  };

  it('are those for the person, each once, whoever asked', async () => {
    const own = { id: 'r-1', requesterId: 'u-1', targetUserId: 'u-1' };
    const byAnother = { id: 'r-2', requesterId: 'u-2', targetUserId: 'u-1' };
    const unsaid = { id: 'r-3', requesterId: 'u-1' };
    expect(await denied([own, unsaid], [own, byAnother])).toEqual(['r-1', 'r-3', 'r-2']);
  });

  it('are not those that the person made for somebody else or for a group', async () => {
    const forAnother = { id: 'r-1', requesterId: 'u-1', targetUserId: 'u-2' };
    const forGroup = { id: 'r-2', requesterId: 'u-1', targetGroupId: 'g-1' };
    expect(await denied([forAnother, forGroup], [])).toEqual([]);
    expect(await denied([], [])).toEqual([]);
  });
});

describe('The evidence', () => {
  const direct = {
    ...{ resourceId: 'r-1', resourceName: 'orders-db', accessLevel: 'read', accessLevelName: 'Read' },
    ...{ hasDirectAccess: true, throughGroups: [] },
  };
  const group = { groupId: 'g-1', groupName: 'Engineering', accessLevel: '' };
  const token = { tokenId: 't-1', tokenLabel: 'Scripts', accessLevel: 'FULL_ACCESS' };
  const had = { userId: 'u-1', resources: [direct], groups: [group] };
  const nothing = { userId: 'u-1', resources: [], groups: [] };
  const rows = (over: object, mode = 'live') =>
    evaluate(field('evidence', 'rows'), {
      run: { mode },
      steps: {
        person: { output: person },
        known: { output: { found: true, user: { userId: 'u-1', email: person.email } } },
        access: { output: had },
        tokens: { output: { items: [token] } },
        access_after: { output: nothing },
        tokens_after: { output: { items: [] } },
        ...over,
      },
    }) as Promise<{ name: string; gone: boolean; detail: string }[]>;

  it('counts as gone what is not there when it is read again', async () => {
    expect(await rows({})).toEqual([
      expect.objectContaining({ kind: 'resource', name: 'orders-db', level: 'Read', gone: true, result: 'revoked' }),
      expect.objectContaining({ kind: 'group', name: 'Engineering', gone: true, result: 'revoked' }),
      expect.objectContaining({ kind: 'API token', name: 'Scripts', gone: true, result: 'deleted' }),
    ]);
  });

  it('says of what is still there why: refused, left for somebody to do by hand, or not shown as gone', async () => {
    const still = (item: object) =>
      rows({
        access_after: { output: { ...nothing, resources: [direct] } },
        revoke_resources: { output: { items: [{ key: 'r-1/read', ...item }] } },
      });
    const left = (detail: string) =>
      expect.objectContaining({ name: 'orders-db', gone: false, result: 'left', detail });
    expect(await still({ error: 'It is locked.' })).toContainEqual(left('It is locked.'));
    expect(await still({ byHand: true })).toContainEqual(left('somebody must do it by hand, Opal says'));
    expect(await still({ byHand: false })).toContainEqual(left('Opal still shows it'));
  });

  it('proves nothing where it could not be read again', async () => {
    const found = await rows({
      access_after: { error: { message: 'No.' } },
      tokens_after: { error: { message: 'No.' } },
    });
    expect(found.map(({ gone, detail }) => [gone, detail])).toEqual(
      Array.from({ length: 3 }, () => [false, 'it could not be read again']),
    );
  });

  it('names inherited access with the group, and what came meanwhile', async () => {
    const inherited = { ...direct, hasDirectAccess: false, throughGroups: [{ groupName: 'Engineering' }] };
    const unnamed = { ...inherited, resourceName: 'Jira', throughGroups: [] };
    const late = { ...direct, resourceId: 'r-9', resourceName: 'AWS' };
    const found = await rows({ access_after: { output: { ...nothing, resources: [inherited, unnamed, late] } } });
    expect(found.filter(({ gone }) => !gone).map(({ name, detail }) => [name, detail])).toEqual([
      ['orders-db', 'inherited from the group Engineering'],
      ['Jira', 'inherited in a way that Opal does not name'],
      ['AWS', 'it came while the run was on its way'],
    ]);
  });

  it('is in a plan what would be taken, though all is still there', async () => {
    const inherited = {
      ...direct,
      resourceId: 'r-2',
      hasDirectAccess: false,
      throughGroups: [{ groupName: 'Engineering' }],
    };
    const unchanged = {
      access_after: { output: { ...had, resources: [direct, inherited] } },
      tokens_after: { output: { items: [token] } },
    };
    expect((await rows(unchanged, 'plan')).map(({ name, gone }) => [name, gone])).toEqual([
      ['orders-db', true],
      ['Engineering', true],
      ['Scripts', true],
    ]);
    expect((await rows(unchanged)).map(({ gone }) => gone)).not.toContain(true);
  });

  it('is empty for somebody who had nothing', async () => {
    expect(await rows({ access: { output: nothing }, tokens: { output: { items: [] } } })).toEqual([]);
  });
});

describe('What is reported', () => {
  const row = { kind: 'group', name: 'Engineering', level: '', gone: true, result: 'revoked', detail: '' };
  const report = async (rows: object[], over: object = {}) => {
    const steps = {
      person: { output: person },
      known: { output: { found: true, user: {} } },
      access: { output: {} },
      access_after: { output: {} },
      evidence: { output: { rows } },
      ...over,
    };
    const summary = await outputOf(flow, 'summary', { steps });
    return outputOf(flow, 'report', { steps: { summary: { output: summary } } });
  };

  it('is complete when all is gone, also when nothing was there', async () => {
    expect(await report([row])).toMatchObject({
      done: true,
      revoked: ['group Engineering'],
      outcome: 'complete: 1 taken away',
    });
    expect(await report([])).toMatchObject({
      done: true,
      revoked: [],
      left: [],
      outcome: 'complete: nothing was there',
    });
  });

  it('is not complete while anything is left or could not be read', async () => {
    expect(await report([row, { ...row, gone: false, detail: 'It is locked.' }])).toMatchObject({
      ...{ done: false, left: ['group Engineering: It is locked.'] },
      outcome: 'incomplete: group Engineering: It is locked.',
    });
    expect(await report([row], { tokens: { error: { message: 'Not allowed.' } } })).toMatchObject({
      ...{ done: false, left: ['API tokens: they could not be read: Not allowed.'] },
    });
  });

  it('says why nothing was revoked at all', async () => {
    const reasonOf = async (over: object) => ((await report([], over)) as { reason: string; done: boolean }).reason;
    expect(await reasonOf({ person: { output: { ...person, email: undefined } } })).toMatch(/no work e-mail/);
    expect(await reasonOf({ employment: { error: { message: 'Down.' } } })).toMatch(
      /^BambooHR could not be asked again/,
    );
    expect(await reasonOf({ known: { output: { found: false } } })).toMatch(/^Opal knows nobody as oscar/);
  });

  it('names thirty of many, and says that the file holds the others', async () => {
    const { revoked, outcome } = (await report(Array.from({ length: 45 }, () => row))) as {
      revoked: string[];
      outcome: string;
    };
    expect(revoked).toHaveLength(31);
    expect(revoked.at(-1)).toBe('… and 15 more, which the file names');
    expect(outcome).toBe('complete: 45 taken away');
  });
});
