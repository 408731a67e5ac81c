import { describe, expect, it } from 'vitest';
import { evaluate, filterOf, flowOf, outputOf, stepOf } from './template-flow.js';

const flow = flowOf('access-review-reminder');
const shapeOf = (step: string, context: object) => outputOf(flow, step, context);

const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();
const id = 'review-1';
const ann = { email: 'ann@example.com', name: 'Ann', to: 'ann@example.com', deputy: null, why: 'an owner of AWS' };

describe('Which reviews are looked at', () => {
  const work = async (reviews: object[], over: { rows?: object[]; leftOut?: string[] } = {}) => {
    const context = {
      steps: {
        reviews: { output: { items: reviews } },
        open_rows: { output: { items: (over.rows ?? []).map((values) => ({ values })) } },
      },
      vars: { overdue_days: 7, left_out: over.leftOut ?? [] },
    };
    const found = await outputOf(flow, 'work', context, 'items');
    return (found as { id: string; overdue: boolean; ended: boolean }[]).map(
      ({ id: of, overdue, ended }) => `${of}${overdue ? ' overdue' : ''}${ended ? ' ended' : ''}`,
    );
  };
  const review = (uarId: string, deadline: string) => ({ uarId, name: `Review ${uarId}`, deadline });
  const row = (review_id: string) => ({ review_id, review: 'Old', deadline: hours(-999), policy: 'MANUALLY' });

  it('are those whose deadline is to come, and those that are overdue for less than a week', async () => {
    const reviews = [review('a', hours(5)), review('b', hours(-5)), review('c', hours(-24 * 8))];
    expect(await work(reviews)).toEqual(['a', 'b overdue']);
    expect(await work([])).toEqual([]);
  });

  it('are those with open reminders that Opal does not name any more, each once', async () => {
    expect(await work([review('a', hours(5))], { rows: [row('a'), row('z'), row('z')] })).toEqual([
      'a',
      'z overdue ended',
    ]);
  });

  it('are not those that are left out, by name or id; what is open of them is closed', async () => {
    const reviews = [review('a', hours(5)), review('b', hours(5))];
    expect(await work(reviews, { leftOut: ['a', 'Review b'], rows: [row('b')] })).toEqual(['b overdue ended']);
  });
});

describe('Who reviews', () => {
  interface Derived {
    people: { email: string; to: string; deputy: string | null; why: string }[];
    gaps: string[];
    errors: string[];
  }
  const person = (name: string) => ({ email: `${name}@Example.com`, fullName: name });
  const reviewers = (policy: string, outputs: Record<string, object[]>) => {
    const given = Object.entries(outputs).map(([step, items]) => [step, { output: { items } }]);
    return shapeOf('reviewers', { item: { policy }, steps: Object.fromEntries(given) }) as Promise<Derived>;
  };
  const scope = [
    { name: 'AWS', owners: [person('ann'), person('bob')], approvers: [person('cy')] },
    { name: 'Jira', owners: [person('ann')], approvers: [] },
    { name: 'Old', owners: [], approvers: [] },
  ];

  it.each(['BY_OWNING_TEAM_ADMIN', 'BY_OWNING_TEAM_ADMIN_ALL'])('are all owners for %s, each once', async (policy) => {
    const { people, gaps } = await reviewers(policy, { scope });
    expect(people.map(({ email, why }) => [email, why])).toEqual([
      ['ann@example.com', 'an owner of AWS, Jira'],
      ['bob@example.com', 'an owner of AWS'],
    ]);
    expect(gaps).toEqual(['Old has no owner']);
  });

  it.each(['BY_APPROVERS', 'BY_APPROVERS_ALL'])('are all approvers for %s', async (policy) => {
    const { people, gaps } = await reviewers(policy, { scope });
    expect(people.map(({ email }) => email)).toEqual(['cy@example.com']);
    expect(gaps).toEqual(['Jira has no approver', 'Old has no approver']);
  });

  it('are the managers in Workday for BY_MANAGER; who has none is named, and what failed apart from it', async () => {
    const managers = [
      { name: 'Jane', manager: 'marco@example.com', managerName: 'Marco' },
      { name: 'Priya', manager: 'marco@example.com', managerName: 'Marco' },
      { name: 'Robot' },
      { name: 'Tom', error: 'Workday failed (500).' },
    ];
    expect(await reviewers('BY_MANAGER', { scope, managers })).toMatchObject({
      people: [{ email: 'marco@example.com', name: 'Marco', why: 'the manager of Jane, Priya' }],
      gaps: ['Robot has no manager in Workday'],
      errors: ['Tom: Workday failed (500).'],
    });
  });

  it('are the people of the table for MANUALLY, and nobody where it names none', async () => {
    const named = [{ values: { reviewer: ' Ann@example.com ' } }];
    const derived = await reviewers('MANUALLY', { scope, named });
    expect(derived.people.map(({ email }) => email)).toEqual(['ann@example.com']);
    expect(derived.gaps).toEqual([]);
    expect(await reviewers('MANUALLY', { scope, named: [] })).toMatchObject({
      people: [],
      gaps: ['nobody is named in the table'],
    });
  });

  it('are asked through their deputy while they are away', async () => {
    const deputies = [{ of: 'ann@example.com', to: 'dan@example.com', name: 'Dan' }, { error: 'Opal failed (500).' }];
    const { people } = await reviewers('BY_OWNING_TEAM_ADMIN', { scope, deputies });
    expect(people.map(({ to, deputy }) => [to, deputy])).toEqual([
      ['dan@example.com', 'Dan'],
      ['bob@example.com', null],
    ]);
  });

  it('are told of five things at most', async () => {
    const many = Array.from({ length: 12 }, (_, index) => ({ name: `R${index}`, owners: [person('ann')] }));
    const { people } = await reviewers('BY_OWNING_TEAM_ADMIN', { scope: many });
    expect(people[0]!.why).toBe('an owner of R0, R1, R2, R3, R4 and 7 more');
  });
});

