import type { ApprovalQuestion, JsonValue } from '@castellan/sdk';
import { type Simulation, simulate } from '@castellan/sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { slack } from './slack.connector.js';
import { type SimulatedMember, type SimulatedMessage, simulatedApp } from './slack.seed.js';
import { slackSimulator } from './slack.simulator.js';
import { slackApprovals } from './slack-approvals.js';

let slackAtWork: Simulation;
beforeAll(async () => {
  slackAtWork = await simulate(slack, slackSimulator);
});
beforeEach(() => slackAtWork.reset());
afterAll(() => slackAtWork.close());

const question: ApprovalQuestion = {
  id: '019a0000-0000-7000-8000-000000000001',
  hash: 'ab'.repeat(32),
  title: 'Suspend <everything>?',
  flow: 'Lockdown',
  subject: 'jane.doe@example.com',
  show: { reason: 'Two countries & one hour', revoked: ['Payroll', 'Production <admin>'], score: 97 },
  url: 'https://castellan.example/w/1/approvals/2',
  needed: 2,
  for: null,
  commentOn: 'reject',
  status: 'open',
  decisions: [],
  expiresAt: null,
};

const ada = { email: 'ada.okafor@example.com' };

async function shown(): Promise<{ message: SimulatedMessage; text: string }> {
  const { messages } = (await slackAtWork.state()) as unknown as { messages: SimulatedMessage[] };
  const message = messages.at(-1)!;
  return { message, text: JSON.stringify([message.text, message.blocks]) };
}

const form = (payload: object) => ({
  ...{ method: 'POST', headers: {}, query: {}, rawBody: Buffer.alloc(0) },
  body: { payload: JSON.stringify(payload) } as JsonValue,
});

interface Button {
  action_id: string;
  value: string;
}

async function press(name: string) {
  const { message } = await shown();
  const actions = message.blocks!.find((block) => (block as { type: string }).type === 'actions') as {
    elements: Button[];
  };
  const { action_id, value } = actions.elements.find((button) => button.action_id === name)!;
  return form({
    type: 'block_actions',
    team: { id: simulatedApp.teamId },
    user: { id: 'U00000001' },
    channel: { id: message.channel },
    trigger_id: '1.2.abc',
    actions: [{ type: 'button', action_id, value }],
  });
}

describe('A question in Slack', () => {
  it('is a direct message with what is shown, escaped, and two buttons', async () => {
    const place = await slackApprovals.post(question, ada, slackAtWork.host());
    expect(place).toMatchObject({ channel: 'D00000001' });
    const { text } = await shown();
    for (const words of [
      'Two countries &amp; one hour',
      'Production &lt;admin&gt;',
      '*Score:* 97',
      'Approve',
      'Reject',
    ]) {
      expect(text).toContain(words);
    }
    expect(text).toContain('Suspend &lt;everything&gt;?');
  });

  it('says for whom a deputy is asked', async () => {
    await slackApprovals.post({ ...question, for: 'ben@example.com' }, ada, slackAtWork.host());
    expect((await shown()).text).toContain('asked for *ben@example.com*');
  });

  it('says that there is more where not all of it fits', async () => {
    const show = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`field${index}`, 'x'.repeat(40)]));
    await slackApprovals.post({ ...question, show }, ada, slackAtWork.host());
    expect((await shown()).text).toContain('see all of it');
  });

  it('whose answer was lost is found again', async () => {
    const host = slackAtWork.host();
    expect(await slackApprovals.find(ada, host)).toBeNull();
    const place = await slackApprovals.post(question, ada, host);
    expect(await slackApprovals.find(ada, host)).toEqual(place);
  });

  it('is reminded of once a reminder, without buttons', async () => {
    await slackApprovals.post(question, ada, slackAtWork.host());
    const again = slackAtWork.host();
    const host = { ...again, idempotencyKey: 'ef'.repeat(32) };
    await slackApprovals.remind(question, ada, host);
    await slackApprovals.remind(question, ada, host);
    const { messages } = (await slackAtWork.state()) as unknown as { messages: SimulatedMessage[] };
    expect(messages.filter(({ text }) => text.startsWith('Reminder'))).toHaveLength(1);
    expect((await shown()).text).toContain('still waits for a decision');
    expect((await shown()).text).not.toContain('castellan_approve');
  });

  it('loses its buttons and says by whom it was decided', async () => {
    const place = await slackApprovals.post(question, { channel: 'C0SECURITY' }, slackAtWork.host());
    const decisions = [{ by: ada.email, decision: 'reject' as const, comment: 'Not <yet>' }];
    await slackApprovals.update({ ...question, status: 'rejected', decisions }, place, slackAtWork.host());
    const { text } = await shown();
    expect(text).toContain('ada.okafor@example.com rejected: Not &lt;yet&gt;');
    expect(text).not.toContain('castellan_approve');
  });
});

