import type { EventInvocation, GivenAnswer } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { Database, isoInstant } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';
import { SubscribedEvents } from './subscribed-event.js';

const given = `json_build_object('mode', a.mode, 'state', a.state, 'by', a.answered_by, 'output', a.output,
  'reason', a.reason, 'problem', a.problem, 'askedAt', ${isoInstant('a.asked_at')}, 'until', ${isoInstant('a.until')},
  'answeredAt', ${isoInstant('a.answered_at')})`;

/** What a system tells of its deliveries, beside what came of them here. */
@Injectable()
export class InvocationsService {
  constructor(
    private readonly database: Database,
    private readonly events: SubscribedEvents,
  ) {}

  async list({ workspaceId }: Actor, connectionId: string, event: string): Promise<{ items: EventInvocation[] }> {
    const subject = await this.events.find(workspaceId, connectionId, event);
    const { mine } = await this.events.subscriptionsTo(subject);
    if (!mine) return { items: [] };
    const { api } = subject;
    const told = api.readInvocations(await this.events.call(subject, api.invocations({ id: mine.id, trigger: event })));
    const ids = told.map(({ id }) => id);
    const [runs, answers] = await Promise.all([this.runsOf(connectionId, ids), this.answersOf(connectionId, ids)]);
    return {
      items: told.map(({ output: _, ...invocation }) => ({
        ...invocation,
        runs: runs.get(invocation.id) ?? [],
        answer: answers.get(invocation.id) ?? null,
      })),
    };
  }

  /** What the system that a run answers was told. */
  async answerOfRun(
    { workspaceId }: Actor,
    runId: string,
  ): Promise<{ answer: GivenAnswer | null; system: string | null }> {
    const [row] = await this.database.query<{ answer: GivenAnswer; connector: string }>(
      `select ${given} as answer, c.connector
         from runs r join awaited_answers a
           on a.delivery_id = r.delivery_id and a.flow_id = r.flow_id and a.trigger_id = r.trigger_id
         join connections c on c.id = a.connection_id
        where r.workspace_id = $1 and r.id = $2`,
      [workspaceId, runId],
    );
    return { answer: row?.answer ?? null, system: row ? connectorOf(row.connector).title : null };
  }

  private async runsOf(connectionId: string, ids: string[]): Promise<Map<string, EventInvocation['runs']>> {
    const rows = await this.database.query<{ id: string; runs: EventInvocation['runs'] }>(
      `select d.external_id as id,
              json_agg(json_build_object('runId', i.run_id, 'flowId', i.flow_id, 'flowName', f.name) order by i.run_id) as runs
         from deliveries d join intake i on i.delivery_id = d.id and i.status = 'run'
         join flows f on f.id = i.flow_id
        where d.connection_id = $1 and d.external_id = any($2) group by d.external_id`,
      [connectionId, ids],
    );
    return new Map(rows.map(({ id, runs }) => [id, runs]));
  }

  private async answersOf(connectionId: string, ids: string[]): Promise<Map<string, GivenAnswer>> {
    const rows = await this.database.query<{ id: string; answer: GivenAnswer }>(
      `select a.question as id, ${given} as answer from awaited_answers a
        where a.connection_id = $1 and a.question = any($2)`,
      [connectionId, ids],
    );
    return new Map(rows.map(({ id, answer }) => [id, answer]));
  }
}
