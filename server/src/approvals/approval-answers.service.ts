import { type ApprovalAnswer, ConnectorError, type ReasonQuestion } from '@castellan/sdk';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ConnectionsService } from '../connections/connections.service.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import type { ChatAnswers } from '../operations/approval-chat.js';
import { OperationsService } from '../operations/operations.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { RepeatedWork } from '../platform/repeated-work.js';
import { ApprovalCourier } from './approval-courier.service.js';
import { ApprovalsService } from './approvals.service.js';
import { actorByEmail } from './asked-people.js';

interface StoredAnswer {
  id: string;
  workspaceId: string;
  connectionId: string;
  answer: ApprovalAnswer;
  attempts: number;
}

const lookEachMs = 1_000;
const leaseSeconds = 30;
const callMs = 8_000;
/** With doubling pauses some four minutes: then whoever pressed has long looked again. */
const mostAttempts = 8;

/**
 * Deals with what people answer in chats. It is stored with the delivery, before the chat hears that it was taken, and
 * goes when it is dealt with: a decision and the end of its answer are one commit.
 */
@Injectable()
export class ApprovalAnswers implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ApprovalAnswers.name);
  private readonly round = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.dealWithOne(),
    logger: this.logger,
    failure: 'Answers to approvals could not be dealt with',
  });

  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly approvals: ApprovalsService,
    private readonly courier: ApprovalCourier,
  ) {}

  onApplicationBootstrap(): void {
    this.round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.round.stop();
  }

  /** Stores an answer under the id of its delivery, in the delivery's transaction. */
  async store(tx: Sql, stored: Omit<StoredAnswer, 'attempts'>): Promise<void> {
    await tx.query('insert into approval_answers (id, workspace_id, connection_id, answer) values ($1, $2, $3, $4)', [
      stored.id,
      stored.workspaceId,
      stored.connectionId,
      JSON.stringify(stored.answer),
    ]);
  }

  /** After the commit: a dialog must be opened within seconds. */
  wake(): void {
    this.round.wake();
  }

  private async dealWithOne(): Promise<boolean> {
    const [stored] = await this.database.query<StoredAnswer>(
      `update approval_answers set due_at = now() + interval '${leaseSeconds} seconds', attempts = attempts + 1
        where id = (select id from approval_answers where due_at <= now() order by due_at limit 1 for update skip locked)
       returning id, workspace_id as "workspaceId", connection_id as "connectionId", answer, attempts`,
    );
    if (!stored) return false;
    try {
      await this.dealWith(stored);
    } catch (error) {
      await this.tryLater(stored, error as Error);
    }
    return true;
  }

  private async dealWith(stored: StoredAnswer): Promise<void> {
    const { workspaceId, connectionId, answer } = stored;
    const connection = await this.connections.open(this.database, workspaceId, connectionId);
    const system = connectorOf(connection.connector).title;
    const chat = this.operations.approvalChat(connection, { timeoutMs: callMs })?.answers;
    if (!chat) return this.forget(this.database, stored.id);
    try {
      const email = await chat.identify(answer);
      if (email === null) throw new ApiError('forbidden', `${system} does not vouch for your e-mail address.`);
      const actor = await actorByEmail(this.database, workspaceId, email);
      if (!actor) throw new ApiError('forbidden', `Nobody in this workspace of Castellan has the address ${email}.`);
      const via = { connectionId, system, sender: answer.reply };
      const { approvalId, hash, decision, comment } = answer;
      if (answer.wantsReason) {
        const question = await this.approvals.mayDecideFrom(actor, approvalId, hash, via);
        await askReason(chat, answer, question);
        return await this.forget(this.database, stored.id);
      }
      const given = { decision, hash, ...(comment ? { comment } : {}) };
      await this.approvals.decide(actor, approvalId, given, { ...via, settle: (tx) => this.forget(tx, stored.id) });
      this.courier.wake();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.refuse(stored, chat, error.message);
    }
  }

  /** Only whoever pressed is told why nothing came of it. */
  private async refuse(stored: StoredAnswer, chat: ChatAnswers, reason: string): Promise<void> {
    await chat.tell(stored.answer, reason);
    await this.forget(this.database, stored.id);
  }

  private async tryLater({ id, answer, attempts }: StoredAnswer, error: Error): Promise<void> {
    const mayRepeat = !(error instanceof ApiError) && (!(error instanceof ConnectorError) || error.retryable);
    if (!mayRepeat || attempts >= mostAttempts) {
      this.logger.warn(`An answer to approval ${answer.approvalId} is given up: ${error.message}`);
      return this.forget(this.database, id);
    }
    this.logger.warn(`An answer to approval ${answer.approvalId} is tried again: ${error.message}`);
    await this.database.query(`update approval_answers set due_at = now() + $2 * interval '1 second' where id = $1`, [
      id,
      2 ** attempts,
    ]);
  }

  private async forget(sql: Sql, id: string): Promise<void> {
    await sql.query('delete from approval_answers where id = $1', [id]);
  }
}

/** A dialog can only be opened in the seconds after the button was pressed: there is no use in trying again. */
async function askReason(chat: ChatAnswers, answer: ApprovalAnswer, question: ReasonQuestion): Promise<void> {
  try {
    await chat.askReason(answer, question);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    throw new ApiError('unavailable', `The reason could not be asked for (${error.message}) Press again.`);
  }
}
