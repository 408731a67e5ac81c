import { ConnectorError, RetryableError, UnknownOutcomeError } from '@castellan/sdk';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { announce } from '../events/changes.js';
import type { Chat } from '../operations/approval-chat.js';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { ApprovalChats, type AskedApproval, recipientOf } from './approval-chats.service.js';
import {
  type ApprovalMessage,
  claimDue,
  type DueApproval,
  messagesOf,
  noteTold,
  renewClaim,
  tryLater,
  writeMessage,
} from './approval-messages.js';
import { tellNewDeputies } from './deputy-rows.js';

const lookEachMs = 1_000;
const atOnce = 4;
const longestPauseSeconds = 600;

/** Puts approvals into chats and keeps what stands there true, whoever decides them and wherever. */
@Injectable()
export class ApprovalCourier implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ApprovalCourier.name);
  private readonly round = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.tellDue(),
    logger: this.logger,
    failure: 'Approvals could not be told',
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

  /** Something was decided here: whoever was asked sees it at once. */
  wake(): void {
    this.round.wake();
  }

  private async tellDue(): Promise<boolean> {
    await tellNewDeputies(this.database);
    const due = await claimDue(this.database, atOnce);
    await Promise.all(due.map((approval) => this.tell(approval)));
    return due.length === atOnce;
  }

  private async tell(approval: DueApproval): Promise<void> {
    const known = new Map(
      (await messagesOf(this.database, approval.id)).map((message) => [message.recipient, message]),
    );
    const asked = await this.chats.recipientsOf(approval);
    const standsInFor = new Map(asked.map((one) => [one.email, one.for]));
    const again: number[] = [];
    for (const recipient of new Set([...standsInFor.keys(), ...known.keys()])) {
      await renewClaim(this.database, approval.id);
      const message = known.get(recipient) ?? newMessage(recipient);
      const pause = await this.tellOne({ ...approval, for: standsInFor.get(recipient) ?? null }, message);
      if (pause !== null) again.push(pause);
    }
    if (again.length === 0) await noteTold(this.database, approval);
    else await tryLater(this.database, approval, Math.max(...again));
    await announce(this.database, approval.workspaceId, 'approvals', [approval.id]);
  }

  /** Answers in how many seconds it is to be tried again, or null. */
  private async tellOne(approval: AskedApproval, message: ApprovalMessage): Promise<number | null> {
    if (message.state === 'failed' || message.told === approval.standing) return null;
    // A question that is settled before anybody was asked is not asked any more.
    if (message.state === 'waiting' && approval.status !== 'open') return null;
    try {
      const chat = await this.chats.open(approval, message.recipient);
      await this.bring(approval, message, chat);
      return null;
    } catch (error) {
      if (!(error instanceof ConnectorError || error instanceof ApiError)) throw error;
      return this.noteFailure(approval, message, error);
    }
  }

  /** Says before the first byte leaves that it is being sent; what may have been sent is looked for first. */
  private async bring(approval: AskedApproval, message: ApprovalMessage, chat: Chat): Promise<void> {
    const question = this.chats.questionOf(approval, message.recipient, chat);
    const to = recipientOf(approval, message.recipient);
    let place = message.place ?? (message.state === 'sending' ? await chat.find(to) : null);
    if (place) await chat.update(question, place);
    else if (approval.status === 'open') {
      await writeMessage(this.database, approval.id, { ...message, state: 'sending' });
      message.state = 'sending';
      place = await chat.post(question, to);
    }
    const state = place ? 'sent' : 'waiting';
    await writeMessage(this.database, approval.id, {
      ...message,
      state,
      place,
      told: approval.standing,
      problem: null,
    });
  }

  private async noteFailure(
    approval: DueApproval,
    message: ApprovalMessage,
    error: ConnectorError | ApiError,
  ): Promise<number | null> {
    const mayRepeat =
      !(error instanceof ConnectorError) || error.retryable || mayHaveHappened(error) || error.code === 'E_AUTH';
    // Once it is there, the worst is that it shows what was.
    const state = message.place ? 'sent' : !mayRepeat ? 'failed' : mayHaveHappened(error) ? 'sending' : 'waiting';
    const told = mayRepeat ? message.told : approval.standing;
    await writeMessage(this.database, approval.id, { ...message, state, told, problem: error.message });
    this.logger.warn(`Approval ${approval.id}, ${message.recipient}: ${error.message}`);
    if (!mayRepeat) return null;
    const backoff = Math.min(longestPauseSeconds, 2 ** Math.min(approval.attempts, 12));
    return Math.max(backoff, error instanceof RetryableError ? (error.retryAfter ?? 0) : 0);
  }
}

const newMessage = (recipient: string): ApprovalMessage => ({
  recipient,
  state: 'waiting',
  place: null,
  told: null,
  problem: null,
});

/** Of a call that broke off nobody knows, and it is asked for by its key before it is made again. */
const mayHaveHappened = (error: Error): boolean =>
  error instanceof UnknownOutcomeError || (error instanceof RetryableError && error.mayHaveHappened);
