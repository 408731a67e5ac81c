import type { JsonValue } from '@castellan/sdk';
import { describe, expect, it } from 'vitest';
import { slackTriggers } from './slack-triggers.js';
import { slackAddress } from './slack-webhook.js';

const delivery = (given: JsonValue) => ({
  method: 'POST',
  headers: {},
  query: {},
  rawBody: Buffer.alloc(0),
  body: given,
});
const event = (inner: object, more: object = {}) =>
  delivery({
    token: 'verification-token',
    type: 'event_callback',
    team_id: 'T1',
    api_app_id: 'A1',
    event_id: 'Ev1',
    event_time: 1_767_225_600,
    authorizations: [{ team_id: 'T1', user_id: 'UAPP', is_bot: true }],
    event: inner,
    ...more,
  } as JsonValue);
const triggersOf = (given: JsonValue | ReturnType<typeof delivery>) =>
  slackAddress.events(given as ReturnType<typeof delivery>).map(({ trigger }) => trigger);

describe('A delivery of Slack', () => {
  it('is answered with the challenge when the address is entered', () => {
    const known = { fields: {}, now: new Date() };
    const answer = slackAddress.challenge?.(
      delivery({ type: 'url_verification', token: 't', challenge: '3eZbrw1aB' }),
      known,
    );
    expect(answer).toEqual({ status: 200, body: { challenge: '3eZbrw1aB' } });
    expect(slackAddress.challenge?.(event({ type: 'message' }), known)).toBeNull();
  });

  it('is one event, known by its id when Slack repeats it', () => {
    const message = event({ type: 'message', channel: 'C1', user: 'U1', text: 'help', ts: '1.2' });
    expect(slackAddress.events(message)).toEqual([
      {
        trigger: 'message',
        key: '',
        payload: expect.objectContaining({ text: 'help', event_id: 'Ev1', app_user_id: 'UAPP' }),
      },
    ]);
    expect(slackAddress.deliveryId(message)).toBe('Ev1');
    expect(JSON.stringify(slackAddress.events(message))).not.toContain('verification-token');
    expect(slackAddress.acknowledgement?.(message)).toBeNull();
  });

  it.each([
    ['app_mention', 'appMention'],
    ['member_joined_channel', 'memberJoinedChannel'],
    ['team_join', 'memberJoinedWorkspace'],
    ['reaction_added', 'reactionAdded'],
  ])('of %s starts the trigger %s', (type, trigger) => {
    expect(triggersOf(event({ type }))).toEqual([trigger]);
  });

  it('starts nothing when it is the app’s own message, a change of one, or unknown', () => {
    expect(triggersOf(event({ type: 'message', user: 'UAPP', bot_id: 'B1' }))).toEqual([]);
    expect(triggersOf(event({ type: 'message', subtype: 'bot_message', bot_profile: { app_id: 'A1' } }))).toEqual([]);
    expect(triggersOf(event({ type: 'message', subtype: 'message_changed' }))).toEqual([]);
    expect(triggersOf(event({ type: 'user_huddle_changed' }))).toEqual([]);
    expect(triggersOf(delivery('nonsense'))).toEqual([]);
    expect(triggersOf(delivery({ payload: '{broken' }))).toEqual([]);
  });

  it('is a command or an interaction, which Slack wants answered with nothing', () => {
    const command = delivery({ token: 't', command: '/access', text: 'payroll', user_id: 'U1', trigger_id: '1.2.x' });
    expect(slackAddress.events(command)).toMatchObject([{ trigger: 'slashCommand', payload: { text: 'payroll' } }]);
    expect(slackAddress.deliveryId(command)).toBe('1.2.x');
    const pressed = { type: 'block_actions', token: 't', user: { id: 'U1' }, actions: [{ action_id: 'that_was_me' }] };
    const interaction = delivery({ payload: JSON.stringify({ ...pressed, trigger_id: '3.4.y' }) });
    expect(slackAddress.events(interaction)).toMatchObject([
      { trigger: 'interaction', payload: { user: { id: 'U1' } } },
    ]);
    expect(JSON.stringify(slackAddress.events(interaction))).not.toContain('"token"');
    for (const given of [command, interaction]) {
      expect(slackAddress.acknowledgement?.(given)).toBe('');
    }
  });
});

describe('Each trigger of Slack', () => {
  it.each(Object.entries(slackTriggers))('%s has a sample that fits its payload', (_, { payload, sample }) => {
    expect(payload.safeParse(sample).error).toBeUndefined();
  });
});
