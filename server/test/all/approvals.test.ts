import { type Approval, approvalRoutes, deputyRoutes, peopleRoutes } from '@castellan/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { endOf, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import { approvalOf, type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';

/** What an approval asks of people, and of whom. */
type Person = ApiClient & { email: string };

let stack: Stack;
let admin: ApiClient;
let ann: Person;
let ben: Person;

beforeAll(async () => {
  stack = await startStack({ servers: 'one', simulators: true });
  admin = ApiClient.of(stack.api, stack.admin);
  ann = await joinAs(stack.api, admin, 'approver');
  ben = await joinAs(stack.api, admin, 'approver');
});
afterAll(() => stack?.stop());

const call = () => ({
  ...{ kind: 'action', connection: 'vendor', operation: 'requestWithKey' },
  input: { method: 'DELETE', url: `${stack.vendorUrl}/approved` },
});

/** A flow that is started by hand or by a webhook, asks, and changes something unless `after` says otherwise. */
async function asking(step: object, after: object = call()) {
  return publishFlow(stack.admin, {
    connections: { vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor } },
    triggers: { hook: { kind: 'webhook' }, hand: { kind: 'manual', input: { type: 'object' } } },
    steps: {
      ask: { kind: 'approval', title: 'Remove it?', approvers: ['role:approver', 'role:admin'], ...step },
      after,
    },
    wires: wires('hook -> ask', 'hand -> ask', 'ask:approved -> after'),
  });
}

const byHook = async (flow: Awaited<ReturnType<typeof asking>>, body: object = {}): Promise<Approval> =>
  approvalOf(stack.admin, String((await stack.send(flow.hooks.hook!, body)).body.runId));

async function byHand(flow: Awaited<ReturnType<typeof asking>>): Promise<Approval> {
  const { body } = await stack.admin.inWorkspace<{ runId: string }>('POST', `/flows/${flow.id}/run`, {
    ...{ trigger: 'hand', input: {} },
  });
  return approvalOf(stack.admin, body.runId);
}

const decision = ({ id, hash }: Approval, given: object) => ({
  ...{ params: { id }, body: { decision: 'approve', hash, ...given } },
});
const decide = (by: ApiClient, approval: Approval, given: object = {}) =>
  by.ok(approvalRoutes.decide, decision(approval, given));
const refused = (by: ApiClient, approval: Approval, given: object = {}) =>
  by.refused(approvalRoutes.decide, decision(approval, given));

describe('a reason', () => {
  test('is wanted of a rejection unless the flow says otherwise, and stands in what the step gives', async () => {
    const approval = await byHook(await asking({}));
    expect(approval.commentOn).toBe('reject');
    const reject = { decision: 'reject' };
    expect(await refused(ann, approval, reject)).toMatchObject({ status: 400, message: /why/ });
    expect(await refused(ann, approval, { ...reject, comment: ' \n' })).toMatchObject({ status: 400 });
    await decide(ann, approval, { ...reject, comment: 'Not before the audit' });
    await endOf(stack.admin, approval.runId);
    expect((await stepsOf(stack.admin, approval.runId)).ask?.output).toMatchObject({
      decisions: [{ by: ann.email, decision: 'reject', comment: 'Not before the audit' }],
    });
  });

  test('is wanted of each decision, or of none, where the flow says so', async () => {
    const each = await byHook(await asking({ commentOn: 'both', needed: 2 }));
    expect(await refused(ann, each)).toMatchObject({ status: 400, message: /Each decision/ });
    await decide(ann, each, { comment: 'Seen in the ticket' });
    expect(await decide(ben, each, { comment: 'I as well' })).toMatchObject({ status: 'approved' });
    const none = await byHook(await asking({ commentOn: 'none' }));
    expect(await decide(ann, none, { decision: 'reject' })).toMatchObject({ status: 'rejected' });
  });
});

describe('whoever started a run', () => {
  test('does not approve the changes that follow, and others do', async () => {
    const approval = await byHand(await asking({}));
    expect(approval).toMatchObject({ startedBy: ['admin@castellan.test'], mayDecide: false });
    expect(await refused(admin, approval)).toMatchObject({ status: 403, message: /you started it/ });
    await decide(ann, approval);
    expect((await endOf(stack.admin, approval.runId)).status).toBe('succeeded');
  });

  test('decides where nothing is changed after it, or where the flow lets them', async () => {
    const looks = { kind: 'shape', output: { seen: true } };
    expect(await decide(admin, await byHand(await asking({}, looks)))).toMatchObject({ status: 'approved' });
    expect(await decide(admin, await byHand(await asking({ starterDecides: true })))).toMatchObject({
      status: 'approved',
    });
  });

  test('does not decide a run that they ask for again', async () => {
    const first = await byHook(await asking({}));
    await decide(ann, first);
    await endOf(stack.admin, first.runId);
    const again = { place: { at: 'start' } };
    const { body } = await stack.admin.inWorkspace<{ runId: string }>('POST', `/runs/${first.runId}/retry`, again);
    const second = await approvalOf(stack.admin, body.runId);
    expect(await refused(admin, second)).toMatchObject({ status: 403 });
    await stack.admin.inWorkspace('POST', `/runs/${body.runId}/cancel`, {});
  });
});

