import { connectors } from '@castellan/connectors';
import { describe, expect, it } from 'vitest';
import { evaluate, flowOf, outputOf, readTemplate, stepOf } from './template-flow.js';

const template = readTemplate<{
  guide: string;
  samples: { trigger: string; body: Record<string, unknown>; setup: string }[];
}>('siem-lockdown');
const flow = flowOf('siem-lockdown');
const sampleOf = (trigger: string) => template.samples.find((sample) => sample.trigger === trigger)!;
const datadog = sampleOf('datadog').body;
const splunk = sampleOf('splunk').body as { result: Record<string, unknown> };

const vars = { severity: 'high' };
const given = (source: unknown, body: unknown, over: object = {}) =>
  evaluate(source, { trigger: { body }, vars: { ...vars, ...over } });
const person = (body: unknown) => given({ jsonata: flow.variables!.person!.default }, body);

interface Hook {
  filter: unknown;
  dedupe: { key: unknown; windowSeconds: number };
}
const hook = (id: string) => flow.triggers[id] as unknown as Hook;
const acts = async (id: string, body: unknown, over?: object) => (await given(hook(id).filter, body, over)) === true;
const keyOf = (id: string, body: unknown) => given(hook(id).dedupe.key, body);

describe('The affected person', () => {
  it('is in the group that a Datadog monitor alerted for, however its tag is called', async () => {
    for (const scope of [
      '@usr.email:Jane.Doe@example.com',
      'host:web-1, usr.email:jane.doe@example.com',
      'user:jane.doe@example.com',
      'user_email:jane.doe@example.com,env:prod',
    ]) {
      expect(await person({ ...datadog, scope })).toBe('jane.doe@example.com');
      expect(await person({ ...datadog, scope: '', tags: scope })).toBe('jane.doe@example.com');
    }
  });

  it('may stand in a line of the monitor’s message', async () => {
    const message = 'Two sign-ins.\nAffected user: jane.doe@example.com\n@soc@example.com';
    expect(await person({ ...datadog, scope: '', tags: '', message })).toBe('jane.doe@example.com');
  });

  it('is in the row of a Splunk search, once or as several values of one field', async () => {
    expect(await person(splunk)).toBe('jane.doe@example.com');
    const result = { affected_user: ['jane.doe@example.com', 'tom.fischer@example.com'] };
    expect(await person({ ...splunk, result })).toEqual(['jane.doe@example.com', 'tom.fischer@example.com']);
  });

  it('is neither who is notified, nor who owns the monitor or the search', async () => {
    const message = 'Somebody may be guessing. @soc@example.com @webhook-castellan';
    expect(await person({ ...datadog, scope: 'host:web-1', tags: 'creator:ada@example.com', message })).toBeUndefined();
    expect(await person({ ...splunk, owner: 'ada.okafor@example.com', result: { count: '2' } })).toBeUndefined();
  });

  it('is one person though several places name them', async () => {
    const tags = 'user.email:jane.doe@example.com,usr.email:JANE.DOE@example.com';
    expect(await person({ ...datadog, tags })).toBe('jane.doe@example.com');
  });

  it('is nobody in a body that is something else', async () => {
    for (const body of ['no JSON', null, [], 7, {}, { scope: 7, tags: [], message: {}, result: 'x' }]) {
      expect(await person(body)).toBeUndefined();
    }
  });
});

describe('An alert', () => {
  it('acts when it is triggered, and when it is triggered again', async () => {
    const transitions = [
      'Triggered',
      'Re-Triggered',
      'Recovered',
      'Warn',
      'Re-Warn',
      'No Data',
      'Renotify',
      '',
      undefined,
    ];
    const acting: unknown[] = [];
    for (const transition of transitions) {
      if (await acts('datadog', { ...datadog, transition })) acting.push(transition);
    }
    expect(acting).toEqual(['Triggered', 'Re-Triggered']);
  });

  it('acts at and above the severity that was chosen', async () => {
    const priorities = ['P1', 'p2', 'P3', 'P4', 'P5', '', undefined, 'normal'];
    const counts: Record<string, number> = {};
    for (const severity of flow.variables!.severity!.options as string[]) {
      const verdicts = await Promise.all(
        priorities.map((priority) => acts('datadog', { ...datadog, priority }, { severity })),
      );
      counts[severity] = verdicts.filter(Boolean).length;
    }
    expect(counts).toEqual({ critical: 1, high: 2, medium: 3, low: 4, info: 5 });
  });

  it('of Splunk has its severity in the row, or its urgency', async () => {
    const row = (result: object) => acts('splunk', { ...splunk, result });
    expect(await row({ severity: 'Critical' })).toBe(true);
    expect(await row({ urgency: 'high' })).toBe(true);
    expect(await row({ severity: 'medium', urgency: 'critical' })).toBe(false);
    expect(await row({})).toBe(false);
  });

  it('that is no such alert is filtered, not an error', async () => {
    for (const body of ['no JSON', null, [], 7, {}]) {
      expect([await acts('datadog', body), await acts('splunk', body)]).toEqual([false, false]);
      await expect(keyOf('datadog', body)).resolves.toBeTypeOf('string');
      await expect(keyOf('splunk', body)).resolves.toBeTypeOf('string');
    }
  });
});

