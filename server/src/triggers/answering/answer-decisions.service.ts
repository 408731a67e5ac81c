import { ConnectorError, type JsonValue, type Trigger } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { OperationsService } from '../../operations/operations.service.js';
import { Database } from '../../platform/database/index.js';
import type { Decision, OpenQuestion } from './awaited-answers.js';

/** Decides what a vendor is answered: what the flow says if it is valid, else what was chosen for that case. */
@Injectable()
export class AnswerDecisions {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsService,
    private readonly operations: OperationsService,
  ) {}

  /** Null while the flow is still to be waited for. `proofMs`: so long whoever the answer names may be looked for. */
  async decide(
    question: OpenQuestion,
    { patienceIsOver, proofMs }: { patienceIsOver: boolean; proofMs: number },
  ): Promise<Decision | null> {
    const { isForFlow, isFiltered, run } = question;
    const instead = (reason: string): Decision => ({ output: question.fallback, by: 'fallback', reason });
    if (!isForFlow) return instead('No flow that is switched on answers this event.');
    if (isFiltered) return instead('The filter of the answering trigger does not let it through.');
    if (run?.response) return this.proved(question, run.response.body, proofMs, instead);
    if (run?.ended) {
      const words = run.error === null ? '' : `: ${run.error}`;
      return instead(`The run has ${run.status} without an answer${words}`);
    }
    return patienceIsOver ? instead('The run did not answer in time.') : null;
  }

  private async proved(
    question: OpenQuestion,
    said: JsonValue,
    proofMs: number,
    instead: (reason: string) => Decision,
  ): Promise<Decision> {
    const connection = await this.connections.open(this.database, question.workspaceId, question.connectionId);
    const connector = connectorOf(connection.connector);
    const trigger = connector.triggers[question.event] as Trigger;
    const parsed = trigger.answers?.safeParse(said);
    if (parsed?.success === false) {
      const problems = parsed.error.issues.map(({ path, message }) => `/${path.map(String).join('/')}: ${message}`);
      return instead(`The flow’s answer is not what ${connector.title} takes. ${problems.join(' ')}`);
    }
    const output = (parsed?.data ?? said) as JsonValue;
    const named = trigger.answerRules?.named?.(output);
    if (named) {
      const { who, operation, input } = named;
      try {
        await this.operations.call({
          ...{ connector: connector.id, operation, input, connection, timeoutMs: proofMs },
        });
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        return instead(
          error.status === 404 || error.status === 400
            ? `The flow’s answer names ${who}, which ${connector.title} does not have.`
            : `The flow’s answer names ${who}, which could not be looked up: ${error.message}`,
        );
      }
    }
    return { output, by: 'flow', reason: null };
  }
}
