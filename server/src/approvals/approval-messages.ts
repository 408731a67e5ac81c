import type { ApprovalQuestion, JsonObject } from '@castellan/sdk';
import { prepared, type Sql } from '../platform/database/index.js';

/** An approval whose messages may show something older than how it stands. */
export interface DueApproval extends Omit<ApprovalQuestion, 'url' | 'flow' | 'for'> {
  workspaceId: string;
  flowName: string;
  approvers: string[];
  startedBy: string[];
  ask: { connectionId: string; channel: string | null };
  /** How it stands, in a word that changes with it. */
  standing: string;
  attempts: number;
}

/** A message in which one recipient is asked. */
export interface ApprovalMessage {
  recipient: string;
  /** `sending`: it may have been sent, and is looked for first. */
  state: 'waiting' | 'sending' | 'sent' | 'failed';
  place: JsonObject | null;
  told: string | null;
  problem: string | null;
}

/** As the index of migration 0027 has it. */
const standing = `(a.status || ' ' || jsonb_array_length(a.decisions)::text || ' ' || cardinality(a.approvers)::text)`;
/** What is still being worked out is asked of nobody. */
export const isSeen = '(not a.binds or a.plan_hash is not null or a.plan_problem is not null)';
const isDue = `a.ask is not null and ${isSeen} and a.told is distinct from ${standing}`;

/** For so long nobody else takes it; renewed with each message. */
const leaseSeconds = 30;

/** Of `approvals a` and `flows f`. */
export const dueColumns = `a.id, a.workspace_id as "workspaceId", f.name as "flowName", a.title, a.status, a.subject, a.show, a.hash,
               a.approvers, a.started_by as "startedBy", a.needed, a.comment_on as "commentOn", a.decisions, a.ask, ${standing} as standing, a.tell_attempts as attempts,
               to_char(a.expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "expiresAt"`;

/** Takes approvals that are to be told of, the longest due first. */
export function claimDue(sql: Sql, most: number): Promise<DueApproval[]> {
  return sql.query<DueApproval>(
    prepared(`update approvals a set tell_at = now() + interval '${leaseSeconds} seconds'
       from flows f
      where f.id = a.flow_id and a.id in (
        select a.id from approvals a where ${isDue} and a.tell_at <= now() order by a.tell_at limit $1 for update skip locked)
     returning ${dueColumns}`),
    [most],
  );
}

export async function renewClaim(sql: Sql, id: string): Promise<void> {
  await sql.query(`update approvals set tell_at = now() + interval '${leaseSeconds} seconds' where id = $1`, [id]);
}

/** All messages show this standing. If it has changed in the meantime it is due again at once. */
export async function noteTold(sql: Sql, { id, standing: told }: DueApproval): Promise<void> {
  await sql.query('update approvals set told = $2, tell_at = now(), tell_attempts = 0 where id = $1', [id, told]);
}

export async function tryLater(sql: Sql, { id }: DueApproval, seconds: number): Promise<void> {
  await sql.query(
    `update approvals set tell_at = now() + $2 * interval '1 second', tell_attempts = tell_attempts + 1 where id = $1`,
    [id, seconds],
  );
}

export function messagesOf(sql: Sql, approvalId: string): Promise<ApprovalMessage[]> {
  return sql.query<ApprovalMessage>(
    'select recipient, state, place, told, problem from approval_messages where approval_id = $1 order by recipient',
    [approvalId],
  );
}

export async function writeMessage(sql: Sql, approvalId: string, message: ApprovalMessage): Promise<void> {
  await sql.query(
    `insert into approval_messages (approval_id, recipient, state, place, told, problem) values ($1, $2, $3, $4, $5, $6)
     on conflict (approval_id, recipient) do update
        set state = excluded.state, place = excluded.place, told = excluded.told, problem = excluded.problem`,
    [
      approvalId,
      message.recipient,
      message.state,
      message.place && JSON.stringify(message.place),
      message.told,
      message.problem,
    ],
  );
}
