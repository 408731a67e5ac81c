import { describe, expect, it } from 'vitest';
import { evaluate, flowOf, outputOf, stepOf } from './template-flow.js';

const flow = flowOf('access-events-snowflake');
const vars = Object.fromEntries(Object.entries(flow.variables ?? {}).map(([name, { default: is }]) => [name, is]));
const run = { id: 'run-1', mode: 'live', startedAt: '2026-03-02T10:00:00.000Z' };

const shapeOf = (step: string, context: object) => outputOf(flow, step, { vars, run, ...context });

const event = {
  eventId: 'e-1',
  eventType: 'USERS_ADDED_TO_GROUP',
  createdAt: '2026-03-01T09:00:00Z',
  actorName: 'Ada',
};

describe('The rows of a page', () => {
  const rowsOf = async (items: object[]) => {
    const { rows } = (await shapeOf('rows', { steps: { page: { output: { items } } } })) as { rows: object[] };
    return rows;
  };

  it('are one for each part of an event, with the person and what it is about', async () => {
    const subEvents = [
      { subEventType: 'USER_ADDED_TO_GROUP', userId: 'u-1', userName: 'Jane Doe', groupId: 'g-1' },
      { subEventType: 'USER_REMOVED_FROM_RESOURCE', userEmail: 'tom@example.com', resourceId: 'r-1', accessLevel: 'x' },
    ];
    expect(await rowsOf([{ ...event, apiTokenName: 'sync', subEvents }])).toEqual([
      {
        ...{ event_id: 'e-1', part: 1, event_type: 'USER_ADDED_TO_GROUP', action: 'grant', system: 'Opal' },
        ...{ person: 'Jane Doe', person_id: 'u-1', resource: null, resource_id: 'g-1', access_level: null },
        ...{ actor: 'Ada', at: '2026-03-01T09:00:00Z', details: { apiTokenName: 'sync', ...subEvents[0] } },
      },
      expect.objectContaining({
        ...{ part: 2, action: 'revoke', person: 'tom@example.com', person_id: null },
        ...{ resource_id: 'r-1', access_level: 'x' },
      }),
    ]);
  });

  it('are one for an event without parts, which has every column, empty or not', async () => {
    const [row, ...others] = await rowsOf([{ ...event, eventType: 'UAR_CREATED' }]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ event_id: 'e-1', part: 1, event_type: 'UAR_CREATED', action: 'review', person: null });
    const { columns } = stepOf<{ input: { columns: { column: string }[] } }>(flow, 'write').input;
    expect(Object.keys(row!).toSorted()).toEqual(columns.map(({ column }) => column).toSorted());
  });

  it('are none for a page without events', async () => {
    expect(await shapeOf('rows', { steps: { page: { output: { items: [] } } } })).toEqual({ events: 0, rows: [] });
  });

  it('are made in the same way where events were missing', () => {
    const sourceOf = (step: string) => {
      const { output } = stepOf<{ output: { jsonata: string } }>(flow, step);
      return /\$event := \$;[\s\S]*?'details'.*/.exec(output.jsonata)?.[0];
    };
    expect(sourceOf('rows')).toMatch(/event_id/);
    expect(sourceOf('gap')).toBe(sourceOf('rows'));
  });
});

describe('The window', () => {
  const windowOf = (row: object | null) => shapeOf('window', { steps: { state: { output: { row } } } });
  const values = { exported_until: '2026-03-01T10:00:00.000Z', window_to: null, page_cursor: null };

  it('begins at the day that is set, then where the last one ended, and ends when the run began', async () => {
    const to = run.startedAt;
    expect(await windowOf(null)).toEqual({ from: vars.first_from, to, resumed: false, version: 0 });
    const next = { from: values.exported_until, to, resumed: false, version: 7 };
    expect(await windowOf({ values, version: 7 })).toEqual(next);
  });

  it('that was left open is taken up as it was', async () => {
    const open = { ...values, window_to: '2026-03-01T11:00:00.000Z' };
    expect(await windowOf({ values: open, version: 8 })).toMatchObject({ to: open.window_to, resumed: true });
  });

  it('has a next page until it is whole, or something stopped this run', async () => {
    const due = async (more: object, over: object = {}) => {
      const steps = { place: { output: { row: { values: { ...values, ...more }, version: 1 } } } };
      return ((await shapeOf('page_of', { index: 3, steps, ...over })) as { due: boolean }).due;
    };
    const open = { window_to: '2026-03-01T11:00:00.000Z' };
    expect(await due(open)).toBe(true);
    expect(await due({})).toBe(false);
    expect(await due({ ...open, problem_run: run.id })).toBe(false);
    expect(await due({ ...open, problem_run: 'an earlier one' })).toBe(true);
  });

  it('of a plan has one page, though nothing was stored', async () => {
    const steps = {
      window: { output: { from: 'a', to: 'b' } },
      place: { output: { row: null } },
    };
    const at = (index: number) => shapeOf('page_of', { index, steps, run: { ...run, mode: 'plan' } });
    expect(await at(0)).toMatchObject({ due: true, from: 'a', to: 'b', version: 0, events: 0 });
    expect(await at(1)).toMatchObject({ due: false });
  });

  it('moves on by a page, and is closed by the last one', async () => {
    const move = async (nextCursor: string | null) => {
      const steps = {
        page_of: { output: { to: 'b', events: 4 } },
        page: { output: { nextCursor } },
        rows: { output: { events: 2 } },
      };
      const { input } = stepOf<{ input: { values: unknown } }>(flow, 'move');
      return evaluate(input.values, { vars, run, steps });
    };
    const none = { problem: null, problem_run: null };
    expect(await move('next')).toEqual({ ...none, events: 6, page_cursor: 'next' });
    expect(await move(null)).toEqual({
      ...{ ...none, events: 6, page_cursor: null },
      ...{ exported_until: 'b', window_to: null },
    });
  });
});

