import { type Conclusion, type Evaluation, failed, ofValue } from './conclusion.js';

/** What an approval asks of whom, resolved when it is opened. */
export interface ApprovalRequest {
  /** E-mail addresses in lower case, or `role:<role>` for all who have that role in the workspace. */
  approvers: string[];
  needed: number;
  show: unknown;
  /** E-mail or name of whom it is about: that person never decides. */
  subject: string | null;
  /** Who is asked as well when so many seconds have gone by without a decision, the soonest first. */
  escalate: { afterSeconds: number; approvers: string[] }[];
  /** Where they are asked beside the page; without a channel each of them directly. */
  ask: { connection: string; channel: string | null } | null;
}

const approver = /^(role:(operator|builder|approver|admin)|[^\s@]+@[^\s@]+)$/;

interface ApprovalFields {
  approvers: unknown;
  needed?: unknown;
  show?: unknown;
  subject?: unknown;
  escalate?: { afterSeconds: number; approvers: unknown }[];
  ask?: { connection: string; channel?: unknown } | null;
}

/** Resolves the fields of an approval; the conclusion's output is an ApprovalRequest. */
export function approvalRequest(step: ApprovalFields): Evaluation {
  const { approvers, needed = 1, show = null, subject = null, escalate = [], ask = null } = step;
  return ofValue({ approvers, needed, show, subject, escalate, ask }, '', (value) =>
    requestOf(value as Required<ApprovalFields>),
  );
}

function requestOf({ approvers, needed, show, subject, escalate, ask }: Required<ApprovalFields>): Conclusion {
  const asked = approversIn(approvers);
  if (!asked) return notApprovers('/approvers');
  const stages: ApprovalRequest['escalate'] = [];
  for (const [index, stage] of escalate.entries()) {
    const more = approversIn(stage.approvers);
    if (!more) return notApprovers(`/escalate/${index}/approvers`);
    stages.push({ afterSeconds: stage.afterSeconds, approvers: more });
  }
  if (typeof needed !== 'number' || !Number.isInteger(needed) || needed < 1) {
    return failed('E_PARAM_TYPE', 'An approval needs a whole number of people, at least 1 (/needed)');
  }
  const most = mostDecisions([...asked, ...stages.flatMap((stage) => stage.approvers)]);
  if (needed > most) {
    return failed('E_PARAM_TYPE', `The approval needs ${needed} people, but ${most} in all are asked (/needed)`);
  }
  if (subject !== null && typeof subject !== 'string') {
    return failed('E_PARAM_TYPE', 'Whom an approval is about is a text, such as an e-mail address (/subject)');
  }
  const about = subject?.trim().toLowerCase() || null;
  const channel = ask?.channel ?? null;
  if (channel !== null && (typeof channel !== 'string' || channel.trim() === '')) {
    return failed('E_PARAM_TYPE', 'The channel in which approvers are asked is a text (/ask/channel)');
  }
  stages.sort((a, b) => a.afterSeconds - b.afterSeconds);
  const place = ask && { connection: ask.connection, channel: channel === null ? null : channel.trim() };
  const request: ApprovalRequest = { approvers: asked, needed, show, subject: about, escalate: stages, ask: place };
  return { status: 'succeeded', port: null, output: request };
}

/** A text, or a list of texts; null where one of them names nobody. */
function approversIn(value: unknown): string[] | null {
  const named = Array.isArray(value) ? value : [value];
  const list = named.filter((who): who is string => typeof who === 'string').map((who) => who.trim().toLowerCase());
  const isWhole = list.length === named.length && list.length > 0 && list.every((who) => approver.test(who));
  return isWhole ? [...new Set(list)] : null;
}

function notApprovers(place: string): Conclusion {
  return failed('E_PARAM_TYPE', `Approvers are e-mail addresses, or role:approver and the like (${place})`);
}

/** How many decisions there can be: a role may stand for any number. */
const mostDecisions = (approvers: string[]): number =>
  approvers.some((who) => who.startsWith('role:')) ? Number.POSITIVE_INFINITY : new Set(approvers).size;