describe('What is to do for a review', () => {
  interface Todo {
    remind: { email: string; version: number }[];
    escalate: { email: string }[];
    settle: { reviewer: string; state: string; source: string; done_at: string | null }[];
  }
  const open = { reviewer: ann.email, state: 'open', reminded_at: hours(-1), escalated_at: null };
  const todo = (row: object | null, over: { ended?: boolean; events?: object[]; people?: object[] } = {}) =>
    shapeOf('next', {
      item: { id, name: 'Production', ended: over.ended ?? false },
      vars: { escalate_after_hours: 48, link: 'https://opal.test/reviews/{id}' },
      steps: {
        rows: { output: { items: row === null ? [] : [{ version: 7, values: row }] } },
        reviewers: over.ended ? undefined : { output: { people: over.people ?? [ann] } },
        logged: over.events ? { output: { items: over.events } } : undefined,
      },
    }) as Promise<Todo>;
  const counts = ({ remind, escalate, settle }: Todo) => [remind.length, escalate.length, settle.length];

  it('is to remind who has no row yet, or whose reminder did not go out', async () => {
    expect((await todo(null)).remind).toEqual([{ ...ann, version: 0, link: 'https://opal.test/reviews/review-1' }]);
    expect((await todo({ ...open, reminded_at: null })).remind).toMatchObject([{ version: 7 }]);
  });

  it('is nothing for who was reminded a while ago, is done, or was escalated', async () => {
    for (const row of [
      open,
      { ...open, reminded_at: hours(-47.9) },
      { ...open, reminded_at: hours(-60), escalated_at: hours(-2) },
      { ...open, reminded_at: null, state: 'done' },
      { ...open, reminded_at: hours(-60), state: 'ended' },
    ]) {
      expect(counts(await todo(row))).toEqual([0, 0, 0]);
    }
  });

  it('is to tell the manager from 48 hours after the reminder on', async () => {
    expect(counts(await todo({ ...open, reminded_at: hours(-48.1) }))).toEqual([0, 1, 0]);
  });

  it('leaves people alone who are no reviewers any more', async () => {
    expect(counts(await todo({ ...open, reminded_at: hours(-60) }, { people: [] }))).toEqual([0, 0, 0]);
  });

  it('is to close what is open of a review that ended, and nothing else', async () => {
    const { settle, remind, escalate } = await todo({ ...open, reminded_at: hours(-60) }, { ended: true });
    expect([remind, escalate]).toEqual([[], []]);
    expect(settle).toMatchObject([{ reviewer: ann.email, state: 'ended', source: 'deadline', done_at: null }]);
    expect(counts(await todo({ ...open, state: 'done' }, { ended: true }))).toEqual([0, 0, 0]);
  });

  it('counts an event as done if it is the reviewer’s and names the review, in place of a reminder', async () => {
    const event = { actorEmail: 'Ann@example.com', createdAt: hours(-3), subEvents: [{ uarId: id }] };
    const late = { ...open, reminded_at: hours(-60) };
    const { settle, escalate } = await todo(late, { events: [event] });
    expect(settle).toMatchObject([{ state: 'done', source: 'event', done_at: event.createdAt }]);
    expect(escalate).toEqual([]);
    for (const other of [
      { ...event, actorEmail: 'bob@example.com' },
      { ...event, subEvents: [{ uarId: 'another' }] },
    ]) {
      expect(counts(await todo(late, { events: [other] }))).toEqual([0, 1, 0]);
    }
  });
});