test('the person concerned is known in any spelling, by name, and among several', async () => {
  const flow = await asking({ subject: { jsonata: 'trigger.body.about' } });
  const [name = '', domain = ''] = ann.email.split('@');
  for (const about of [`${name}+hr@${domain}`.toUpperCase(), `Ann <${ann.email}>`, `${ben.email}, ${ann.email}`]) {
    const approval = await byHook(flow, { about });
    expect(await refused(ann, approval), about).toMatchObject({ status: 403 });
    await stack.admin.inWorkspace('POST', `/runs/${approval.runId}/cancel`, {});
  }
  const { body } = await stack.send(flow.hooks.hook!, { about: [ann.email] });
  await endOf(stack.admin, String(body.runId));
  expect((await stepsOf(stack.admin, String(body.runId))).ask?.error).toMatchObject({ code: 'E_PARAM_TYPE' });
});

describe('a deputy', () => {
  const day = 86_400_000;
  const at = (days: number) => new Date(Date.now() + days * day).toISOString();
  const idOf = async ({ email }: Person) =>
    (await admin.ok(peopleRoutes.members)).items.find((member) => member.email === email)!.userId;
  /** Names `deputy` for `person`, by that person, for now. */
  const stand = async (deputy: Person, person: Person, over: object = {}, by: ApiClient = person) =>
    by.ok(deputyRoutes.name, {
      body: { personId: await idOf(person), deputyId: await idOf(deputy), from: at(-1), until: at(1), ...over },
    });
  const mine = async (person: ApiClient, { id }: Approval) => {
    const { items } = await person.ok(approvalRoutes.list, { query: { mine: 'true', limit: '200' } });
    return items.find((item) => item.id === id);
  };
  const takeBack = (by: ApiClient, { id }: { id: string }) => by.ok(deputyRoutes.takeBack, { params: { id } });

  test('is asked what somebody is asked who is away, decides it for them, and is asked no more once taken back', async () => {
    const flow = await asking({ approvers: [ann.email], commentOn: 'none' });
    const [first, second] = [await byHook(flow), await byHook(flow)];
    expect(await mine(ben, first)).toBeUndefined();
    const named = await stand(ben, ann);
    expect(await mine(ben, first)).toMatchObject({ mayDecide: true, decidesFor: ann.email });
    expect(await mine(ann, first)).toMatchObject({ mayDecide: true, decidesFor: null });
    expect((await decide(ben, first)).decisions).toMatchObject([{ by: ben.email, for: ann.email }]);
    await endOf(stack.admin, first.runId);
    expect((await stepsOf(stack.admin, first.runId)).ask?.output).toMatchObject({ decisions: [{ for: ann.email }] });
    await takeBack(ann, named);
    expect(await mine(ben, second)).toBeUndefined();
    expect(await refused(ben, second)).toMatchObject({ status: 403 });
    await decide(ann, second);
    const { body } = await stack.admin.inWorkspace<{ items: object[] }>('GET', '/audit?limit=50');
    for (const row of [
      { actor: ann.email, action: 'deputy.name', after: { deputy: ben.email } },
      { actor: ben.email, action: 'approval.approve', after: { for: ann.email } },
      { actor: ann.email, action: 'deputy.take_back' },
    ])
      expect(body.items).toEqual(expect.arrayContaining([expect.objectContaining(deeply(row))]));
  });

  test('does not count twice among those who are needed, and there is no chain', async () => {
    const cy = await joinAs(stack.api, admin, 'approver');
    const dee = await joinAs(stack.api, admin, 'approver');
    const approval = await byHook(await asking({ approvers: [ann.email, ben.email], needed: 2 }));
    const named = [await stand(cy, ann), await stand(dee, cy), await stand(cy, ben)];
    expect(await refused(dee, approval)).toMatchObject({ status: 403 });
    await decide(cy, approval);
    expect(await refused(cy, approval)).toMatchObject({ status: 409 });
    expect(await refused(ann, approval)).toMatchObject({ status: 409, message: /deputy/ });
    expect(await decide(ben, approval)).toMatchObject({ status: 'approved' });
    for (const one of named) await takeBack(admin, one);
  });

  test('who is the person concerned, or started the run, decides nothing, nor anybody for them', async () => {
    const flow = await asking({ approvers: [ann.email], subject: { jsonata: 'trigger.body.about' } });
    const named = [await stand(ben, ann)];
    const about = async (who: string) => {
      const approval = await byHook(flow, { about: who });
      const { status } = await refused(ben, approval);
      await stack.admin.inWorkspace('POST', `/runs/${approval.runId}/cancel`, {});
      return status;
    };
    expect(await about(ben.email.replace('@', '+x@').toUpperCase())).toBe(403);
    expect(await about(ann.email)).toBe(403);
    const me = { email: 'admin@castellan.test' } as Person;
    const byAnn = await stack.admin.inWorkspace<{ items: { userId: string; email: string }[] }>('GET', '/members');
    const adminId = byAnn.body.items.find(({ email }) => email === me.email)!.userId;
    named.push(await stand(ben, ann, { deputyId: adminId }));
    const started = await byHand(await asking({ approvers: [ann.email] }));
    expect(started.startedBy).toEqual([me.email]);
    expect(await refused(admin, started)).toMatchObject({ status: 403 });
    await decide(ann, started);
    for (const one of named) await takeBack(admin, one);
  });

  test('is named by the person or an administrator, among those who may decide, for a time that is to come', async () => {
    const viewer = await joinAs(stack.api, admin, 'viewer');
    const body = { deputyId: await idOf(ben), from: at(0), until: at(1) };
    const wrong = (by: ApiClient, over: object) => by.refused(deputyRoutes.name, { body: { ...body, ...over } });
    expect(await wrong(ann, { deputyId: await idOf(ann) })).toMatchObject({ status: 400 });
    expect(await wrong(ann, { deputyId: await idOf(viewer) })).toMatchObject({ status: 400, message: /role/ });
    expect(await wrong(ann, { until: at(-1) })).toMatchObject({ status: 400 });
    expect(await wrong(ann, { until: at(400) })).toMatchObject({ status: 400 });
    expect(await wrong(ann, { personId: await idOf(ben), deputyId: await idOf(ann) })).toMatchObject({ status: 403 });
    const { secret } = await admin.ok(peopleRoutes.makeToken, {
      body: { name: 'deputy', scopes: ['approval:decide'] },
    });
    const token = ApiClient.byToken(stack.api, admin.workspaceId, secret ?? '');
    expect(await wrong(token, {})).toMatchObject({ status: 403, message: /token/ });
    const ahead = await stand(ben, ann, { from: at(0.5) }, admin);
    expect(ahead).toMatchObject({ namedBy: 'admin@castellan.test', person: { email: ann.email } });
    const approval = await byHook(await asking({ approvers: [ann.email] }));
    expect(await refused(ben, approval)).toMatchObject({ status: 403 });
    expect(await ben.refused(deputyRoutes.takeBack, { params: { id: ahead.id } })).toMatchObject({ status: 403 });
    await takeBack(ann, ahead);
    await decide(ann, approval);
  });
});

