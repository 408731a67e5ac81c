import { type Evaluation, failed, ofValue } from './conclusion.js';

/** What an approval asks of whom, resolved when it is opened. */
export interface ApprovalRequest {
  /** E-mail addresses in lower case, or `role:<role>` for all who have that role in the workspace. */
  approvers: string[];
  needed: number;
  show: unknown;
  /** E-mail or name of whom it is about: that person never decides. */
  subject: string | null;
}

const approver = /^(role:(operator|builder|approver|admin)|[^\s@]+@[^\s@]+)$/;

/** Resolves the fields of an approval; the conclusion's output is an ApprovalRequest. */
export function approvalRequest(step: {
  approvers: unknown;
  needed?: unknown;
  show?: unknown;
  subject?: unknown;
}): Evaluation {
  const { approvers, needed = 1, show = null, subject = null } = step;
  return ofValue({ approvers, needed, show, subject }, '', (value) => {
    const resolved = value as { approvers: unknown; needed: unknown; show: unknown; subject: unknown };
    const named = Array.isArray(resolved.approvers) ? resolved.approvers : [resolved.approvers];
    const list = named.filter((who): who is string => typeof who === 'string').map((who) => who.trim().toLowerCase());
    if (list.length !== named.length || list.length === 0 || !list.every((who) => approver.test(who))) {
      return failed('E_PARAM_TYPE', 'Approvers are e-mail addresses, or role:approver and the like (/approvers)');
    }
    const wanted = resolved.needed;
    if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 1) {
      return failed('E_PARAM_TYPE', 'An approval needs a whole number of people, at least 1 (/needed)');
    }
    const request: ApprovalRequest = {
      approvers: [...new Set(list)],
      needed: wanted,
      show: resolved.show,
      subject: typeof resolved.subject === 'string' ? resolved.subject.trim().toLowerCase() : null,
    };
    return { status: 'succeeded', port: null, output: request };
  });
}
