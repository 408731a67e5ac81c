import { describe, expect, it } from 'vitest';
import { flowOf, outputOf } from './template-flow.js';

const flow = flowOf('access-review');

const shapeOf = <T>(step: string, context: object) => outputOf(flow, step, context) as Promise<T>;

describe('The review', () => {
  it('is named with year and quarter, so that each quarter has one', async () => {
    const vars = { name: 'Production', days: 14, read_after_days: 16, link: 'https://opal.test' };
    const { name, deadline, readAt } = await shapeOf<Record<string, string>>('wanted', { vars });
    expect(name).toMatch(/^Production, \d{4} Q[1-4]$/);
    expect(Date.parse(readAt!) - Date.parse(deadline!)).toBe(2 * 86_400_000);
  });
});

describe('The outcome', () => {
  interface Outcome {
    kept: number;
    removed: number;
    added: number;
    lines: string[];
    items: { name: string; words: string; sysId: string | null }[];
  }
  const item = (name: string, ...emails: string[]) => ({
    id: `id-${name}`,
    name,
    users: emails.map((email) => ({ email })),
  });
  const outcome = (before: object[], after: object[], cmdb: object[] = []) =>
    shapeOf<Outcome>('outcomes', {
      steps: {
        wanted: { output: { name: 'Production, 2026 Q1' } },
        scope: { output: { items: before } },
        scope_after: { output: { items: after } },
        cmdb_map: { output: { items: cmdb.map((values) => ({ values })) } },
      },
    });

  it('is who kept access, who lost it and who is new', async () => {
    const { kept, removed, added, lines } = await outcome(
      [item('AWS', 'a@x', 'b@x'), item('Jira', 'a@x')],
      [item('AWS', 'b@x', 'c@x'), item('Jira', 'a@x')],
    );
    expect([kept, removed, added]).toEqual([2, 1, 1]);
    expect(lines).toEqual([
      'AWS: 1 kept, removed a@x, new c@x (no item of the CMDB)',
      'Jira: 1 kept (no item of the CMDB)',
    ]);
  });

  it('can be that nobody is left, or nobody ever was', async () => {
    const { items, lines } = await outcome([item('AWS', 'a@x'), item('Old')], [item('AWS'), item('Old')]);
    expect(lines[0]).toContain('0 kept, removed a@x');
    expect(lines[1]).toContain('0 kept');
    expect(items[0]!.words).toBe('Access in Opal after “Production, 2026 Q1”: nobody');
  });

  it('names what the review no longer covers, and writes nothing of it to the CMDB', async () => {
    const cmdb = [{ opal_id: 'id-AWS', class: 'cmdb_ci', sys_id: 'c1' }];
    const { items, lines } = await outcome([item('AWS', 'a@x')], [], cmdb);
    expect(lines).toEqual(['AWS: no longer covered']);
    expect(items[0]!.sysId).toBeNull();
    expect((await outcome([item('AWS', 'a@x')], [item('AWS', 'a@x')], cmdb)).items[0]).toMatchObject({
      sysId: 'c1',
      words: 'Access in Opal after “Production, 2026 Q1”: a@x',
    });
  });

  it('stays short for a field and a message', async () => {
    const many = item('AWS', ...Array.from({ length: 50 }, (_, index) => `u${index}@x`));
    const { items, lines } = await outcome([many], [item('AWS')], []);
    expect(lines[0]).toMatch(/u19@x and 30 more/);
    expect(items[0]!.words.length).toBeLessThan(200);
  });
});

describe('The report', () => {
  interface Report {
    lines: string[];
    named: string[];
    errors: string[];
    complete: boolean;
    outcome: string;
  }
  const known = { outcomes: { output: { kept: 2, removed: 1, added: 0, lines: ['AWS: 2 kept'] } } };
  const report = (over: object) => shapeOf<Report>('report', { run: { mode: 'live' }, steps: { ...known, ...over } });
  const failed = { output: null, error: { message: 'No.' } };

  it('is complete when all was told, read and written', async () => {
    expect(await report({ update: { output: { items: [{ name: 'AWS', written: true }] } } })).toMatchObject({
      complete: true,
      outcome: '2 kept, 1 removed, 0 new',
    });
  });

  it('names what failed, and what the CMDB answers otherwise than written', async () => {
    const { complete, errors } = await report({
      update: {
        output: {
          items: [
            { name: 'AWS', written: false },
            { name: 'Jira', error: 'locked' },
          ],
        },
      },
      tell: { output: { items: [{ name: 'Ann', error: 'no address' }] } },
      issue: failed,
      incident: failed,
    });
    expect(complete).toBe(false);
    expect(errors).toEqual([
      'Ann was not told: no address',
      'AWS was not written to the CMDB: ServiceNow answers another value',
      'Jira was not written to the CMDB: locked',
      'no Jira issue: No.',
      'no ServiceNow ticket: No.',
    ]);
  });

  it('says that the outcome is not known where it could not be read', async () => {
    const { outcome, complete } = await report({ outcomes: {}, scope_after: failed });
    expect([outcome, complete]).toEqual([
      'the outcome is not known; what has become of it could not be read: No.',
      false,
    ]);
  });

  it('names who was reached by e-mail, and what has nobody to review it, without failing', async () => {
    expect(
      await report({
        tell: { output: { items: [{ name: 'Ann', told: true, mailed: 'users_not_found' }] } },
        reviewers: { output: { gaps: ['Jira has no owner'], errors: [] } },
      }),
    ).toMatchObject({
      complete: true,
      named: ['Ann could not be reached in Slack, an e-mail was sent: users_not_found', 'Jira has no owner'],
    });
  });
});
