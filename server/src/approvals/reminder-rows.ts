import { prepared, type Sql } from '../platform/database/index.js';
import { type DueApproval, dueColumns, isSeen } from './approval-messages.js';

/** An approval of which people are to be reminded. */
export interface DueReminder extends DueApproval {
  /** How many reminders there have been. */
  reminded: number;
  remind: { everySeconds: number; times: number };
}

/** For so long nobody else takes it. */
const leaseSeconds = 60;

/** Takes approvals of which people are to be reminded, the longest due first. */
export function claimReminders(sql: Sql, most: number): Promise<DueReminder[]> {
  return sql.query<DueReminder>(
    prepared(`update approvals a set remind_at = now() + interval '${leaseSeconds} seconds'
       from flows f
      where f.id = a.flow_id and a.id in (
        select a.id from approvals a where a.status = 'open' and a.remind_at <= now() and a.ask is not null and ${isSeen}
         order by a.remind_at limit $1 for update skip locked)
     returning ${dueColumns}, a.reminded, a.remind`),
    [most],
  );
}

/** One reminder of one person. */
interface ReminderPlace {
  /** Of the approval. */
  id: string;
  recipient: string;
  /** From 1. */
  number: number;
}

/** Notes that it is about to be sent. @returns false where it was sent already */
export async function beginReminder(sql: Sql, { id, recipient, number }: ReminderPlace): Promise<boolean> {
  const [row] = await sql.query<{ isSent: boolean }>(
    `with added as (
       insert into approval_reminders (approval_id, recipient, number) values ($1, $2, $3) on conflict do nothing
     ) select exists (select from approval_reminders where approval_id = $1 and recipient = $2 and number = $3
                         and sent_at is not null) as "isSent"`,
    [id, recipient, number],
  );
  return !row?.isSent;
}

/** How it went: with a problem it has not arrived. */
export async function noteReminder(sql: Sql, place: ReminderPlace, problem: string | null): Promise<void> {
  await sql.query(
    `update approval_reminders set problem = $4, sent_at = case when $4::text is null then now() end
      where approval_id = $1 and recipient = $2 and number = $3`,
    [place.id, place.recipient, place.number, problem],
  );
}

/** All have been reminded this time; the next time is after a whole interval, however late this one was. */
export async function endReminder(sql: Sql, { id, reminded, remind }: DueReminder): Promise<void> {
  const isLast = reminded + 1 >= remind.times;
  await sql.query(
    `update approvals set reminded = $2, remind_at = case when $3 then null else now() + $4 * interval '1 second' end
      where id = $1`,
    [id, reminded + 1, isLast, remind.everySeconds],
  );
}

export async function remindLater(sql: Sql, { id }: DueReminder, seconds: number): Promise<void> {
  await sql.query(`update approvals set remind_at = now() + $2 * interval '1 second' where id = $1`, [id, seconds]);
}

/** How an approval stands now: it may have been decided since it was claimed. */
export async function readStanding(
  sql: Sql,
  id: string,
): Promise<{ isOpen: boolean; decisions: DueApproval['decisions'] }> {
  const [row] = await sql.query<{ isOpen: boolean; decisions: DueApproval['decisions'] }>(
    `select status = 'open' as "isOpen", decisions from approvals where id = $1`,
    [id],
  );
  return row ?? { isOpen: false, decisions: [] };
}