interface Mail {
  recipients: string[];
  subject: string;
  body: string;
}

const mailsTo = async ({ email }: Person): Promise<Mail[]> => {
  const { mails } = (await stack.simulators!.control.state('smtp')) as unknown as { mails: Mail[] };
  return mails.filter(({ recipients }) => recipients.includes(email));
};
/** The link in an e-mail, as it was before it was wrapped. */
const linkIn = ({ body }: Mail): string => {
  const text = body.replace(/=\r\n/g, '').replace(/=3D/g, '=');
  return new URL(/https?:\/\/\S+approval-link\S+/.exec(text)![0]).searchParams.get('link')!;
};

/** A flow that asks by e-mail. */
async function askingByMail(step: object = {}) {
  mailConnection ??= await stack.admin
    .inWorkspace<{ id: string }>('POST', '/connections', {
      ...{ name: 'Mail', connector: 'smtp', simulator: true, auth: 'none' },
      fields: { host: 'smtp.example.com', from: 'it@example.com' },
    })
    .then(({ body }) => body.id);
  return publishFlow(stack.admin, {
    connections: { mail: { connector: 'smtp', title: 'Mail', id: mailConnection } },
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      ask: { kind: 'approval', title: 'Let them in?', approvers: [ann.email], ask: { connection: 'mail' }, ...step },
      after: { kind: 'shape', output: 'in' },
    },
    wires: wires('hook -> ask', 'ask:approved -> after'),
  });
}
let mailConnection: string | undefined;

