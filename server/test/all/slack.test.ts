import { type Approval, approvalRoutes, deputyRoutes, peopleRoutes } from '@castellan/api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../api-client.js';
import { endOf, type PublishedFlow, publishFlow, stepsOf, until, wires } from '../harness/flows.js';
import { type Stack, startStack } from '../harness/stack.js';
import { joinAs } from '../people.js';
import { SlackApp, type SlackMessage } from '../slack-app.js';

/** One Slack app of the simulator: approvals that are asked for there, and flows that listen to it. */
const signingSecret = 'what-only-slack-and-we-know';
const approve = 'castellan_approve';
const reject = 'castellan_reject';

let stack: Stack;
let slack: SlackApp;
let connection: { id: string; hookUrl: string };
let admin: ApiClient;
let ann: ApiClient & { email: string };
let ben: ApiClient & { email: string };
let flow: PublishedFlow;

/** By whom the simulator knows them. */
const slackId = { ann: 'U000ANN', ben: 'U000BEN', outsider: 'U000OUT' };
const roomOf = { ann: 'D000ANN', ben: 'D000BEN' };

const slots = () => ({ slack: { connector: 'slack', title: 'Slack', id: connection.id } });

function approvalFlow(step: object): Promise<PublishedFlow> {
  return publishFlow(stack.admin, {
    name: 'Grant access',
    connections: slots(),
    triggers: { hook: { kind: 'webhook' } },
    steps: {
      ask: { kind: 'approval', title: 'Grant it?', ask: { connection: 'slack' }, ...step },
      yes: { kind: 'stop', outcome: 'succeed', message: 'granted' },
      no: { kind: 'stop', outcome: 'fail', message: 'not granted' },
    },
    wires: wires('hook -> ask', 'ask:approved -> yes', 'ask:rejected -> no', 'ask:timeout -> no'),
  });
}

beforeAll(async () => {
  stack = await startStack({ servers: 'one', simulators: true });
  admin = ApiClient.of(stack.api, stack.admin);
  const made = await stack.admin.inWorkspace<{ id: string; hookUrl: string }>('POST', '/connections', {
    ...{ name: 'Slack app', connector: 'slack', simulator: true, auth: 'botToken' },
    fields: { token: 'xoxb-simulated', signingSecret },
  });
  connection = made.body;
  slack = new SlackApp(stack.simulators!.control, connection.hookUrl, signingSecret);
  ann = await joinAs(stack.api, admin, 'approver');
  ben = await joinAs(stack.api, admin, 'approver');
  flow = await approvalFlow({
    approvers: { jsonata: 'trigger.body.approvers' },
    needed: { jsonata: 'trigger.body.needed' },
    subject: { jsonata: 'trigger.body.about' },
    show: { jsonata: '{ "why": "The quarter is closing", "what": trigger.body.what }' },
  });
});
afterAll(() => stack?.stop());

beforeEach(async () => {
  const { control } = stack.simulators!;
  await control.faults('slack', []);
  const member = (id: string, email: string) => ({
    ...{ id, email, name: email.split('@')[0], realName: email },
    isBot: false,
    isDeactivated: false,
  });
  await control.seed('slack', {
    members: [
      member(slackId.ann, ann.email),
      member(slackId.ben, ben.email),
      member(slackId.outsider, 'out@side.test'),
    ],
    directMessages: [],
    messages: [],
    ephemerals: [],
    views: [],
  });
});

/** Starts a run that asks, and answers once the question is in Slack. */
async function ask(over: object = {}, room: string = roomOf.ann): Promise<{ runId: string; message: SlackMessage }> {
  const body = { approvers: [ann.email], needed: 1, about: null, what: 'Payroll', ...over };
  const { body: answer } = await stack.send(flow.hooks.hook!, body);
  return { runId: answer.runId as string, message: await messageIn(room, approve) };
}

function messageIn(room: string, words = ''): Promise<SlackMessage> {
  return until(`a message in ${room} that says “${words}”`, async () =>
    (await slack.messagesIn(room)).find((message) => JSON.stringify(message).includes(words)),
  );
}

const told = (words: string) =>
  until(`somebody is told “${words}”`, async () =>
    (await slack.state()).ephemerals.find(({ text }) => text.includes(words)),
  );

/** The approval of a run, from the list. */
async function approvalOf(runId: string, status: 'open' | 'decided' = 'open'): Promise<Approval> {
  const { items } = await admin.ok(approvalRoutes.list, { query: { status, limit: '200' } });
  const { id } = items.find((item) => item.runId === runId)!;
  return admin.ok(approvalRoutes.get, { params: { id } });
}

