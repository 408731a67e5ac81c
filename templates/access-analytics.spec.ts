import { describe, expect, it } from 'vitest';
import { flowOf, outputOf, stepOf } from './template-flow.js';

const flow = flowOf('access-analytics');
const run = { id: 'run-1', mode: 'live', startedAt: '2026-03-02T03:30:00.000Z' };

const shapeOf = (step: string, context: object) => outputOf(flow, step, { run, ...context });

/** The fields of the rows that a step writes. */
const columnsOf = (step: string): string[] => {
  const { input } = stepOf<{ input: { columns: { column: string }[] } }>(flow, step);
  return input.columns.map(({ column }) => column).toSorted();
};

const jane = { userId: 'u-1', email: 'jane@example.com', fullName: 'Jane Doe', position: 'Engineer' };
const resource = {
  ...{ resourceId: 'r-1', resourceName: 'orders-db', accessLevel: 'read', accessLevelName: 'Read' },
  ...{ hasDirectAccess: false, throughGroups: [{ groupName: 'Data' }, { groupName: 'On-call' }], expirationDate: null },
};
const group = { groupId: 'g-1', groupName: 'Data', accessLevel: '', expirationDate: '2026-04-01T00:00:00Z' };

describe('The rows of some people', () => {
  const batch = (items: object[]) =>
    shapeOf('batch', {
      steps: { person: { output: { items } }, risks: { output: { 'r-1': 'CRITICAL' } } },
    }) as Promise<{ people: object[]; access: object[]; unread: string[] }>;
  const read = { user: { ...jane, hrIdpStatus: 'SUSPENDED' }, access: { resources: [resource], groups: [group] } };

  it('are one for the person and one for each access, with its risk and the groups that it comes through', async () => {
    const { people, access, unread } = await batch([read]);
    const at = { snapshot_date: '2026-03-02', seen_at: run.startedAt, user_id: 'u-1' };
    expect(unread).toEqual([]);
    expect(people).toEqual([{ ...at, email: jane.email, name: 'Jane Doe', position: 'Engineer', status: 'SUSPENDED' }]);
    expect(access).toEqual([
      {
        ...{ ...at, kind: 'resource', target_id: 'r-1', target_name: 'orders-db', access_level: 'read' },
        ...{ risk: 'CRITICAL', direct: false, through: 'Data, On-call', expires_at: null },
      },
      {
        ...{ ...at, kind: 'group', target_id: 'g-1', target_name: 'Data', access_level: '' },
        ...{ risk: null, direct: true, through: null, expires_at: group.expirationDate },
      },
    ]);
    expect(Object.keys(people[0]!).toSorted()).toEqual(columnsOf('write_people'));
    for (const row of access) expect(Object.keys(row).toSorted()).toEqual(columnsOf('write_access'));
  });

  it('of somebody without access are the person alone, who is active where Opal says nothing else', async () => {
    const { people, access } = await batch([{ user: jane, access: { resources: [], groups: [] } }]);
    expect(people).toMatchObject([{ status: 'ACTIVE' }]);
    expect(access).toEqual([]);
  });

  it('leave aside who could not be read, with the reason', async () => {
    const { people, access, unread } = await batch([{ user: jane, access: null, error: 'refused' }]);
    expect({ people, access, unread }).toEqual({ people: [], access: [], unread: ['jane@example.com: refused'] });
  });
});

it('The risk of each thing is known by its id, and nothing is known of the others', async () => {
  const steps = {
    resources: { output: { items: [{ resourceId: 'r-1', riskSensitivity: 'HIGH' }, { resourceId: 'r-2' }] } },
    groups: { output: { items: [{ groupId: 'g-1', riskSensitivity: 'LOW' }] } },
  };
  expect(await shapeOf('risks', { steps })).toEqual({ 'r-1': 'HIGH', 'g-1': 'LOW' });
  const none = { resources: { output: { items: [] } }, groups: { output: { items: [] } } };
  expect(await shapeOf('risks', { steps: none })).toEqual({});
});

describe('What is reported', () => {
  const part = { people: 2, access: 5, unread: [], problem: null };
  const summary = (over: object) =>
    shapeOf('summary', {
      steps: {
        batches: { output: { items: [part, part] } },
        reviews: { output: { items: [{}] } },
        status_rows: { output: { rows: [{}, {}, {}] } },
        ...over,
      },
    });

  it('is how much was written', async () => {
    expect(await summary({})).toMatchObject({
      done: true,
      outcome: 'complete: 4 people, 10 accesses, 1 reviews, 3 reviewers',
    });
  });

  it('names who could not be read, and what Snowflake did not take', async () => {
    const unread = { ...part, unread: ['jane@example.com: refused'] };
    expect(await summary({ batches: { output: { items: [part, unread] } } })).toMatchObject({
      ...{ done: false, unread: ['jane@example.com: refused'] },
      outcome: expect.stringMatching(/^incomplete: 1 people could not be read; 4 people/),
    });
    const refused = { ...part, problem: 'no such table' };
    expect(await summary({ batches: { output: { items: [refused, refused] } } })).toMatchObject({
      ...{ done: false, reason: 'Snowflake did not take everything: no such table' },
    });
    expect(await summary({ users: { error: { message: 'refused' } }, batches: {}, reviews: {} })).toMatchObject({
      ...{ done: false, people: 0, reason: 'the people of Opal could not be read: refused' },
    });
  });
});