describe('The gap check', () => {
  const window = { from: '2026-03-02T09:00:00.000Z', to: '2026-03-02T10:00:00.000Z' };
  const spanOf = (over: object) => shapeOf('span', { steps: { window: { output: { ...window, ...over } } } });

  it('looks a day back, at the whole window where that is longer, and never before the day that is set', async () => {
    expect(await spanOf({})).toEqual({ from: '2026-03-01T10:00:00.000Z', to: window.to });
    expect(await spanOf({ from: '2026-02-01T00:00:00.000Z' })).toMatchObject({ from: '2026-02-01T00:00:00.000Z' });
    expect(await spanOf({ to: '2026-01-01T05:00:00.000Z', from: '2026-01-01T04:00:00.000Z' })).toMatchObject({
      from: '2026-01-01T00:00:00.000Z',
    });
  });

  it('names what Opal lists and Snowflake does not have', async () => {
    const events = ['e-1', 'e-2', 'e-3'].map((eventId) => ({ ...event, eventId }));
    const gapOf = (items: object[], has: string[]) =>
      shapeOf('gap', {
        steps: { listed: { output: { items } }, held: { output: { items: has.map((EVENT_ID) => ({ EVENT_ID })) } } },
      });
    expect(await gapOf(events, ['e-1', 'e-3', 'older'])).toEqual({
      opal: 3,
      missing: [{ id: 'e-2', title: 'e-2 (USERS_ADDED_TO_GROUP, 2026-03-01T09:00:00Z)' }],
      rows: [expect.objectContaining({ event_id: 'e-2', part: 1 })],
    });
    expect(await gapOf(events, ['e-1', 'e-2', 'e-3'])).toEqual({ opal: 3, missing: [], rows: [] });
    expect(await gapOf(events, [])).toMatchObject({ missing: { length: 3 } });
    expect(await gapOf([], [])).toEqual({ opal: 0, missing: [], rows: [] });
  });
});

describe('What is reported', () => {
  const page = { events: 2, rows: 3, inserted: 1, updated: 2 };
  const report = async (over: object, at: object = {}) => {
    const steps = {
      state: { error: null },
      window: { output: { from: 'a', to: 'b', resumed: false } },
      pages: { output: { items: [page, page, {}] } },
      after: { output: { row: { values: { window_to: null, problem_run: null } } } },
      ...over,
    };
    const summary = await shapeOf('summary', { steps, ...at });
    return shapeOf('report', { steps: { summary: { output: summary } }, ...at });
  };
  const missing = [{ id: 'e-2', title: 'e-2 (X, then)' }];

  it('is what was written, from when to when', async () => {
    expect(await report({})).toMatchObject({
      ...{ done: true, more: false, events: 4, rows: 6, check: 'not made' },
      outcome: 'complete: 4 events in 6 rows, 2 new and 4 there before, a to b',
    });
    expect(await report({ pages: { output: { items: [{}, {}] } } })).toMatchObject({
      outcome: 'complete: nothing new, a to b',
    });
  });

  it('says that more is left for the next run', async () => {
    const after = { output: { row: { values: { window_to: 'b', problem_run: 'an earlier one' } } } };
    expect(await report({ after })).toMatchObject({ done: true, more: true });
  });

  it('says what stopped it', async () => {
    const values = { window_to: 'b', problem_run: run.id, problem: 'Snowflake: no such role' };
    expect(await report({ after: { output: { row: { values } } } })).toMatchObject({
      ...{ done: false, more: false },
      outcome: expect.stringMatching(/^incomplete: Snowflake: no such role; 4 events/),
    });
    expect(await report({ open: { error: { message: 'is at version 3' } } })).toMatchObject({
      reason: 'the window could not be opened, perhaps because another run did: is at version 3',
    });
  });

  it('counts a gap as closed only when Snowflake was read again', async () => {
    const gap = { output: { opal: 5, missing } };
    const steps = { gap, span: { output: { from: 'x' } } };
    const closed = { held_again: { output: { items: [{ EVENT_ID: 'e-2' }] } } };
    expect(await report({ ...steps, ...closed })).toMatchObject({
      ...{ done: true, missing: ['e-2 (X, then)'], left: [] },
      check: '5 events at Opal since x, 4 of them in Snowflake',
      outcome: expect.stringMatching(/found 1 missing and fetched 1 of them again$/),
    });
    expect(await report({ ...steps, held_again: { output: { items: [] } } })).toMatchObject({
      ...{ done: false, reason: 'still missing in Snowflake: e-2 (X, then)' },
    });
  });
});
