import type { OfferedTool, RunRow } from '@castellan/api';
import { stepPlaces } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { Addresses } from '../platform/addresses.js';
import { Database } from '../platform/database/index.js';
import { newId } from '../platform/ids.js';
import { wholeValue } from '../platform/large-values/index.js';
import type { Actor } from '../platform/routes/index.js';
import { RunsService } from '../runs/runs.service.js';
import { AnswersService } from '../triggers/answers.service.js';
import { TriggersService } from '../triggers/triggers.service.js';

/** So long a caller is kept waiting; then it is told how the run stands, and may ask for it again. */
const patienceMs = 25_000;

/** What an agent is told of a run: its answer, or how it stands. */
export interface RunReport {
  status: RunRow['status'];
  /** The body of the flow's answer, with secrets masked; left out while there is none. */
  answer?: unknown;
  /** What the run itself says came of it. */
  outcome?: string;
  error?: { code: string; message: string };
  waitsFor?: { kind: NonNullable<RunRow['waitingFor']>['kind']; what: string; who: string | null };
  run: { id: string; url: string };
  /** The answer is a no, or the run has failed. */
  isError: boolean;
}

/** Runs that agents start, or ask for. */
@Injectable()
export class AgentRuns {
  constructor(
    private readonly database: Database,
    private readonly triggers: TriggersService,
    private readonly answers: AnswersService,
    private readonly runs: RunsService,
    private readonly addresses: Addresses,
  ) {}

  /** Starts the flow of a tool as the owner of the token, and waits for its answer, its end, or for a person to be waited for. */
  async call(actor: Actor, tool: OfferedTool, input: unknown): Promise<RunReport> {
    const runId = newId();
    const deadline = Date.now() + patienceMs;
    const expected = this.answers.expect(runId);
    try {
      await this.triggers.run(actor, tool.flowId, { trigger: tool.triggerId, input }, runId);
      for (;;) {
        await expected.changed();
        const report = await this.report(actor, runId);
        if (isSettled(report) || Date.now() >= deadline) return report;
      }
    } finally {
      expected.stop();
    }
  }

  /** @throws ApiError `not_found` */
  async report(actor: Actor, runId: string): Promise<RunReport> {
    const { flow, ...run } = await this.runs.get(actor, runId);
    const responds = stepPlaces(flow).flatMap(({ id, step }) => (step.kind === 'respond' ? [id] : []));
    const answer = responds.length > 0 ? await this.answerOf(runId, responds) : null;
    const { status, outcome, error, waitingFor } = run;
    const awaited = run.endedAt === null ? waitingFor : null;
    return {
      status,
      ...(answer ? { answer: answer.body } : {}),
      ...(outcome === null ? {} : { outcome }),
      ...(error ? { error: { code: error.code, message: error.message } } : {}),
      ...(awaited ? { waitsFor: { kind: awaited.kind, what: awaited.what, who: awaited.who } } : {}),
      run: { id: runId, url: this.addresses.run(actor.workspaceId, runId) },
      isError: status === 'failed' || status === 'cancelled' || (answer?.status ?? 200) >= 400,
    };
  }

  /** What the first respond step said, as people see it: what is sent to a webhook's caller may hold more. */
  private async answerOf(runId: string, responds: string[]): Promise<{ status: number; body: unknown } | null> {
    const [row] = await this.database.query<{ output: { status: number; body: unknown } }>(
      `select ${wholeValue('s', 'output')} as output from steps s
        where s.run_id = $1 and s.pass = 0 and s.step_id = any($2) and s.status = 'succeeded' order by s.seq limit 1`,
      [runId, responds],
    );
    return row?.output ?? null;
  }
}

/** What only a person brings about. */
const byPeople: readonly unknown[] = ['approval', 'outcome', 'protected', 'budget'];

/** There is something to tell: nothing more comes, or not before a person does something. */
function isSettled(report: RunReport): boolean {
  const waits = byPeople.includes(report.waitsFor?.kind) || report.status === 'paused';
  return waits || 'answer' in report || ['succeeded', 'failed', 'cancelled'].includes(report.status);
}
