import type { ApprovalAnswer, ApprovalQuestion, JsonObject, ReasonQuestion } from '@castellan/sdk';
import { escaped, shortened, valueLines } from './slack-text.js';

/** The buttons of a question and the dialog of its reason, by which Slack's deliveries are known as answers. */
export const actionIds = { approve: 'castellan_approve', reject: 'castellan_reject' } as const;
export const reasonDialog = 'castellan_reason';
export const reasonField = 'reason';

/** Slack shows 3,000 characters of a section. */
const mostShown = 2_900;

/** A question as a message: what is to be judged, and buttons while it is open. */
export function questionMessage(question: ApprovalQuestion): { text: string; blocks: JsonObject[] } {
  const { title, subject, url, status } = question;
  const shown = shownText(question);
  const head = [`*${escaped(title)}*`, `Asked by ${escaped(question.flow)}.`];
  if (question.for !== null) head.push(`You are asked for *${escaped(question.for)}*, as their deputy.`);
  if (subject !== null) head.push(`About *${escaped(subject)}*.`);
  const blocks = [
    section(head.join('\n')),
    ...(shown === '' ? [] : [section(shown)]),
    ...(status === 'open' ? [buttons(question)] : []),
    { type: 'context', elements: [{ type: 'mrkdwn', text: `${standing(question)} <${url}|Open in Castellan>` }] },
  ];
  return { text: `${status === 'open' ? 'To decide' : outcome(question)}: ${escaped(title)}`, blocks };
}

/** What is said to those who have not decided. The buttons stay where the question is. */
export function reminderMessage({ title, flow, url, expiresAt }: ApprovalQuestion): { text: string } {
  const until = expiresAt === null ? '' : ` until ${slackDate(expiresAt)}`;
  return {
    text: `Reminder: *${escaped(title)}*, asked by ${escaped(flow)}, still waits for a decision${until}. Decide above, or <${url}|in Castellan>.`,
  };
}

/** The dialog that asks for the reason of a decision. It carries what the answer is about. */
export function reasonView(
  { approvalId, hash, decision, reply }: ApprovalAnswer,
  { title, commentOn }: ReasonQuestion,
): JsonObject {
  const verb = decision === 'approve' ? 'Approve' : 'Reject';
  return {
    type: 'modal',
    callback_id: reasonDialog,
    private_metadata: JSON.stringify({ id: approvalId, hash, decision, channel: reply.channel }),
    title: { type: 'plain_text', text: verb },
    submit: { type: 'plain_text', text: verb },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(`*${escaped(shortened(title, 200))}*`),
      {
        type: 'input',
        block_id: reasonField,
        optional: commentOn === 'none',
        label: { type: 'plain_text', text: 'Reason' },
        hint: { type: 'plain_text', text: 'The requester and the history see it.' },
        element: { type: 'plain_text_input', action_id: reasonField, multiline: true, max_length: 2_000 },
      },
    ],
  };
}

function shownText({ show, url }: ApprovalQuestion): string {
  const lines = valueLines(show);
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > mostShown - 200) break;
    kept.push(line);
  }
  if (kept.length === lines.length) return kept.join('\n');
  return [...kept, `_There is more than fits here: <${url}|see all of it> before you decide._`].join('\n');
}

function buttons({ id, hash, title, commentOn }: ApprovalQuestion): JsonObject {
  const why = commentOn === 'both';
  const value = JSON.stringify({ id, hash, ...(why ? { why } : {}) });
  const confirm = {
    title: { type: 'plain_text', text: 'Approve?' },
    text: { type: 'plain_text', text: shortened(title, 300) },
    confirm: { type: 'plain_text', text: 'Approve' },
    deny: { type: 'plain_text', text: 'Back' },
  };
  const button = (action: keyof typeof actionIds, text: string, style: string, more: JsonObject = {}) => ({
    ...{ type: 'button', action_id: actionIds[action], text: { type: 'plain_text', text }, style, value },
    ...more,
  });
  return {
    type: 'actions',
    // The dialog for the reason is a second look already.
    elements: [button('approve', 'Approve', 'primary', why ? {} : { confirm }), button('reject', 'Reject', 'danger')],
  };
}

/** How it stands, by whose decisions. */
function standing(question: ApprovalQuestion): string {
  const { decisions, needed, expiresAt, status } = question;
  const said = decisions.map(({ by, for: whom, decision, comment }) => {
    const words = `${escaped(by)} ${decision === 'approve' ? 'approved' : 'rejected'}${whom ? ` for ${escaped(whom)}` : ''}`;
    return comment ? `${words}: ${escaped(shortened(comment, 300))}` : words;
  });
  const parts = said.length > 0 ? [`${said.join('; ')}.`] : [];
  if (status !== 'open') return [`*${outcome(question)}.*`, ...parts].join(' ');
  if (needed > 1) parts.push(`${decisions.length} of ${needed} have approved.`);
  if (expiresAt) parts.push(`Until ${slackDate(expiresAt)}.`);
  return parts.join(' ');
}

function outcome({ status }: ApprovalQuestion): string {
  const words = {
    open: 'Open',
    approved: 'Approved',
    rejected: 'Rejected',
    timeout: 'Nobody decided in time',
    closed: 'No decision is needed any more',
  };
  return words[status];
}

/** In the reader's own time zone: https://docs.slack.dev/messaging/formatting-message-text */
function slackDate(instant: string): string {
  return `<!date^${Math.floor(Date.parse(instant) / 1000)}^{date_short_pretty} {time}|${instant}>`;
}

function section(text: string): JsonObject {
  return { type: 'section', text: { type: 'mrkdwn', text: shortened(text, 3_000) } };
}
