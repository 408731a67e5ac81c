import { Injectable } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { VersionsService } from '../flows/versions.service.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { makeRun } from '../runs/make-run.js';
import { announceQueued } from '../runs/queue.js';
import { readRunKeys } from '../runs/run-keys.js';
import { type Answer, AnswersService } from '../triggers/answers.service.js';
import { formInput } from '../triggers/form-input.js';
import { triggerOf } from '../triggers/trigger-row.js';
import { CallRefusal } from './contract.js';

/** Opal is answered within so many seconds; a run that needs longer goes on, and Opal finds it when it asks again. */
const answerSeconds = 8;

/** A run that is ready to be made. */
export interface PreparedRun {
  id: string;
  make(tx: Sql): Promise<void>;
}

/** Runs of flows that answer a call of Opal: their call trigger gets the call, their respond step answers it. */
@Injectable()
export class FlowCalls {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsService,
    private readonly expressions: ExpressionHost,
    private readonly answers: AnswersService,
  ) {}

  /** Everything that can be wrong with a run is found before it is made. */
  async prepare(workspaceId: string, flowId: string, input: Record<string, unknown>): Promise<PreparedRun> {
    const trigger = await this.triggerOf(workspaceId, flowId);
    const triggerData = {
      ...{ id: trigger.triggerId, kind: trigger.kind, delivery: null, receivedAt: new Date().toISOString() },
      input: this.fitted(trigger.spec, input),
    };
    const { program } = await this.versions.get(trigger.versionId);
    const keys = await readRunKeys(this.expressions, { workspaceId, program, triggerData });
    const id = newId();
    const run = {
      ...{ id, workspaceId, flowId, versionId: trigger.versionId, version: trigger.version },
      ...{ triggerId: trigger.triggerId, triggerKind: trigger.kind, deliveryId: null, triggerData },
      ...{ mode: 'live' as const, simulated: trigger.simulated },
      ...keys,
    };
    return {
      id,
      make: async (tx) => {
        await makeRun(tx, run);
        await announceQueued(tx, workspaceId, [id]);
      },
    };
  }

  /** What the flow answers, or how its run stands when the time is over. To be called before the run is made. */
  expectAnswer(runId: string): { answer(): Promise<Answer>; forget(): void } {
    const expected = this.answers.expect(runId);
    return {
      answer: () => this.answers.of(runId, { until: 'step', seconds: answerSeconds }, expected),
      forget: expected.stop,
    };
  }

  /** Calls a flow for its answer. @returns what its respond step said */
  async ask(
    workspaceId: string,
    flowId: string,
    input: Record<string, unknown>,
  ): Promise<{ runId: string; body: unknown }> {
    const run = await this.prepare(workspaceId, flowId, input);
    const expected = this.expectAnswer(run.id);
    try {
      await this.database.transaction((tx) => run.make(tx));
    } catch (error) {
      expected.forget();
      throw error;
    }
    const answer = await expected.answer();
    refuseUnlessDone(answer);
    if (!answer.response) throw new CallRefusal(502, 'The flow that serves this call has ended without an answer.');
    return { runId: run.id, body: answer.response.body };
  }

  private async triggerOf(workspaceId: string, flowId: string) {
    const [row] = await this.database.query<{ id: string }>(
      `select t.trigger_id as id from triggers t where t.workspace_id = $1 and t.flow_id = $2 and t.kind = 'call'`,
      [workspaceId, flowId],
    );
    const trigger = row && (await triggerOf(this.database, workspaceId, flowId, row.id));
    if (!trigger) throw new CallRefusal(503, 'The flow that serves this call is not published with a call trigger.');
    if (!trigger.enabled) throw new CallRefusal(503, 'The flow that serves this call is switched off.');
    return trigger;
  }

  private fitted(spec: Parameters<typeof formInput>[0], input: Record<string, unknown>): unknown {
    try {
      return formInput(spec, input);
    } catch (error) {
      if (error instanceof ApiError) throw new CallRefusal(400, `The flow does not take this call: ${error.message}`);
      throw error;
    }
  }
}

/** A flow's no is passed on in its own words; a run that failed, or is not done yet, is not a yes. */
export function refuseUnlessDone({ status, ended, response }: Answer): void {
  if (response) {
    if (response.status < 400) return;
    const said = (response.body as { message?: unknown } | null)?.message;
    throw new CallRefusal(response.status, typeof said === 'string' ? said : 'The flow refused the call.');
  }
  if (!ended) throw new CallRefusal(503, 'This is still being carried out. Ask again: it is not begun a second time.');
  if (status !== 'succeeded') throw new CallRefusal(500, `The flow that serves this call has ${status}.`);
}