describe('An answer from Slack', () => {
  it('names the approval and what was shown; a rejection wants its reason first', async () => {
    await slackApprovals.post(question, ada, slackAtWork.host());
    expect(slackApprovals.answers!.read(await press('castellan_approve'))).toMatchObject({
      approvalId: question.id,
      hash: question.hash,
      decision: 'approve',
      wantsReason: false,
    });
    expect(slackApprovals.answers!.read(await press('castellan_reject'))).toMatchObject({
      decision: 'reject',
      wantsReason: true,
    });
  });

  it('is the reason that the dialog was filled in with', async () => {
    await slackApprovals.post(question, ada, slackAtWork.host());
    const answer = slackApprovals.answers!.read(await press('castellan_reject'))!;
    await slackApprovals.answers!.askReason(answer, question, slackAtWork.host());
    const { views } = (await slackAtWork.state()) as unknown as { views: { view: object }[] };
    const view = { ...views[0]!.view, state: { values: { reason: { reason: { value: ' Not yet ' } } } } };
    const submitted = form({ type: 'view_submission', team: { id: 'T1' }, user: { id: 'U00000001' }, view });
    expect(slackApprovals.answers!.read(submitted)).toEqual({
      approvalId: question.id,
      hash: question.hash,
      decision: 'reject',
      comment: 'Not yet',
      wantsReason: false,
      reply: { user: 'U00000001', team: 'T1', channel: 'D00000001' },
    });
  });

  it('wants its reason for an approval too where the question says so, and leaves it open where it wants none', async () => {
    await slackApprovals.post({ ...question, commentOn: 'both' }, ada, slackAtWork.host());
    const answer = slackApprovals.answers!.read(await press('castellan_approve'))!;
    expect(answer).toMatchObject({ decision: 'approve', wantsReason: true });
    for (const commentOn of ['both', 'none'] as const) {
      const pressed = { ...answer, reply: { ...answer.reply, triggerId: `1.3.${commentOn}` } };
      await slackApprovals.answers!.askReason(pressed, { ...question, commentOn }, slackAtWork.host());
    }
    const { views } = (await slackAtWork.state()) as unknown as { views: { view: { blocks: object[] } }[] };
    expect(views.map(({ view }) => view.blocks.at(-1))).toMatchObject([{ optional: false }, { optional: true }]);
    const view = { ...views[0]!.view, state: { values: { reason: { reason: { value: 'Seen in the ticket' } } } } };
    const submitted = form({ type: 'view_submission', team: { id: 'T1' }, user: { id: 'U00000001' }, view });
    expect(slackApprovals.answers!.read(submitted)).toMatchObject({
      ...{ decision: 'approve', comment: 'Seen in the ticket', wantsReason: false },
    });
  });

  it('is none where another button was pressed or the value is not ours', async () => {
    const other = (action: object) => slackApprovals.answers!.read(form({ type: 'block_actions', actions: [action] }));
    expect(other({ action_id: 'that_was_me', value: '{}' })).toBeNull();
    expect(other({ action_id: 'castellan_approve', value: 'approve' })).toBeNull();
    expect(slackApprovals.answers!.read({ ...form({}), body: 'nonsense' })).toBeNull();
  });
});

describe('Whoever answered', () => {
  const identify = async (over: object, team: string = simulatedApp.teamId) => {
    await slackAtWork.reset();
    const { members } = (await slackAtWork.state()) as unknown as { members: SimulatedMember[] };
    await slackAtWork.seed({ members: [{ ...members[0]!, ...over }] as never });
    await slackApprovals.post(question, { channel: 'C0SECURITY' }, slackAtWork.host());
    const answer = slackApprovals.answers!.read(await press('castellan_approve'))!;
    return slackApprovals.answers!.identify({ ...answer, reply: { ...answer.reply, team } }, slackAtWork.host());
  };

  it('is known by the e-mail address that Slack has verified', async () => {
    expect(await identify({})).toBe('ada.okafor@example.com');
  });

  it('is nobody when deactivated, a bot, of another workspace or with an address that was not verified', async () => {
    expect(await identify({ isDeactivated: true })).toBeNull();
    expect(await identify({ isBot: true })).toBeNull();
    expect(await identify({ isUnverified: true })).toBeNull();
    expect(await identify({}, 'T0ELSEWHERE')).toBeNull();
  });
});
