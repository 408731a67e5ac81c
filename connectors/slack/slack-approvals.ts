import {
  type ApprovalAnswer,
  type ApprovalChat,
  type ApprovalRecipient,
  type Host,
  isObject,
  type JsonObject,
  type JsonValue,
  parseAnswer,
  path,
} from '@castellan/sdk';
import { z } from 'zod';
import { accepted } from './slack-answer.js';
import { readDelivery } from './slack-deliveries.js';
import { jsonInUtf8, methods } from './slack-fields.js';
import { infoRequest, openDirectMessage } from './slack-members.js';
import { findPosted, postedMessage, postMessage } from './slack-messages.js';
import {
  actionIds,
  questionMessage,
  reasonDialog,
  reasonField,
  reasonView,
  reminderMessage,
} from './slack-question.js';

const aboutWhat = z.object({
  id: z.string(),
  hash: z.string(),
  channel: z.string().optional(),
  /** Of a button: the decision has to say why. Of a dialog: what is decided. */
  why: z.boolean().optional(),
  decision: z.enum(['approve', 'reject']).optional(),
});

/** Approvals asked for in direct messages or channels, and answered by buttons. */
export const slackApprovals: ApprovalChat = {
  channels: 'listChannels',

  async post(question, to, host) {
    const { text, blocks } = questionMessage(question);
    const posted = await postMessage(host, { channel: await placeOf(to, host), text, blocks: blocks as never });
    return parseAnswer(postedMessage, posted, `${methods}/chat.postMessage`);
  },

  async find(to, host) {
    const found = await findPosted(host, { channel: await placeOf(to, host) });
    return found && { ...found };
  },

  async update(question, place, { http }) {
    const { channel, ts } = parseAnswer(postedMessage, place, `${methods}/chat.postMessage`);
    const { text, blocks } = questionMessage(question);
    const body = { channel, ts, text, blocks: blocks as JsonValue[] };
    const sent = { method: 'POST', path: path`/chat.update`, headers: jsonInUtf8, body, safe: true } as const;
    accepted(await http.send(sent));
  },

  async remind(question, to, host) {
    const { text } = reminderMessage(question);
    const channel = await placeOf(to, host);
    if ((await findPosted(host, { channel })) === null) await postMessage(host, { channel, text });
  },

  answers: {
    read(delivery) {
      const read = readDelivery(delivery);
      if (read?.kind !== 'interaction') return null;
      return read.payload.type === 'view_submission' ? reasonGiven(read.payload) : pressed(read.payload);
    },

    /** Somebody from another organisation in a shared channel may call themselves by any address. */
    async identify({ reply }, { http }) {
      const { user } = accepted(await http.send(infoRequest(String(reply.user))));
      if (!isObject(user) || user.deleted === true || user.is_bot === true || user.is_stranger === true) return null;
      if (user.team_id !== reply.team || user.is_email_confirmed !== true) return null;
      const { email } = isObject(user.profile) ? user.profile : {};
      return typeof email === 'string' ? email : null;
    },

    async askReason(answer, question, { http }) {
      const body = { trigger_id: answer.reply.triggerId ?? null, view: reasonView(answer, question) };
      const sent = { method: 'POST', path: path`/views.open`, headers: jsonInUtf8, body, safe: true } as const;
      accepted(await http.send(sent));
    },

    async tell({ reply }, words, { http }) {
      const body = { channel: reply.channel ?? null, user: reply.user ?? null, text: words };
      const sent = { method: 'POST', path: path`/chat.postEphemeral`, headers: jsonInUtf8, body, safe: true } as const;
      accepted(await http.send(sent));
    },
  },
};

async function placeOf(to: ApprovalRecipient, host: Host): Promise<string> {
  return 'channel' in to ? to.channel : (await openDirectMessage(host.http, to.email)).channel;
}

/** A button below one of our questions. */
function pressed(payload: JsonObject): ApprovalAnswer | null {
  const [action] = Array.isArray(payload.actions) ? payload.actions : [];
  if (!isObject(action ?? null)) return null;
  const { action_id: name, value } = action as JsonObject;
  const decision = name === actionIds.approve ? 'approve' : name === actionIds.reject ? 'reject' : null;
  const about = readAbout(value);
  if (decision === null || !about) return null;
  const { channel, trigger_id: triggerId = null } = payload;
  return {
    approvalId: about.id,
    hash: about.hash,
    decision,
    comment: null,
    wantsReason: decision === 'reject' || about.why === true,
    reply: { ...senderOf(payload), channel: isObject(channel) ? (channel.id ?? null) : null, triggerId },
  };
}

/** The dialog that a button opened, filled in. */
function reasonGiven(payload: JsonObject): ApprovalAnswer | null {
  const view = isObject(payload.view) ? payload.view : {};
  const about = readAbout(view.private_metadata);
  if (view.callback_id !== reasonDialog || !about) return null;
  const reason = inside(view, ['state', 'values', reasonField, reasonField, 'value']);
  return {
    approvalId: about.id,
    hash: about.hash,
    decision: about.decision ?? 'reject',
    comment: typeof reason === 'string' && reason.trim() !== '' ? reason.trim() : null,
    wantsReason: false,
    reply: { ...senderOf(payload), channel: about.channel ?? null },
  };
}

/** Who it was, and the workspace in which the app is installed. */
function senderOf({ user, team }: JsonObject): JsonObject {
  return {
    user: isObject(user) ? (user.id ?? null) : null,
    team: isObject(team) ? (team.id ?? null) : null,
  };
}

function readAbout(text: JsonValue | undefined): z.output<typeof aboutWhat> | null {
  try {
    return aboutWhat.safeParse(JSON.parse(String(text))).data ?? null;
  } catch {
    return null;
  }
}

function inside(value: JsonValue, place: string[]): JsonValue | undefined {
  return place.reduce<JsonValue | undefined>(
    (at, name) => (at !== undefined && isObject(at) ? at[name] : undefined),
    value,
  );
}