describe('The same alert', () => {
  it('of Datadog is the same cycle about the same group, whatever else changes', async () => {
    const again = { ...datadog, id: '9', transition: 'Re-Triggered', date: '2', status: 'again' };
    expect(await keyOf('datadog', again)).toBe(await keyOf('datadog', datadog));
    const others = [
      { ...datadog, cycle_key: 'another' },
      { ...datadog, scope: '@usr.email:tom.fischer@example.com' },
      { ...datadog, message: 'Affected user: tom.fischer@example.com' },
    ];
    const keys = await Promise.all([datadog, ...others].map((body) => keyOf('datadog', body)));
    expect(new Set(keys).size).toBe(4);
  });

  it('of Datadog without a cycle is the same event', async () => {
    const [first, second] = ['1', '2'].map((id) => ({ ...datadog, cycle_key: '', id }));
    expect(await keyOf('datadog', first)).not.toBe(await keyOf('datadog', second));
  });

  it('of Splunk is the same search about the same person', async () => {
    const other = (result: object) => ({ ...splunk, result: { ...splunk.result, ...result } });
    expect(await keyOf('splunk', other({ src_ip: '198.51.100.7' }))).toBe(await keyOf('splunk', splunk));
    expect(await keyOf('splunk', other({ user_email: 'tom.fischer@example.com' }))).not.toBe(
      await keyOf('splunk', splunk),
    );
    expect(await keyOf('splunk', { ...splunk, sid: 'another' })).not.toBe(await keyOf('splunk', splunk));
  });

  it('of Splunk is told apart by its whole row where no field names the person', async () => {
    const rows = ['alice', 'bob'].map((account) => ({ ...splunk, result: { account } }));
    const [first, second] = await Promise.all(rows.map((row) => keyOf('splunk', row)));
    expect(first).not.toBe(second);
  });
});