describe('an approval that is asked for in Slack', () => {
  test('is a direct message with what is shown, decided by its button, and then says by whom', async () => {
    const { runId, message } = await ask();
    expect(message.text).toContain('Grant it?');
    expect(JSON.stringify(message.blocks)).toContain('Payroll');
    expect(await slack.press(message, approve, slackId.ann)).toEqual({ status: 200, text: '' });
    expect(await endOf(stack.admin, runId)).toMatchObject({ status: 'succeeded' });
    expect((await stepsOf(stack.admin, runId)).ask).toMatchObject({ port: 'approved' });
    const shown = await messageIn(roomOf.ann, `${ann.email} approved`);
    expect(JSON.stringify(shown.blocks)).not.toContain(approve);
    expect(await slack.messagesIn(roomOf.ann)).toHaveLength(1);
    const decided = await approvalOf(runId, 'decided');
    expect(decided.decisions).toMatchObject([{ by: ann.email, decision: 'approve', via: 'Slack' }]);
    expect(decided.asked).toMatchObject({
      connection: 'Slack app',
      messages: [{ recipient: ann.email, state: 'sent' }],
    });
    const { body } = await stack.admin.inWorkspace<{ items: object[] }>('GET', '/audit?limit=20');
    expect(body.items).toContainEqual(
      expect.objectContaining({
        actor: ann.email,
        action: 'approval.approve',
        after: expect.objectContaining({ via: 'Slack', sender: expect.objectContaining({ user: slackId.ann }) }),
      }),
    );
  });

  test('is rejected with the reason that a dialog asks for', async () => {
    const { runId, message } = await ask();
    await slack.press(message, reject, slackId.ann);
    await until('the dialog', async () => (await slack.state()).views.length === 1);
    expect((await approvalOf(runId)).decisions).toEqual([]);
    expect(await slack.submitReason('Not before the audit', slackId.ann)).toEqual({ status: 200, text: '' });
    expect(await endOf(stack.admin, runId)).toMatchObject({ status: 'failed' });
    await messageIn(roomOf.ann, 'rejected: Not before the audit');
  });

  test('asks for a reason to approve as well where each decision has to say why', async () => {
    const both = await approvalFlow({ approvers: [ann.email], commentOn: 'both' });
    const { body } = await stack.send(both.hooks.hook!, {});
    const runId = body.runId as string;
    await slack.press(await messageIn(roomOf.ann, approve), approve, slackId.ann);
    await until('the dialog', async () => (await slack.state()).views.length === 1);
    expect((await approvalOf(runId)).decisions).toEqual([]);
    await slack.submitReason('  ', slackId.ann);
    await told('has to say why');
    await slack.submitReason('Seen in the ticket', slackId.ann);
    expect(await endOf(stack.admin, runId)).toMatchObject({ status: 'succeeded' });
    await messageIn(roomOf.ann, 'approved: Seen in the ticket');
    expect((await approvalOf(runId, 'decided')).decisions).toMatchObject([{ comment: 'Seen in the ticket' }]);
  });

  test('is decided once: who presses again, or was not asked, is told so alone', async () => {
    const { runId, message } = await ask({ approvers: [ann.email, ben.email], needed: 2 });
    await slack.press(message, approve, slackId.outsider);
    await told('Nobody in this workspace of Castellan has the address out@side.test');
    await slack.press(message, approve, slackId.ann);
    await messageIn(roomOf.ben, '1 of 2 have approved');
    await slack.press(message, approve, slackId.ann);
    await told('You have decided this already');
    expect((await approvalOf(runId)).decisions).toHaveLength(1);
    await slack.press(await messageIn(roomOf.ben), approve, slackId.ben);
    expect(await endOf(stack.admin, runId)).toMatchObject({ status: 'succeeded' });
    await messageIn(roomOf.ann, `${ben.email} approved`);
  });

  test('never asks the person concerned, who cannot decide it by another’s button either', async () => {
    const { runId, message } = await ask({ approvers: ['role:approver'], about: ben.email });
    await slack.press(message, approve, slackId.ben);
    await told('it is about you');
    const { asked, decisions } = await approvalOf(runId);
    expect(asked?.messages.map(({ recipient }) => recipient)).toEqual([ann.email]);
    expect(decisions).toEqual([]);
    expect(await slack.messagesIn(roomOf.ben)).toEqual([]);
    await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
  });

  test('is put to a deputy as well, for whom it is said, and decided by their button', async () => {
    const { runId } = await ask({ about: ben.email });
    const { items } = await admin.ok(peopleRoutes.members);
    const idOf = (email: string) => items.find((member) => member.email === email)!.userId;
    const day = 86_400_000;
    const [from, until] = [Date.now() - day, Date.now() + day].map((at) => new Date(at).toISOString());
    const body = { deputyId: idOf(ben.email), from, until };
    const named = await ann.ok(deputyRoutes.name, { body });
    const other = await ask({}, roomOf.ben);
    expect(JSON.stringify(other.message.blocks)).toContain(`asked for *${ann.email}*`);
    // Nothing of what is about the deputy.
    expect((await approvalOf(runId)).asked?.messages.map(({ recipient }) => recipient)).toEqual([ann.email]);
    await slack.press(other.message, approve, slackId.ben);
    expect(await endOf(stack.admin, other.runId)).toMatchObject({ status: 'succeeded' });
    expect((await approvalOf(other.runId, 'decided')).decisions).toMatchObject([
      { by: ben.email, for: ann.email, via: 'Slack' },
    ]);
    await ann.ok(deputyRoutes.takeBack, { params: { id: named.id } });
    await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
  });

  test('is the same question in the app: decided there, the message follows; cancelled, it says so', async () => {
    const first = await ask();
    const { id, hash } = await approvalOf(first.runId);
    await ann.ok(approvalRoutes.decide, { params: { id }, body: { decision: 'approve', hash } });
    await messageIn(roomOf.ann, `${ann.email} approved`);
    const second = await ask();
    await stack.admin.inWorkspace('POST', `/runs/${second.runId}/cancel`, {});
    const closed = await messageIn(roomOf.ann, 'No decision is needed any more');
    expect(JSON.stringify(closed.blocks)).not.toContain(approve);
  });

  test('that changed in a way that the press does not know of is not decided', async () => {
    const { runId, message } = await ask();
    const body = decodeURIComponent(slack.pressed(message, approve, slackId.ann));
    const { hash } = await approvalOf(runId);
    const other = new URLSearchParams(body.replaceAll('+', ' ').replace(hash, 'f'.repeat(64)));
    await slack.deliver(other.toString());
    await told('What is to be approved has changed');
    expect((await approvalOf(runId)).decisions).toEqual([]);
    await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
  });

  test('takes no press that is forged, stale or sent again', async () => {
    const { runId, message } = await ask({ approvers: [ann.email, ben.email], needed: 2 });
    const body = slack.pressed(message, approve, slackId.ann);
    const now = Math.floor(Date.now() / 1_000);
    expect(await slack.deliver(body, { secret: 'guessed' })).toMatchObject({ status: 404 });
    expect(await slack.deliver(body, { at: now - 600 })).toMatchObject({ status: 404 });
    expect((await approvalOf(runId)).decisions).toEqual([]);
    expect(await slack.deliver(body, { at: now })).toMatchObject({ status: 200 });
    await messageIn(roomOf.ben, '1 of 2 have approved');
    expect(await slack.deliver(body, { at: now })).toMatchObject({ status: 200 });
    const deliveries = await stack.admin.inWorkspace<{ items: object[] }>('GET', '/deliveries?limit=4');
    expect(deliveries.body.items[0]).toMatchObject({ status: 'duplicate' });
    expect((await slack.state()).ephemerals).toEqual([]);
    await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
  });

  test('of another app’s connection is not decided, though its press is signed', async () => {
    const { runId, message } = await ask();
    const { body: other } = await stack.admin.inWorkspace<{ hookUrl: string }>('POST', '/connections', {
      ...{ name: 'Another app', connector: 'slack', simulator: true, auth: 'botToken' },
      fields: { token: 'xoxb-other', signingSecret: 'another' },
    });
    const elsewhere = new SlackApp(stack.simulators!.control, other.hookUrl, 'another');
    await elsewhere.press(message, approve, slackId.ann);
    await told('does not count for this one');
    expect((await approvalOf(runId)).decisions).toEqual([]);
    await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
  });

  test('by a simulated app decides nothing where the flow touches a real system', async () => {
    const mixed = await publishFlow(stack.admin, {
      name: 'Half simulated',
      connections: { ...slots(), vendor: { connector: 'http', title: 'Vendor', id: stack.connections.vendor } },
      triggers: { hook: { kind: 'webhook' } },
      steps: {
        ask: { kind: 'approval', title: 'Really?', approvers: [ann.email], ask: { connection: 'slack' } },
        call: {
          ...{ kind: 'action', connection: 'vendor', operation: 'request' },
          input: { method: 'POST', url: `${stack.vendorUrl}/x` },
        },
      },
      wires: wires('hook -> ask', 'ask:approved -> call'),
    });
    const { body } = await stack.send(mixed.hooks.hook!, {});
    await slack.press(await messageIn(roomOf.ann), approve, slackId.ann);
    await told('does not count for this one');
    await stack.admin.inWorkspace('POST', `/runs/${body.runId}/cancel`, {});
  });

  test('can be asked in a channel, in one message for all', async () => {
    const inChannel = await approvalFlow({
      approvers: ['role:approver'],
      ask: { connection: 'slack', channel: 'security' },
    });
    const { body } = await stack.send(inChannel.hooks.hook!, {});
    const message = await messageIn('C0SECURITY');
    await slack.press(message, approve, slackId.ben);
    expect(await endOf(stack.admin, body.runId as string)).toMatchObject({ status: 'succeeded' });
    expect(await slack.messagesIn('C0SECURITY')).toHaveLength(1);
  });

  test('says who could not be reached, and is asked of the others', async () => {
    const { runId } = await ask({ approvers: [ann.email, 'nobody@castellan.test'] });
    const { asked } = await until('both were tried', async () => {
      const approval = await approvalOf(runId);
      const { messages } = approval.asked!;
      return messages.length === 2 && messages.every(({ state }) => state !== 'waiting') && approval;
    });
    expect(asked?.messages).toContainEqual({
      recipient: 'nobody@castellan.test',
      state: 'failed',
      problem: expect.stringContaining('No member of this Slack workspace'),
    });
    await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
  });

  test('is asked once though Slack’s answer was lost', async () => {
    await stack.simulators!.control.faults('slack', [{ operation: 'chat_postMessage', reset: 'after' }]);
    const { runId } = await ask();
    await until('the message is known', async () => {
      const { asked } = await approvalOf(runId);
      return asked!.messages[0]?.state === 'sent';
    });
    expect(await slack.messagesIn(roomOf.ann)).toHaveLength(1);
    await stack.admin.inWorkspace('POST', `/runs/${runId}/cancel`, {});
  });

  test('keeps a press that was taken when the server is killed before it decides', async () => {
    const { runId, message } = await ask();
    await stack.simulators!.control.faults('slack', [{ operation: 'users_info', delaySeconds: 20 }]);
    expect(await slack.press(message, approve, slackId.ann)).toMatchObject({ status: 200 });
    await until('the press is being dealt with', async () =>
      (await stack.simulators!.control.requests('slack')).some(
        ({ operation, status }) => operation === 'users_info' && status === null,
      ),
    );
    const [taken] = await stack.database.query<{ answers: number }>(
      'select count(*)::int as answers from approval_answers',
    );
    expect(taken).toEqual({ answers: 1 });
    await stack.restartApi();
    await stack.database.query('update approval_answers set due_at = now()');
    await stack.startWorker();
    expect(await endOf(stack.admin, runId, 60)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a Slack app with two flows', () => {
  const listening = (name: string, trigger: object) =>
    publishFlow(stack.admin, {
      name,
      connections: slots(),
      triggers: { heard: { kind: 'connector', connection: 'slack', ...trigger } },
      steps: { seen: { kind: 'shape', output: { text: { jsonata: 'trigger.body.text' } } } },
      wires: wires('heard -> seen'),
    });

  const runsOf = async (flowId: string) =>
    (await stack.admin.inWorkspace<{ items: { id: string }[] }>('GET', `/runs?flowId=${flowId}`)).body.items;

  test('makes a run of each for a message, one however often Slack repeats it, and none for its own', async () => {
    const first = await listening('First', { event: 'message' });
    const second = await listening('Second', {
      event: 'message',
      filter: { jsonata: '$contains(trigger.body.text, "database")' },
    });
    const message = {
      type: 'message',
      channel: 'C0ITSUPPORT',
      user: slackId.ann,
      text: 'the database is away',
      ts: '1.1',
    };
    expect(await slack.event(message, { event_id: 'Ev0001' })).toMatchObject({ status: 200 });
    await slack.event(
      message,
      { event_id: 'Ev0001' },
      { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' },
    );
    await slack.event({ ...message, text: 'hello' }, { event_id: 'Ev0002' });
    const authorizations = [{ user_id: 'U0CASTELLAN', is_bot: true }];
    await slack.event({ ...message, user: 'U0CASTELLAN' }, { event_id: 'Ev0003', authorizations });
    expect(await runsOf(first.id)).toHaveLength(2);
    const [run, ...more] = await runsOf(second.id);
    expect(more).toEqual([]);
    await endOf(stack.admin, run!.id);
    expect((await stepsOf(stack.admin, run!.id)).seen).toMatchObject({ output: { text: 'the database is away' } });
  });

  test('answers Slack’s question for the address, and commands and buttons with nothing', async () => {
    const command = await listening('Command', { event: 'slashCommand' });
    const challenge = JSON.stringify({ type: 'url_verification', token: 'unused', challenge: '3eZbrw1aB' });
    const asked = await slack.deliver(challenge, { contentType: 'application/json' });
    expect(JSON.parse(asked.text)).toEqual({ challenge: '3eZbrw1aB' });
    const form = new URLSearchParams({
      command: '/access',
      text: 'payroll',
      user_id: slackId.ann,
      trigger_id: '1.2.3',
    });
    expect(await slack.deliver(form.toString())).toEqual({ status: 200, text: '' });
    expect(await runsOf(command.id)).toHaveLength(1);
    const pressed = slack.interaction({
      type: 'block_actions',
      user: { id: slackId.ann },
      actions: [{ action_id: 'x' }],
    });
    expect(await slack.deliver(pressed)).toEqual({ status: 200, text: '' });
  });

  const json = 'application/json';
  const eventOf = (inner: object) => (id: string) =>
    JSON.stringify({ type: 'event_callback', team_id: 'T0CASTELLAN', event_id: id, event_time: 1, event: inner });
  const said = { channel: 'C0ITSUPPORT', user: slackId.ann, text: 'hello', ts: '1.1' };
  const cutOff = (body: string) => body.slice(0, -5);
  /** What Slack delivers for each kind of trigger, and the same with something amiss. */
  const kinds: Record<string, { body(id: string): string; contentType?: string; malformed(body: string): string }> = {
    message: { body: eventOf({ type: 'message', ...said }), contentType: json, malformed: cutOff },
    appMention: { body: eventOf({ type: 'app_mention', ...said }), contentType: json, malformed: cutOff },
    memberJoinedChannel: {
      body: eventOf({ type: 'member_joined_channel', channel: 'C0ITSUPPORT', user: slackId.ann }),
      ...{ contentType: json, malformed: cutOff },
    },
    memberJoinedWorkspace: {
      body: eventOf({ type: 'team_join', user: { id: slackId.ann, name: 'ann' } }),
      ...{ contentType: json, malformed: cutOff },
    },
    reactionAdded: {
      body: eventOf({ type: 'reaction_added', user: slackId.ann, reaction: 'eyes', item: { type: 'message' } }),
      ...{ contentType: json, malformed: cutOff },
    },
    slashCommand: {
      body: (id) => new URLSearchParams({ command: '/access', user_id: slackId.ann, trigger_id: id }).toString(),
      malformed: (body) => body.replace('command=', 'comand='),
    },
    interaction: {
      body: () =>
        slack.interaction({ type: 'block_actions', user: { id: slackId.ann }, actions: [{ action_id: 'x' }] }),
      malformed: () => 'payload=%7Bbroken',
    },
  };

  test.each(Object.entries(kinds))(
    '%s: one run of what is signed, and none of what is forged, stale, sent again or malformed',
    async (event, { body: bodyOf, contentType, malformed }) => {
      const flow = await listening(event, { event });
      const body = bodyOf(`Ev-${event}`);
      const now = Math.floor(Date.now() / 1_000);
      const send = (text: string, how: { at?: number; secret?: string } = {}) =>
        slack.deliver(text, { ...how, ...(contentType ? { contentType } : {}) });
      expect((await send(body, { secret: 'guessed' })).status).toBe(404);
      expect((await send(body, { at: now - 600 })).status).toBe(404);
      await send(malformed(body));
      expect(await runsOf(flow.id)).toEqual([]);
      for (const at of [now, now - 1]) expect((await send(body, { at })).status).toBe(200);
      expect(await runsOf(flow.id)).toHaveLength(1);
    },
  );
});
