import { describe, expect, it } from 'vitest';
import { flowOf, outputOf, readTemplate } from './template-flow.js';

interface Template {
  flow: { steps: Record<string, { output: { access?: { jsonata: string } } }> };
  tables: { roles: { rows: Record<string, unknown>[] } };
}
const template = readTemplate<Template>('hris-mover');
const joiner = readTemplate<Template>('hris-joiner');
const flow = flowOf('hris-mover');
const shapeOf = (step: string, steps: object, field?: string, mode = 'live') =>
  outputOf(flow, step, { steps, run: { mode } }, field);

const before = { title: 'Financial Analyst', department: 'Finance', location: 'Lisbon' };
const after = { there: true, title: 'Data Engineer', department: 'Data', location: 'Berlin' };

describe('The role map', () => {
  const { access } = joiner.flow.steps.wanted!.output;

  it('is read as the template of new hires reads it, for the old role as for the new', () => {
    expect(template.flow.steps.wanted!.output.access).toEqual(access);
    expect(template.flow.steps.former!.output.access).toEqual({
      jsonata: access!.jsonata.replace('steps.current.output', 'steps.person.output.before'),
    });
    expect(template.tables.roles).toEqual(joiner.tables.roles);
  });

  it('says what the old role gave and what the new one gives', async () => {
    const steps = {
      person: { output: { before } },
      current: { output: after },
      role_map: { output: { items: template.tables.roles.rows.map((values) => ({ values })) } },
    };
    const titles = async (step: string) =>
      ((await shapeOf(step, steps, 'access')) as { title: string }[]).map(({ title }) => title);
    expect(await titles('former')).toEqual(['group Everyone', 'Finance warehouse (Analyst)']);
    expect(await titles('wanted')).toEqual(['group Everyone', 'group Data', 'Jira']);
  });
});

const entry = (key: string, title: string, approval = false) => {
  const [kind, id, accessLevel] = key.split('/');
  return { key, kind, id, title, accessLevel, approval };
};
const everyone = entry('group/g-all/', 'group Everyone');
const data = entry('group/g-data/', 'group Data');
const jira = entry('resource/r-jira/', 'Jira');
const warehouse = entry('resource/r-wh/read', 'Finance warehouse (Read)');
const resource = ({ id, title, accessLevel }: ReturnType<typeof entry>, hasDirectAccess = true) => ({
  ...{ resourceId: id, resourceName: title, accessLevel, accessLevelName: '', hasDirectAccess, throughGroups: [] },
});
const member = ({ id, title }: ReturnType<typeof entry>) => ({
  ...{ groupId: id, groupName: title.replace('group ', ''), accessLevel: '' },
});
const roles = {
  wanted: { output: { access: [everyone, data, jira] } },
  former: { output: { access: [everyone, warehouse] } },
};

describe('What changes', () => {
  const changes = async (have: object) => {
    const names = ['access', 'stale', 'there', 'besides'];
    const found = await Promise.all(
      names.map((name) => shapeOf('missing', { ...roles, access: { output: have } }, name) as Promise<unknown[]>),
    );
    return found.map((list) => list.map((one) => (typeof one === 'string' ? one : (one as { title: string }).title)));
  };

  it('is what the new role gives and is missing, and what only the old one gave and is still there', async () => {
    const [missing, stale, there, besides] = await changes({
      resources: [resource(warehouse)],
      groups: [member(everyone)],
    });
    expect(missing).toEqual(['group Data', 'Jira']);
    expect(stale).toEqual(['Finance warehouse (Read)']);
    expect(there).toEqual(['group Everyone']);
    expect(besides).toEqual([]);
  });

  it('is nothing of what somebody has besides, nor at another level, nor through a group', async () => {
    const higher = {
      ...resource(warehouse),
      accessLevel: 'owner',
      accessLevelName: 'Owner',
      resourceName: 'Warehouse',
    };
    const project = { groupId: 'g-9', groupName: 'Project', accessLevel: '' };
    const [, stale, , besides] = await changes({
      resources: [resource(warehouse, false), higher],
      groups: [member(everyone), project],
    });
    expect(stale).toEqual([]);
    expect(besides).toEqual(['Warehouse (Owner)', 'group Project']);
  });

  it('is nothing for who has exactly what the new role gives', async () => {
    const have = { resources: [resource(jira)], groups: [member(everyone), member(data)] };
    expect((await changes(have)).slice(0, 2)).toEqual([[], []]);
  });
});

