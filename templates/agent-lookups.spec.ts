import { describe, expect, it } from 'vitest';
import { evaluate, flowOf, outputOf, stepOf } from './template-flow.js';

const flow = flowOf('agent-lookups');

/** What an answer tells. */
const told = (step: string, context: object) => evaluate(stepOf<{ body: unknown }>(flow, step).body, context);

describe('A request', () => {
  const request = {
    ...{ id: 'r-1', requesterId: 'u-1', status: 'PENDING', reason: 'On call', durationMinutes: 240, createdAt: 'then' },
    requestedItemsList: [{ resourceId: 'db', name: 'orders-db', accessLevelRemoteId: 'full' }],
    reviewerStages: [
      {
        ...{ itemName: 'orders-db', itemId: 'db' },
        stages: [{ stage: 1, operator: 'OR', reviewers: [{ id: 'u-2', fullName: 'Marco Reyes', status: 'PENDING' }] }],
      },
    ],
  };
  const context = (over: object = {}) => ({
    steps: {
      read_request: { output: { ...request, ...over } },
      requester: { output: { email: 'priya@example.com', fullName: 'Priya Raman' } },
      target: { output: { email: 'priya@example.com', fullName: 'Priya Raman' } },
      comments: { output: { items: [] } },
    },
  });

  it('is told with lists that stay lists, and who has to decide', async () => {
    expect(await told('told_request', context())).toMatchObject({
      ...{ requestId: 'r-1', status: 'PENDING', minutes: 240, askedBy: { email: 'priya@example.com' } },
      items: [{ kind: 'resource', id: 'db', name: 'orders-db', accessLevel: 'full' }],
      approvals: [{ item: 'orders-db', stage: 1, reviewer: 'Marco Reyes', status: 'PENDING' }],
      comments: [],
    });
  });

  it('without an end has no minutes, and reviewers that Opal could not load are none', async () => {
    const answer = await told('told_request', context({ durationMinutes: -1, reviewerStages: 'failed to load' }));
    expect(answer).toMatchObject({ minutes: null, approvals: [] });
  });
});

describe('What is found', () => {
  const items = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ resourceId: `r-${at}`, name: `Prod ${at}`, riskSensitivity: 'HIGH' }));
  const found = (field: string, count: number, groups: object[] = []) =>
    outputOf(
      flow,
      'found',
      {
        trigger: { input: { name: 'pROd' } },
        steps: { resources: { output: { items: items(count) } }, groups: { output: { items: groups } } },
      },
      field,
    );

  it('is at most twenty of each, with how many there are', async () => {
    expect(await found('resources', 25)).toHaveLength(20);
    expect(await found('count', 25)).toBe(25);
    expect(await found('resources', 1)).toMatchObject([{ id: 'r-0', name: 'Prod 0', sensitivity: 'HIGH' }]);
    expect(await found('resources', 0)).toEqual([]);
    expect(
      await found('groups', 0, [
        { groupId: 'g', name: 'Production' },
        { groupId: 'h', name: 'Data' },
      ]),
    ).toEqual([{ id: 'g', name: 'Production' }]);
  });

  it('is told with the levels of each', async () => {
    const steps = {
      found: {
        output: {
          resources: [
            { id: 'a', name: 'A' },
            { id: 'b', name: 'B' },
          ],
          groups: [],
          count: 2,
        },
      },
      levels: {
        output: {
          items: [
            { id: 'b', levels: [{ accessLevel: 'x', name: 'X' }] },
            { id: 'a', levels: [] },
          ],
        },
      },
    };
    expect(await told('told_things', { steps })).toEqual({
      resources: [
        { id: 'a', name: 'A', accessLevels: [] },
        { id: 'b', name: 'B', accessLevels: [{ accessLevel: 'x', name: 'X' }] },
      ],
      groups: [],
      found: 2,
    });
  });
});

describe('Access reviews', () => {
  const row = (reviewer: string, state: string) => ({ values: { review_id: 'v-1', reviewer, state } });
  const reviews = (rows: object[]) =>
    told('told_reviews', {
      steps: {
        open_reviews: {
          output: {
            items: [
              { uarId: 'v-1', name: 'Production', deadline: '2099-03-31T23:59:59.000Z' },
              { uarId: 'v-0', name: 'Long ago', deadline: '2020-03-31T23:59:59.000Z' },
            ],
          },
        },
        reminders: { output: { items: rows } },
      },
    }) as Promise<{ reviews: object[] }>;

  it('that are open are told with who is not done', async () => {
    const { reviews: told } = await reviews([row('a@b.c', 'open'), row('d@b.c', 'done'), row('e@b.c', 'done')]);
    expect(told).toMatchObject([{ id: 'v-1', reviewers: 3, done: 2, percent: 67, pending: [{ reviewer: 'a@b.c' }] }]);
  });

  it('of which nothing is known have no figure', async () => {
    const { reviews: told } = await reviews([]);
    expect(told).toMatchObject([{ id: 'v-1', reviewers: 0, done: 0, percent: null, pending: [] }]);
  });
});
