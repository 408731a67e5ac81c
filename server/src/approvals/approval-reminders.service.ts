import { ConnectorError, RetryableError } from '@castellan/sdk';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { announce } from '../events/changes.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { ApprovalChats, recipientOf } from './approval-chats.service.js';
import type { AskedPerson } from './asked-people.js';
import {
  beginReminder,
  claimReminders,
  type DueReminder,
  endReminder,
  noteReminder,
  readStanding,
  remindLater,
} from './reminder-rows.js';
import { hasDecided } from './who-decides.js';

const lookEachMs = 1_000;
const atOnce = 4;
/** After a failure that may pass. */
const laterSeconds = 60;

/**
 * Reminds those who were asked and have not decided, where they were asked. When is a row in Postgres, so that it outlives
 * any process; who is asked and whether it is still open is looked at when it is due.
 */
@Injectable()
export class ApprovalReminders implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ApprovalReminders.name);
  private readonly round = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.remindDue(),
    logger: this.logger,
    failure: 'Nobody could be reminded of approvals',
  });

  constructor(
    private readonly database: Database,
    private readonly chats: ApprovalChats,
  ) {}

  onApplicationBootstrap(): void {
    this.round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.round.stop();
  }

  private async remindDue(): Promise<boolean> {
    const due = await claimReminders(this.database, atOnce);
    await Promise.all(due.map((approval) => this.remindAll(approval)));
    return due.length === atOnce;
  }

  private async remindAll(approval: DueReminder): Promise<void> {
    const later: number[] = [];
    for (const person of await this.chats.recipientsOf(approval)) {
      const { isOpen, decisions } = await readStanding(this.database, approval.id);
      if (!isOpen) return;
      if (hasDecided(person.email, decisions)) continue;
      const pause = await this.remindOne(approval, person);
      if (pause !== null) later.push(pause);
    }
    if (later.length === 0) await endReminder(this.database, approval);
    else await remindLater(this.database, approval, Math.max(...later));
    await announce(this.database, approval.workspaceId, 'approvals', [approval.id]);
  }

  /** Answers in how many seconds it is to be tried again, or null. */
  private async remindOne(approval: DueReminder, { email: recipient, for: whom }: AskedPerson): Promise<number | null> {
    const { reminded, remind: _, ...asked } = approval;
    const place = { id: approval.id, recipient, number: reminded + 1 };
    if (!(await beginReminder(this.database, place))) return null;
    try {
      const chat = await this.chats.open(asked, recipient, place.number);
      const question = this.chats.questionOf({ ...asked, for: whom }, recipient, chat);
      await chat.remind(question, recipientOf(asked, recipient));
      await noteReminder(this.database, place, null);
      return null;
    } catch (error) {
      if (!(error instanceof ConnectorError || error instanceof ApiError)) throw error;
      await noteReminder(this.database, place, error.message);
      this.logger.warn(`Reminder of approval ${approval.id}, ${recipient}: ${error.message}`);
      if (error instanceof ConnectorError && !error.retryable) return null;
      return Math.max(laterSeconds, error instanceof RetryableError ? (error.retryAfter ?? 0) : 0);
    }
  }
}
