import { isObject, type Trigger, trigger } from '@castellan/sdk';
import { z } from 'zod';
import type { SlackDelivery } from './slack-deliveries.js';

const events = 'https://docs.slack.dev/reference/events';

/** What every event says beside its own fields. */
const envelope = {
  team_id: z.string().optional(),
  api_app_id: z.string().optional(),
  event_id: z.string().optional(),
  event_time: z.int().optional().describe('Unix seconds.'),
  app_user_id: z.string().nullable().optional().describe('The id of the app’s own user.'),
};

const sampleEnvelope = {
  team_id: 'T0CASTELLAN',
  api_app_id: 'A0CASTELLAN',
  event_id: 'Ev0PV52K25',
  event_time: 1_767_225_600,
  app_user_id: 'U0CASTELLAN',
};

const message = z.looseObject({
  type: z.string(),
  channel: z.string(),
  user: z.string().optional().describe('The id of who wrote it.'),
  text: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional().describe('The message that it answers.'),
  channel_type: z.string().optional().describe('channel, group, im or mpim.'),
  ...envelope,
});

const sampleMessage = {
  channel: 'C0ITSUPPORT',
  user: 'U00000003',
  text: 'I cannot reach the production database',
  ts: '1767225600.000100',
  ...sampleEnvelope,
};

const person = z.looseObject({ id: z.string(), name: z.string().optional() });

export const slackTriggers: Record<string, Trigger> = {
  message: trigger({
    title: 'Message in a channel',
    docs: `${events}/message`,
    summary: 'Somebody wrote in a channel that the app is in, or to the app. What the app itself posts is left out.',
    payload: message,
    sample: { type: 'message', channel_type: 'channel', ...sampleMessage },
  }),

  appMention: trigger({
    title: 'App mentioned',
    docs: `${events}/app_mention`,
    summary: 'Somebody named the app in a message.',
    payload: message,
    sample: { type: 'app_mention', ...sampleMessage, text: '<@U0CASTELLAN> who may read the payroll?' },
  }),

  memberJoinedChannel: trigger({
    title: 'Member joined a channel',
    docs: `${events}/member_joined_channel`,
    summary: 'Somebody is now in a channel that the app is in.',
    payload: z.looseObject({
      type: z.string(),
      user: z.string(),
      channel: z.string(),
      inviter: z.string().optional(),
      ...envelope,
    }),
    sample: { type: 'member_joined_channel', user: 'U00000003', channel: 'C0SECURITY', ...sampleEnvelope },
  }),

  memberJoinedWorkspace: trigger({
    title: 'New person',
    docs: `${events}/team_join`,
    summary: 'Somebody is new in the Slack workspace.',
    payload: z.looseObject({
      type: z.string(),
      user: z.looseObject({ id: z.string(), name: z.string().optional(), real_name: z.string().optional() }),
      ...envelope,
    }),
    sample: {
      type: 'team_join',
      user: {
        id: 'U00000009',
        name: 'noah.silva',
        real_name: 'Noah Silva',
        profile: { email: 'noah.silva@example.com' },
      },
      ...sampleEnvelope,
    },
  }),

  reactionAdded: trigger({
    title: 'Reaction added',
    docs: `${events}/reaction_added`,
    summary: 'Somebody put an emoji on a message.',
    payload: z.looseObject({
      type: z.string(),
      user: z.string(),
      reaction: z.string().describe('The emoji’s name, such as eyes.'),
      item: z.looseObject({ type: z.string(), channel: z.string().optional(), ts: z.string().optional() }),
      item_user: z.string().optional(),
      ...envelope,
    }),
    sample: {
      type: 'reaction_added',
      user: 'U00000003',
      reaction: 'eyes',
      item: { type: 'message', channel: 'C0SECURITY', ts: '1503435956.000247' },
      ...sampleEnvelope,
    },
  }),

  slashCommand: trigger({
    title: 'Slash command',
    docs: 'https://docs.slack.dev/interactivity/implementing-slash-commands',
    summary: 'Somebody used a command of the app, such as /access.',
    payload: z.looseObject({
      command: z.string(),
      text: z.string().optional().describe('What stands behind the command.'),
      user_id: z.string(),
      user_name: z.string().optional(),
      channel_id: z.string().optional(),
      team_id: z.string().optional(),
      response_url: z.string().optional(),
      trigger_id: z.string().optional(),
    }),
    sample: {
      command: '/access',
      text: 'payroll for two days',
      user_id: 'U00000003',
      user_name: 'jane.doe',
      channel_id: 'C0ITSUPPORT',
      channel_name: 'it-support',
      team_id: 'T0CASTELLAN',
      trigger_id: '13345224609.738474920.8088930838d88f008e0',
    },
  }),

  interaction: trigger({
    title: 'Button, menu or dialog',
    docs: 'https://docs.slack.dev/interactivity/handling-user-interaction',
    summary: 'Somebody pressed a button of a message that a flow posted, or used a dialog or a shortcut of the app.',
    payload: z.looseObject({
      type: z.string().describe('block_actions, view_submission, shortcut or message_action.'),
      user: person,
      actions: z.array(z.looseObject({ action_id: z.string(), value: z.string().optional() })).optional(),
      callback_id: z.string().optional(),
      channel: person.optional(),
      message: z.looseObject({ ts: z.string().optional(), text: z.string().optional() }).optional(),
      trigger_id: z.string().optional(),
    }),
    sample: {
      type: 'block_actions',
      user: { id: 'U00000003', name: 'jane.doe', team_id: 'T0CASTELLAN' },
      channel: { id: 'C0SECURITY', name: 'security' },
      message: { ts: '1503435956.000247', text: 'Is this you?' },
      actions: [{ action_id: 'that_was_me', type: 'button', value: 'alert-2041' }],
      trigger_id: '13345224609.738474920.8088930838d88f008e0',
    },
  }),
};

const triggerOfEvent: Record<string, string> = {
  app_mention: 'appMention',
  member_joined_channel: 'memberJoinedChannel',
  team_join: 'memberJoinedWorkspace',
  reaction_added: 'reactionAdded',
};

/** Subtypes of a message that somebody wrote; the others tell of changes, joins and the like. */
const writtenSubtypes = new Set(['file_share', 'thread_broadcast', 'me_message', 'bot_message']);

/** The trigger of a delivery, or null where there is none for it. */
export function triggerOf({ kind, payload }: SlackDelivery): string | null {
  if (kind === 'command') return 'slashCommand';
  if (kind === 'interaction') return 'interaction';
  if (payload.type === 'message') return isWritten(payload) && !isOwn(payload) ? 'message' : null;
  return triggerOfEvent[String(payload.type)] ?? null;
}

const isWritten = ({ subtype }: SlackDelivery['payload']): boolean =>
  subtype === undefined || writtenSubtypes.has(String(subtype));

/** Posted by the app itself: a flow that answers in its channel must not start itself. */
function isOwn({ user, app_id, bot_profile, api_app_id, app_user_id }: SlackDelivery['payload']): boolean {
  if (typeof app_user_id === 'string' && user === app_user_id) return true;
  const app = isObject(bot_profile) ? (bot_profile.app_id ?? app_id) : app_id;
  return typeof api_app_id === 'string' && app === api_app_id;
}