describe('The sheet', () => {
  interface Lines {
    people: { key: string; values: Record<string, unknown> }[];
    figures: { key: string; values: Record<string, unknown> }[];
  }
  const row = {
    ...{ review_id: id, review: 'Production', reviewer: ann.email, why: ann.why, deadline: '2099-03-31T23:59:59.000Z' },
    ...{
      state: 'done',
      source: 'button',
      reminded_at: '2026-03-02T09:00:00.000Z',
      done_at: '2026-03-03T10:30:00.000Z',
    },
    ...{ escalated_at: null, escalated_to: null },
  };
  const lines = (rows: object[], held: Partial<Record<'sheet_people' | 'sheet_figures', unknown>> = {}) =>
    shapeOf('lines', {
      item: { id, name: 'Production', deadline: row.deadline },
      vars: { people_sheet: 'Reviewers', figures_sheet: 'Completion' },
      steps: {
        rows_after: { output: { items: rows.map((values) => ({ values })) } },
        sheet_people: { output: { items: [] }, error: null },
        sheet_figures: { output: { items: [] }, error: null },
        ...held,
      },
    }) as Promise<Lines>;

  it('has a line for each reviewer that says where the status comes from, and the figures', async () => {
    const { people, figures } = await lines([
      row,
      { ...row, reviewer: 'bob@example.com', state: 'open', done_at: null },
    ]);
    expect(people[0]).toMatchObject({
      key: 'review-1 ann@example.com',
      values: { Status: 'done', Source: 'button', Done: '2026-03-03T10:30Z', 'Escalated to': '' },
    });
    expect(figures).toMatchObject([{ key: id, values: { Reviewers: 2, Done: 1, Escalated: 0, 'Complete %': 50 } }]);
  });

  it('is written only where it differs', async () => {
    const first = await lines([row]);
    const asHeld = (from: Lines['people']) => ({
      output: { items: from.map(({ key, values }) => ({ values: { Key: key, ...values, Remark: 'mine' } })) },
    });
    const held = { sheet_people: asHeld(first.people), sheet_figures: asHeld(first.figures) };
    expect(await lines([row], held)).toMatchObject({ people: [], figures: [] });
    const { people, figures } = await lines([{ ...row, state: 'open' }], held);
    expect([people.length, figures.length]).toEqual([1, 1]);
  });

  it('is not written blindly where it could not be read', async () => {
    const failed = { output: null, error: { message: 'No permission.' } };
    expect(await lines([row], { sheet_people: failed })).toMatchObject({ people: [], figures: [] });
  });

  it('of a review without reviewers is a line of zeros', async () => {
    expect((await lines([])).figures).toMatchObject([{ values: { Reviewers: 0, 'Complete %': 0 } }]);
  });
});

describe('The button', () => {
  const filter = filterOf(flow, 'pressed');
  const pressed = (over: object) => evaluate(filter, { trigger: { body: { type: 'block_actions', ...over } } });

  it('is told from the other buttons of the app', async () => {
    expect(await pressed({ actions: [{ action_id: 'castellan_review_done' }] })).toBe(true);
    for (const actions of [[{ action_id: 'castellan_approve' }], [], undefined]) {
      expect(await pressed({ actions })).toBe(false);
    }
    expect(await pressed({ type: 'view_submission', actions: undefined })).toBe(false);
  });

  it('says for which reviewer and review, and counts only from whom the message was sent to', async () => {
    const body = { actions: [{ action_id: 'castellan_review_done', value: 'review-1 ann@example.com' }] };
    expect(await outputOf(flow, 'press', { trigger: { body } }, 'review_id')).toBe('review-1');
    expect(await outputOf(flow, 'press', { trigger: { body } }, 'reviewer')).toBe('ann@example.com');
    const [open, settled] = stepOf<{ cases: { when: unknown }[] }>(flow, 'whose').cases.map(({ when }) => when);
    const whose = (row: object | null, user: string) => ({
      steps: { row: { output: { row: row && { values: row } } }, press: { output: { user } } },
    });
    const row = { slack_user: 'U1', state: 'open' };
    expect(await evaluate(open, whose(row, 'U1'))).toBe(true);
    expect(await evaluate(open, whose(row, 'U2'))).toBe(false);
    expect(await evaluate(settled, whose({ ...row, state: 'done' }, 'U1'))).toBe(true);
    for (const none of [null, { slack_user: null, state: 'open' }]) {
      expect([await evaluate(open, whose(none, 'U1')), await evaluate(settled, whose(none, 'U1'))]).toEqual([
        false,
        false,
      ]);
    }
  });
});