describe('What is reported', () => {
  const nothing = { userId: 'u-1', resources: [] as object[], groups: [] as object[] };
  const summary = (over: object, mode = 'live') => {
    const steps = {
      person: { output: { name: 'Tom Fischer', email: 'tom.fischer@example.com', before } },
      employee: { output: {} },
      current: { output: after },
      known: { output: { found: true } },
      ...roles,
      missing: { output: { access: [jira], stale: [warehouse], there: ['group Everyone'], besides: ['AWS'] } },
      access_after: { output: nothing },
      ...over,
    };
    return shapeOf('summary', steps, undefined, mode);
  };

  it('counts as given what is there when the access is read again, and as revoked what is gone', async () => {
    expect(await summary({ access_after: { output: { ...nothing, resources: [resource(jira)] } } })).toEqual({
      ...{ person: 'Tom Fischer (tom.fischer@example.com)', reason: null },
      ...{ before: 'Financial Analyst, Finance, Lisbon', after: 'Data Engineer, Data, Berlin' },
      ...{
        given: ['Jira'],
        there: ['group Everyone'],
        taken: ['Finance warehouse (Read)'],
        besides: ['AWS'],
        left: [],
      },
    });
    expect(await summary({ access_after: { output: { ...nothing, resources: [resource(warehouse)] } } })).toMatchObject(
      {
        ...{ given: [], taken: [] },
        left: [
          'Jira is not given: Opal does not show it yet',
          'Finance warehouse (Read) is not revoked: Opal still shows it',
        ],
      },
    );
  });

  it('names the group through which something revoked is still reached', async () => {
    const through = { ...resource(warehouse, false), throughGroups: [{ groupName: 'Data' }] };
    expect(
      await summary({ access_after: { output: { ...nothing, resources: [through, resource(jira)] } } }),
    ).toMatchObject({
      ...{ taken: ['Finance warehouse (Read), which is still reached through the group Data'], left: [] },
    });
  });

  it('says why something is not as it should be', async () => {
    const refused = {
      grant: { output: { items: [{ key: jira.key, error: 'The owner has locked it.' }] } },
      revoke: { output: { items: [{ key: warehouse.key, byHand: true }] } },
      access_after: { output: { ...nothing, resources: [resource(warehouse)] } },
    };
    expect(await summary(refused)).toMatchObject({
      left: [
        'Jira is not given: The owner has locked it.',
        'Finance warehouse (Read) is not revoked: somebody must do it by hand, Opal says',
      ],
    });
    const sensitive = {
      missing: { output: { access: [{ ...jira, approval: true }], stale: [] } },
      undecided: { output: { why: 'nobody decided within three days' } },
    };
    expect(await summary(sensitive)).toMatchObject({ left: ['Jira is not given: nobody decided within three days'] });
  });

  it('proves nothing where the access could not be read again', async () => {
    expect(await summary({ access_after: { error: { message: 'Down.' } } })).toMatchObject({
      ...{ reason: 'what was changed could not be read again: Down.', given: [], taken: [] },
      left: [
        'Jira is not given: it could not be read again',
        'Finance warehouse (Read) is not revoked: it could not be read again',
      ],
    });
  });

  it('counts in a plan what would be done as done', async () => {
    const unchanged = { access_after: { output: { ...nothing, resources: [resource(warehouse)] } } };
    expect(await summary(unchanged, 'plan')).toMatchObject({
      ...{ given: ['Jira'], taken: ['Finance warehouse (Read)'], left: [] },
    });
  });

  it('says why nothing was changed at all', async () => {
    const unchanged = { missing: undefined, access_after: undefined };
    const reasonOf = async (over: object) => ((await summary({ ...unchanged, ...over })) as { reason: string }).reason;
    expect(await reasonOf({ current: { output: { ...after, there: false } } })).toBe(
      'BambooHR no longer has this person',
    );
    expect(await reasonOf({ known: { output: { found: false } } })).toMatch(/^Opal knows nobody as tom/);
    expect(await reasonOf({ wanted: { output: { access: [] } } })).toBe(
      'the role map has nothing for Data Engineer, Data, Berlin, so nothing was changed',
    );
  });
});
