import type { AnswerMode, JsonValue } from '@castellan/sdk';
import { prepared, type Sql } from '../../platform/database/index.js';
import { wholeValue } from '../../platform/large-values/index.js';

/** A question of a vendor as it is stored when its delivery is. */
export interface NewQuestion {
  id: string;
  workspaceId: string;
  connectionId: string;
  event: string;
  question: string;
  deliveryId: string;
  /** The trigger that answers. */
  answering: { flowId: string; triggerId: string } | null;
  mode: AnswerMode;
  callback: string | null;
  sealed: string | null;
  fallback: JsonValue;
  dueAt: Date;
  until: Date;
  /** Until then the process that took it in is at it. */
  heldUntil: Date;
}

/** A question with what the flow that answers it has come to. */
export interface OpenQuestion {
  id: string;
  workspaceId: string;
  connectionId: string;
  event: string;
  question: string;
  mode: AnswerMode;
  callback: string | null;
  sealed: string | null;
  fallback: JsonValue;
  state: 'waiting' | 'decided' | 'answered' | 'failed';
  output: JsonValue;
  attempts: number;
  /** A flow is to answer it. */
  isForFlow: boolean;
  isDue: boolean;
  isOver: boolean;
  /** The trigger's filter kept it out. */
  isFiltered: boolean;
  run: {
    id: string;
    status: string;
    ended: boolean;
    error: string | null;
    response: { body: JsonValue } | null;
  } | null;
}

export type Decision = { output: JsonValue; by: 'flow' | 'fallback'; reason: string | null };

/** What a question's secret is bound to. */
export const sealedFor = (id: string): string => `awaited-answer:${id}`;

/** Stores a question; one that was asked before stays as it is. In the transaction that stores its delivery. */
export async function storeQuestion(tx: Sql, question: NewQuestion): Promise<void> {
  const { answering } = question;
  await tx.query(
    prepared(`insert into awaited_answers (id, workspace_id, connection_id, event, question, delivery_id, flow_id, trigger_id,
                                  mode, callback, sealed, fallback, due_at, until, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (connection_id, question) do nothing`),
    [
      ...[question.id, question.workspaceId, question.connectionId, question.event, question.question],
      ...[question.deliveryId, answering?.flowId ?? null, answering?.triggerId ?? null, question.mode],
      ...[question.callback, question.sealed, JSON.stringify(question.fallback)],
      ...[question.dueAt, question.until, question.heldUntil],
    ],
  );
}

const columns = `a.id, a.workspace_id as "workspaceId", a.connection_id as "connectionId", a.event, a.question, a.mode,
  a.callback, a.sealed, a.fallback, a.state, a.output, a.attempts, a.flow_id is not null as "isForFlow",
  a.due_at <= now() as "isDue", a.until <= now() as "isOver", coalesce(i.status = 'filtered', false) as "isFiltered",
  case when r.id is not null then json_build_object('id', r.id, 'status', r.status, 'ended', r.ended_at is not null,
    'error', r.error ->> 'message', 'response', ${wholeValue('r', 'response')}) end as run`;
/** The run that its own delivery has made, or that an earlier delivery with the same key has. */
const withRun = `awaited_answers a
  left join intake i on i.delivery_id = a.delivery_id and i.flow_id = a.flow_id and i.trigger_id = a.trigger_id
  left join runs r on r.id = i.run_id`;

/** The question that a vendor asked by this id, or null. */
export async function questionOf(sql: Sql, connectionId: string, question: string): Promise<OpenQuestion | null> {
  const [row] = await sql.query<OpenQuestion>(
    prepared(`select ${columns} from ${withRun} where a.connection_id = $1 and a.question = $2`),
    [connectionId, question],
  );
  return row ?? null;
}

/** Fixes the answer, unless it is fixed already. @returns what is fixed */
export async function fixAnswer(
  sql: Sql,
  id: string,
  { output, by, reason }: Decision,
  state: 'decided' | 'answered',
): Promise<JsonValue> {
  const [fixed] = await sql.query<{ output: JsonValue }>(
    `update awaited_answers set state = $2, output = $3, answered_by = $4, reason = $5,
            answered_at = case when $2 = 'answered' then now() end, sealed = case when $2 = 'decided' then sealed end
      where id = $1 and state = 'waiting' returning output`,
    [id, state, JSON.stringify(output), by, reason],
  );
  if (fixed) return fixed.output;
  const [row] = await sql.query<{ output: JsonValue }>('select output from awaited_answers where id = $1', [id]);
  return row?.output ?? output;
}

/** The process that took a question in no longer waits: it is answered later. */
export async function answerLater(sql: Sql, id: string): Promise<void> {
  await sql.query(`update awaited_answers set next_at = now() where id = $1 and state = 'waiting'`, [id]);
}

/** For so long nobody else takes what is being brought. */
const leaseSeconds = 20;

/** Takes questions whose answer can be decided or is to be brought, the longest due first. */
export async function claimDue(sql: Sql, most: number): Promise<OpenQuestion[]> {
  const claimed = await sql.query<{ id: string }>(
    prepared(`update awaited_answers set next_at = now() + interval '${leaseSeconds} seconds' where id in (
       select a.id from ${withRun}
        where a.state in ('waiting', 'decided') and a.next_at <= now()
          and (a.state = 'decided' or a.flow_id is null or a.due_at <= now() or a.mode = 'sync'
               or i.status = 'filtered' or r.response is not null or r.ended_at is not null)
        order by a.next_at limit $1 for update of a skip locked)
     returning id`),
    [most],
  );
  if (claimed.length === 0) return [];
  return sql.query<OpenQuestion>(
    prepared(`select ${columns} from ${withRun} where a.id = any($1) order by a.asked_at`),
    [claimed.map(({ id }) => id)],
  );
}

/** Before the first byte leaves: a later attempt then asks first whether this one arrived. */
export async function beginAttempt(sql: Sql, id: string): Promise<void> {
  await sql.query(`update awaited_answers set attempts = attempts + 1 where id = $1`, [id]);
}

/** The vendor has the answer; its secret is needed no more. */
export async function noteTaken(sql: Sql, id: string): Promise<void> {
  await sql.query(
    `update awaited_answers set state = 'answered', answered_at = now(), sealed = null, problem = null
      where id = $1 and state = 'decided'`,
    [id],
  );
}

export async function tryLater(sql: Sql, id: string, problem: string, seconds: number): Promise<void> {
  await sql.query(
    `update awaited_answers set next_at = now() + $3 * interval '1 second', problem = $2
      where id = $1 and state in ('waiting', 'decided')`,
    [id, problem, seconds],
  );
}

/** Nobody waits for the answer any more, or the vendor refuses it. */
export async function giveUp(sql: Sql, id: string, problem: string): Promise<void> {
  await sql.query(
    `update awaited_answers set state = 'failed', problem = $2, sealed = null
      where id = $1 and state in ('waiting', 'decided')`,
    [id, problem],
  );
}

/** Answers are shown, and their questions known again, for so long. */
export function forgetAnswers(sql: Sql): Promise<unknown> {
  return sql.query(
    `delete from awaited_answers where asked_at < now() - interval '90 days' and state in ('answered', 'failed')`,
  );
}
