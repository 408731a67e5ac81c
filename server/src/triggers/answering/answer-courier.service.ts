import {
  type Answering,
  ConnectorError,
  type JsonValue,
  type LaterAnswer,
  RetryableError,
  UnknownOutcomeError,
} from '@castellan/sdk';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import type { OpenConnection } from '../../connections/open-connection.js';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { OperationsService } from '../../operations/operations.service.js';
import { Sealer } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import { ApiError } from '../../platform/errors.js';
import { RepeatedWork } from '../../platform/repeated-work.js';
import { AnswerDecisions } from './answer-decisions.service.js';
import {
  beginAttempt,
  claimDue,
  fixAnswer,
  giveUp,
  noteTaken,
  type OpenQuestion,
  sealedFor,
  tryLater,
} from './awaited-answers.js';

const lookEachMs = 1_000;
const atOnce = 8;
const callMs = 10_000;
const longestPauseSeconds = 60;

/** Brings answers that a vendor takes later, until it has taken them; a process that dies leaves them to another one. */
@Injectable()
export class AnswerCourier implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(AnswerCourier.name);
  private readonly round = new RepeatedWork({
    eachMs: lookEachMs,
    work: () => this.bringDue(),
    logger: this.logger,
    failure: 'Answers could not be brought',
  });

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
    private readonly decisions: AnswerDecisions,
    private readonly sealer: Sealer,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.runsWorker) this.round.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.round.stop();
  }

  private async bringDue(): Promise<boolean> {
    const due = await claimDue(this.database, atOnce);
    await Promise.all(due.map((question) => this.bring(question)));
    return due.length === atOnce;
  }

  private async bring(question: OpenQuestion): Promise<void> {
    try {
      if (question.mode === 'sync' || question.callback === null || question.sealed === null) {
        return await giveUp(this.database, question.id, 'The server stopped before it could answer.');
      }
      const output = question.state === 'decided' ? question.output : await this.fix(question);
      if (output !== undefined) await this.deliver(question, question.callback, output);
    } catch (error) {
      if (!(error instanceof ConnectorError || error instanceof ApiError)) throw error;
      await this.noteFailure(question, error);
    }
  }

  /** Undefined while the flow is still to be waited for. */
  private async fix(question: OpenQuestion): Promise<JsonValue | undefined> {
    const options = { patienceIsOver: question.isDue, proofMs: callMs };
    const decision = await this.decisions.decide(question, options);
    return decision === null ? undefined : fixAnswer(this.database, question.id, decision, 'decided');
  }

  private async deliver(question: OpenQuestion, url: string, output: JsonValue): Promise<void> {
    const { id, question: asked, workspaceId, connectionId, attempts, isOver } = question;
    const connection = await this.connections.open(this.database, workspaceId, connectionId);
    const answering = connectorOf(connection.connector).address?.answering as Answering;
    if (attempts > 0 && (await this.arrived(question, connection, answering))) return noteTaken(this.database, id);
    if (isOver) return giveUp(this.database, id, 'The time to answer was over before the answer was taken.');
    const later: LaterAnswer = { url, secret: await this.sealer.open(question.sealed as string, sealedFor(id)) };
    await beginAttempt(this.database, id);
    await this.call(connection, answering.bring({ id: asked, later }, output));
    await noteTaken(this.database, id);
  }

  /** Whether an earlier attempt, of which nobody knows, has arrived. Where that cannot be read, it did not. */
  private async arrived(
    { question: id, event: trigger }: OpenQuestion,
    connection: OpenConnection,
    answering: Answering,
  ): Promise<boolean> {
    try {
      return answering.wasTaken({ id }, await this.call(connection, answering.lookup({ id, trigger })));
    } catch (error) {
      if (error instanceof ConnectorError && !error.retryable) return false;
      throw error;
    }
  }

  private call(connection: OpenConnection, { operation, input }: { operation: string; input: JsonValue }) {
    return this.operations.call({
      ...{ connector: connection.connector, operation, input, connection, timeoutMs: callMs },
    });
  }

  private async noteFailure({ id, attempts }: OpenQuestion, error: ConnectorError | ApiError): Promise<void> {
    this.logger.warn(`Answer ${id}: ${error.message}`);
    const mayRepeat =
      error instanceof ApiError
        ? error.code !== 'not_found'
        : error.retryable || error instanceof UnknownOutcomeError || error.code === 'E_AUTH';
    if (!mayRepeat) return giveUp(this.database, id, error.message);
    const backoff = Math.min(longestPauseSeconds, 2 ** Math.min(attempts, 6));
    const asked = error instanceof RetryableError ? (error.retryAfter ?? 0) : 0;
    await tryLater(this.database, id, error.message, Math.max(backoff, asked));
  }
}