describe('an approval asked for by e-mail', () => {
  const follow = (by: ApiClient, link: string) => by.send(approvalRoutes.followLink, { query: { link } });
  const mailOf = async (person: Person, seen: number) =>
    until('the e-mail', async () => {
      const mails = await mailsTo(person);
      return mails.length > seen && mails[0];
    });

  test('carries a link for whoever is asked, which leads to the page and decides nothing', async () => {
    const seen = (await mailsTo(ann)).length;
    const approval = await byHook(await askingByMail());
    const mail = await mailOf(ann, seen);
    expect(mail.subject).toBe('To decide: Let them in?');
    const link = linkIn(mail);
    expect((await follow(ApiClient.nobody(stack.api), link)).status).toBe(401);
    const there = { workspaceId: admin.workspaceId, approvalId: approval.id };
    expect(await follow(ann, link)).toMatchObject({ status: 200, body: there });
    expect(await follow(ann, link)).toMatchObject({ status: 200 });
    expect(await admin.ok(approvalRoutes.get, { params: { id: approval.id } })).toMatchObject({
      ...{ status: 'open', decisions: [] },
      asked: { connection: 'Mail', messages: [{ recipient: ann.email, state: 'sent' }] },
    });
    expect(await follow(ben, link)).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining(`asked of ${ann.email}`) },
    });
    const changed = link.replace(
      approval.id,
      approval.id.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    );
    for (const wrong of [changed, `${link}0`, link.slice(0, -1), 'nothing'])
      expect(await follow(ann, wrong)).toMatchObject({
        status: 404,
        body: { message: expect.stringContaining('changed or cut off') },
      });
    await decide(ann, approval);
    expect(await follow(ann, link)).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('It was approved'), details: there },
    });
    expect(await follow(ben, link)).toMatchObject({ status: 403 });
  });

  test('reminds those who have not decided, so many times, and nobody after the decision', async () => {
    const remind = { everySeconds: 1, times: 2 };
    const step = { approvers: [ann.email, ben.email], needed: 2, ask: { connection: 'mail', remind } };
    const seen = [(await mailsTo(ann)).length, (await mailsTo(ben)).length];
    const reminded = async (person: Person, before: number) =>
      (await mailsTo(person)).slice(0, -before || undefined).filter(({ subject }) => subject.startsWith('Reminder: '));
    const approval = await byHook(await askingByMail(step));
    await mailOf(ann, seen[0]!);
    await decide(ann, approval);
    const of = (id: string) => admin.ok(approvalRoutes.get, { params: { id } });
    const all = { sent: 2, of: 2, next: null };
    await until('both reminders', async () => (await of(approval.id)).asked?.reminders?.next === null);
    expect((await of(approval.id)).asked?.reminders).toEqual(all);
    expect(await reminded(ben, seen[1]!)).toHaveLength(2);
    expect((await reminded(ann, seen[0]!)).length).toBeLessThan(2);
    await decide(ben, approval);
    await endOf(stack.admin, approval.runId);
    const history = await stack.admin.inWorkspace<{ items: { text: string }[] }>(
      'GET',
      `/runs/${approval.runId}/events`,
    );
    expect(JSON.stringify(history.body)).toContain(`${ben.email} reminded`);
    const often = await byHook(await askingByMail({ ask: { connection: 'mail', remind: { everySeconds: 600 } } }));
    await decide(ann, often);
    const [due] = await stack.database.query<{ due: boolean }>(
      `update approvals set remind_at = now() where id = $1 returning status = 'open' as due`,
      [often.id],
    );
    expect(due).toEqual({ due: false });
    const next = await byHook(await askingByMail({ ask: { connection: 'mail', remind } }));
    await until('the reminder of the next', async () => (await of(next.id)).asked?.reminders?.sent === 1);
    expect((await of(often.id)).asked?.reminders).toMatchObject({ sent: 0 });
    await stack.admin.inWorkspace('POST', `/runs/${next.runId}/cancel`, {});
  });

  test('reminds also when every process died before it was due', async () => {
    const seen = (await mailsTo(ann)).length;
    const approval = await byHook(await askingByMail({ ask: { connection: 'mail', remind: { everySeconds: 5 } } }));
    await mailOf(ann, seen);
    await stack.killWorkers();
    await stack.restartApi();
    await until('the reminder', async () => (await mailsTo(ann))[0]?.subject === 'Reminder: Let them in?', 60);
    const client = ApiClient.of(stack.api, stack.admin);
    expect((await client.ok(approvalRoutes.get, { params: { id: approval.id } })).asked?.reminders).toMatchObject({
      sent: 1,
    });
  });
});

/** Matches the nested parts of an expectation loosely too. */
const deeply = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'object' && value !== null ? expect.objectContaining(value) : value,
    ]),
  );