describe('The report', () => {
  const user = { fullName: 'Jane Doe', email: 'jane.doe@example.com' };
  const aws = { resourceId: 'r1', resourceName: 'AWS', accessLevel: 'admin', accessLevelName: 'Administrator' };
  const direct = { ...aws, hasDirectAccess: true, throughGroups: [], propagation: 'SUCCESS' };
  const engineering = { groupId: 'g1', groupName: 'Engineering', accessLevel: '', propagation: 'SUCCESS' };
  const gone = { access_after: { output: { resources: [], groups: [] } } };
  const script = { tokenId: 't1', tokenLabel: 'Script' };
  const done = (over: object) => ({ output: { count: 1, failed: 0, items: [over] } });
  const found = {
    affected: { output: { people: [user.email] } },
    find_user: { output: { found: true, user }, error: null },
    access: { output: { resources: [direct], groups: [engineering] }, error: null },
  };
  const revoked = {
    revoke_resources: done({ key: 'r1/admin', name: 'AWS (Administrator)', revoked: true }),
    revoke_groups: done({ key: 'g1/', name: 'group Engineering', revoked: true }),
  };

  async function reportOn(steps: object, mode = 'live') {
    const outputs = Object.entries(stepOf<{ output: object }>(flow, 'summary').output).map(async ([name, value]) => {
      return [name, await evaluate(value, { steps, vars, run: { mode } })] as const;
    });
    const summary = { output: Object.fromEntries(await Promise.all(outputs)) };
    return (await outputOf(flow, 'report', { steps: { ...steps, summary }, vars })) as Record<string, unknown>;
  }

  it('says contained when the access was read again and nothing was left', async () => {
    expect(await reportOn({ ...found, ...revoked, access_after: { output: { resources: [], groups: [] } } })).toEqual({
      person: 'Jane Doe (jane.doe@example.com)',
      reason: null,
      signedOut: '',
      revoked: ['AWS (Administrator)', 'group Engineering'],
      remaining: [],
      contained: true,
      outcome: 'contained',
    });
  });

  it('names a revoke that failed with its error, and what is inherited with its group', async () => {
    const inherited = { ...direct, resourceName: 'Jira', hasDirectAccess: false, accessLevelName: '' };
    const left = {
      resources: [
        direct,
        { ...inherited, throughGroups: [{ groupName: 'Engineering' }] },
        { ...inherited, throughGroups: [] },
      ],
      groups: [engineering],
    };
    const failed = {
      revoke_resources: done({ key: 'r1/admin', name: 'AWS (Administrator)', revoked: false, error: 'locked' }),
      revoke_groups: done({ key: 'g1/', name: 'group Engineering', revoked: false, error: 'managed by Okta' }),
    };
    const steps = { ...found, ...failed, access_after: { output: left }, access_later: { output: left } };
    expect(await reportOn(steps)).toMatchObject({
      revoked: [],
      remaining: [
        'AWS (Administrator): revoking failed: locked',
        'Jira: inherited from the group Engineering',
        'Jira: inherited in a way that Opal does not name',
        'group Engineering: revoking failed: managed by Okta',
      ],
      contained: false,
      outcome: expect.stringMatching(/^not contained: AWS \(Administrator\): revoking failed: locked; /),
    });
  });

  it('counts in a plan what would be revoked as gone, with what comes through a group, and names the rest', async () => {
    const inherited = { ...direct, resourceName: 'Jira', hasDirectAccess: false, accessLevelName: '' };
    const through = { ...inherited, throughGroups: [{ groupName: 'Engineering' }] };
    const unchanged = (...resources: object[]) => ({ output: { resources, groups: [engineering] } });
    const planned = (last: object) =>
      reportOn({ ...found, ...revoked, access_after: last, access_later: last }, 'plan');
    expect(await planned(unchanged(direct, through))).toMatchObject({ contained: true, remaining: [] });
    expect(await planned(unchanged(direct, { ...inherited, throughGroups: [] }))).toMatchObject({
      remaining: ['Jira: inherited in a way that Opal does not name'],
    });
  });

  it('believes the later of two readings', async () => {
    const early = { output: { resources: [{ ...direct, propagation: 'PENDING' }], groups: [] } };
    const late = { output: { resources: [], groups: [] } };
    expect(await reportOn({ ...found, ...revoked, access_after: early, access_later: late })).toMatchObject({
      contained: true,
    });
    expect(await reportOn({ ...found, ...revoked, access_after: early, access_later: early })).toMatchObject({
      remaining: ['AWS (Administrator): still there after revoking, Opal says PENDING'],
      contained: false,
    });
  });

  it('is not contained when what is left could not be read, whatever was revoked', async () => {
    const steps = { ...found, ...revoked, access_after: { output: null, error: { message: 'Opal failed (500).' } } };
    expect(await reportOn(steps)).toMatchObject({
      contained: false,
      reason: expect.stringContaining('Opal failed (500).'),
    });
  });

  it('says why nothing was revoked', async () => {
    const people = (...list: string[]) => ({ affected: { output: { people: list } } });
    const failing = { output: null, error: { message: 'Opal failed (500).' } };
    const cases: [object, string][] = [
      [people(), 'names nobody'],
      [people('a@example.com', 'b@example.com'), 'several people (a@example.com, b@example.com)'],
      [{ ...people('a@example.com'), find_user: failing }, 'could not be asked for a@example.com: Opal failed'],
      [
        { ...people('a@example.com'), find_user: { output: { found: false, user: null }, error: null } },
        'knows nobody as a@',
      ],
      [{ ...found, access: failing }, 'could not be read, so nothing was revoked'],
      [{ ...found, rejected: { output: { reason: 'it was rejected' } } }, 'it was rejected'],
      [{ ...found, undecided: { output: { reason: 'nobody decided' } } }, 'nobody decided'],
    ];
    for (const [steps, words] of cases) {
      const { contained, outcome, reason } = await reportOn(steps);
      expect([contained, outcome]).toEqual([false, expect.stringMatching(/^not contained: /)]);
      expect(reason).toContain(words);
    }
  });

  it('stays short enough for a message however much there is', async () => {
    const resources = Array.from({ length: 200 }, (_, index) => ({
      ...direct,
      resourceName: `${index} ${'x'.repeat(400)}`,
    }));
    const { remaining, outcome } = await reportOn({
      ...found,
      ...revoked,
      access_after: { output: { resources, groups: [] } },
    });
    expect(remaining).toHaveLength(31);
    expect((remaining as string[]).at(-1)).toBe('… and 170 more, which the run names');
    expect(String(outcome).length).toBeLessThan(4000);
  });

  it('counts a token as deleted when it is gone, and says who was told to end the sessions', async () => {
    const ended = {
      ...{ tokens: { output: { items: [script] } }, tokens_after: { output: { items: [] } } },
      ...{ sign_out_google: { output: { signedOut: true } }, sign_out_okta: { output: { revoked: true } } },
    };
    expect(await reportOn({ ...found, ...revoked, ...gone, ...ended })).toMatchObject({
      ...{ contained: true, signedOut: 'Google Workspace and Okta' },
      revoked: ['AWS (Administrator)', 'group Engineering', 'API token Script'],
    });
  });

  it('names tokens and sessions that are left; who has no account has no session there', async () => {
    const left = {
      ...{ tokens: { output: { items: [script] } }, tokens_after: { output: { items: [script] } } },
      delete_tokens: done({ key: 't1', error: 'not allowed' }),
      sign_out_google: { output: null, error: { status: 404, message: 'Nobody is called so.' } },
      sign_out_okta: { output: null, error: { message: 'Okta failed (500).' } },
      sessions: {
        output: {
          items: [
            { name: 'orders-db', open: ['2099-01-31'] },
            { name: 'AWS', open: [], error: 'no' },
          ],
        },
      },
    };
    expect(await reportOn({ ...found, ...revoked, ...gone, ...left })).toMatchObject({
      contained: false,
      remaining: [
        'API token Script: deleting failed: not allowed',
        'sessions in Okta: they could not be ended: Okta failed (500).',
        'session at orders-db until 2099-01-31: Opal cannot end it',
        'sessions at AWS: they could not be read: no',
      ],
    });
  });

  it('names what a protected person keeps', async () => {
    expect(await reportOn({ ...found, rejected: { output: { reason: 'it was rejected' } } })).toMatchObject({
      remaining: ['AWS (Administrator): not revoked', 'group Engineering: not revoked'],
    });
  });
});

