import type { TriggerProblem, TriggerState } from '@castellan/api';
import { type CompiledTrigger, clockChanges, clockChangeWords, clockOf, clockWords, nextFires } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { FlowStore } from '../flows/flow-store.service.js';
import { Database } from '../platform/database/index.js';
import type { Actor } from '../platform/routes/index.js';
import { lastFiresOf } from './fire-history.js';
import type { ScheduleSettings } from './fires.service.js';
import { pollOf, pollProblems } from './polls/poll-report.js';
import { sweepProblems, sweepsOf } from './sweeps/sweep-report.js';

interface StoredTrigger {
  row: string;
  id: string;
  kind: string;
  enabled: boolean;
  since: Date;
  spec: CompiledTrigger;
  /** As it was written: fields keep their order. */
  input: Record<string, unknown> | null;
  lastDeliveryAt: Date | null;
  connectionId: string | null;
  event: string | null;
  unmatched: number;
  unmatchedReason: string | null;
}

const shownFires = 5;

/** How the triggers of a flow's published version stand: when they fire and fired, and what is wrong with them. */
@Injectable()
export class TriggerStates {
  constructor(
    private readonly database: Database,
    private readonly flows: FlowStore,
  ) {}

  async of(actor: Actor, flowId: string): Promise<{ items: TriggerState[] }> {
    await this.flows.detail(actor.workspaceId, flowId);
    const rows = await this.database.query<StoredTrigger>(
      `select t.id as row, t.trigger_id as id, t.kind, t.enabled, t.since, t.spec, t.last_delivery_at as "lastDeliveryAt",
              t.connection_id as "connectionId", t.event,
              v.flow #> array['triggers', t.trigger_id, 'input'] as input,
              u.count as unmatched, u.reason as "unmatchedReason"
         from triggers t
         join flows f on f.id = t.flow_id
         join versions v on v.id = t.version_id and v.number = f.published,
         lateral (
           select count(*)::int as count, (array_agg(d.reason order by d.received_at desc))[1] as reason
             from deliveries d
            where d.status = 'unmatched' and not d.sample
              and (d.trigger_row = t.id or (d.trigger_row is null and d.connection_id = t.connection_id))
         ) u
        where t.flow_id = $1 order by t.trigger_id`,
      [flowId],
    );
    return { items: await Promise.all(rows.map((row) => this.state(row))) };
  }

  private async state({ row, spec, since, lastDeliveryAt, input, ...trigger }: StoredTrigger): Promise<TriggerState> {
    const { id, kind, enabled, connectionId, event } = trigger;
    const schedule = spec.kind === 'schedule' ? await this.schedule({ id: row, enabled, since }, spec) : null;
    const poll = spec.kind === 'connector' ? await pollOf(this.database, row, new Date()) : null;
    const sweeps = connectionId && event ? await sweepsOf(this.database, connectionId, event) : [];
    const sweep = sweeps[0] ?? null;
    return {
      ...{ id, title: spec.title, kind, enabled, schedule, poll, sweep },
      since: since.toISOString(),
      lastDeliveryAt: lastDeliveryAt?.toISOString() ?? null,
      input: spec.kind === 'manual' || spec.kind === 'call' ? (input ?? {}) : null,
      problems: [
        ...unmatchedProblem(trigger),
        ...lateProblem(schedule),
        ...pollProblems(poll),
        ...sweepProblems(sweep),
      ],
    };
  }

  private async schedule(
    row: { id: string; enabled: boolean; since: Date },
    settings: ScheduleSettings,
  ): Promise<TriggerState['schedule']> {
    const clock = clockOf(settings);
    if (!clock) return null;
    const now = new Date();
    const last = await lastFiresOf(this.database, { ...row, clock, settings }, now, shownFires);
    return {
      words: clockWords(clock),
      zone: settings.zone,
      jitterSeconds: settings.jitterSeconds,
      next: row.enabled ? nextFires(clock, now, shownFires).map((fire) => fire.toISOString()) : [],
      clockChanges: clockChanges(clock, now).map((change) => clockChangeWords(change, settings.zone)),
      last,
    };
  }
}

function unmatchedProblem({ unmatched, unmatchedReason }: Pick<StoredTrigger, 'unmatched' | 'unmatchedReason'>) {
  if (unmatched === 0) return [];
  const count = unmatched === 1 ? 'One delivery is' : `${unmatched} deliveries are`;
  const problem: TriggerProblem = {
    code: 'unmatched',
    message: `${count} stored, but not taken in: ${unmatchedReason ?? 'the filter or the key failed.'}`,
    remedy: 'Correct the filter, the key or the subject and publish; then deliver them again on the page Arrivals.',
  };
  return [problem];
}

function lateProblem(schedule: TriggerState['schedule']): TriggerProblem[] {
  if (!schedule?.last.some(({ outcome }) => outcome === 'late')) return [];
  return [
    {
      code: 'late',
      message: 'The schedule did not fire when it should have.',
      remedy:
        'See that a worker and Temporal are running (the page of the server’s health says so); then it is made good.',
    },
  ];
}