describe('A flagged resource', () => {
  const resource = 'ca57e11a-0002-4000-8000-000000000006';
  const flagged = (body: object) => given({ jsonata: flow.variables!.resource!.default }, body);

  it('is in a tag, in a line of the message, or in the search’s field', async () => {
    const silent = { ...datadog, scope: '', tags: '', message: '' };
    for (const over of [
      { scope: `opal_resource:${resource}` },
      { tags: `env:prod,@opal.resource:${resource.toUpperCase()}` },
      { message: `An export.\nAffected resource: ${resource}` },
      { result: { opal_resource: resource } },
    ]) {
      expect(await flagged({ ...silent, ...over })).toEqual([resource]);
    }
    expect(await flagged({ ...silent, message: `See ${resource}` })).toEqual([]);
  });

  it('is another run than one about another resource', async () => {
    const told = (id: string) => keyOf('datadog', { ...datadog, message: `Affected resource: ${id}` });
    expect(await told('one')).not.toBe(await told('other'));
    const { user_email, ...row } = splunk.result;
    const named = (id: string) => keyOf('splunk', { ...splunk, result: { ...row, opal_resource: id } });
    expect(await named('one')).not.toBe(await named('other'));
  });

  it('keeps who is protected, and takes the direct grant of everybody else', async () => {
    const { items } = stepOf(flow, 'revoke_users');
    const user = (email: string, hasDirectAccess = true) => ({ email, hasDirectAccess });
    const all = [user('a@x.org'), user('Guard@x.org'), user('c@x.org', false)];
    const steps = { users: { output: { items: all } } };
    const taken = await evaluate(items, { steps, vars: { protected_people: ['guard@x.org'] } });
    expect(taken).toEqual([user('a@x.org')]);
  });
});

describe('The set-up text', () => {
  it('has the payload of the Datadog connector, whose fields the sample has', () => {
    const { address, triggers } = connectors.find(({ id }) => id === 'datadog')!;
    const payloadIn = (text: string) => JSON.parse(/```json\s*(\{[^}]+\})/.exec(text)![1]!) as object;
    const { setup, body } = sampleOf('datadog');
    expect(payloadIn(setup)).toEqual(payloadIn(address!.setup));
    expect(template.guide).toContain(setup);
    expect(Object.keys(body).sort()).toEqual(Object.keys(payloadIn(setup)).sort());
    expect(triggers.monitorAlert!.payload.safeParse(body).error).toBeUndefined();
  });

  it('has the fields that a Splunk search must give, and the sample is as Splunk sends it', () => {
    const { triggers } = connectors.find(({ id }) => id === 'splunk')!;
    const { setup, body } = sampleOf('splunk');
    expect(triggers.alert!.payload.safeParse(body).error).toBeUndefined();
    for (const field of ['user_email', 'severity', '?token=', 'For each result']) expect(setup).toContain(field);
    expect(template.guide).toContain(setup);
  });
});
