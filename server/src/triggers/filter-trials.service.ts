import type { FilterTrial } from '@castellan/api';
import { type Draft, dataVariables, type Flow, intakeFilterSchema, type Value, withVariables } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { type CompiledFilter, IntakeFailure, IntakeReading } from '../expressions/intake-reading.js';
import { FlowStore } from '../flows/flow-store.service.js';
import { Database } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import type { Actor } from '../platform/routes/index.js';
import { PastDeliveriesService } from './past-deliveries.service.js';

const deliveriesTried = 10;
const trialMs = 500;

interface Tried {
  deliveryId: string | null;
  receivedAt: string | null;
  data: Record<string, unknown>;
}

/** Tries a filter on what came before, so that nobody learns from a lost event that it was wrong. */
@Injectable()
export class FilterTrialsService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly deliveries: PastDeliveriesService,
    private readonly expressions: ExpressionHost,
  ) {}

  async try(
    actor: Actor,
    flowId: string,
    triggerId: string,
    { filter, sample }: { filter?: unknown; sample?: Record<string, unknown> | undefined },
  ): Promise<{ items: FilterTrial[] }> {
    const { workspaceId } = actor;
    const draft = (await this.store.detail(workspaceId, flowId)).draft as Draft;
    const compiled = compiledFilter(filter, draft);
    const before = await this.lastOnes(actor, draft, { flowId, triggerId });
    const tried = [...(sample ? [{ deliveryId: null, receivedAt: null, data: sample }] : []), ...before];
    const reading = new IntakeReading();
    const vars = dataVariables(draft as Pick<Flow, 'variables'>);
    const passes = tried.map(({ data }) =>
      reading.filter({ workspaceId, context: { trigger: data, vars } }, compiled, 'The filter'),
    );
    await reading.answer(this.expressions, trialMs);
    return { items: tried.map((one, index) => ({ ...verdict(passes[index] as () => boolean), ...idsOf(one) })) };
  }

  /** The last deliveries to the trigger that were let in, as it would see them now. */
  private async lastOnes(
    actor: Actor,
    draft: Draft,
    { flowId, triggerId }: { flowId: string; triggerId: string },
  ): Promise<Tried[]> {
    const trigger = found(draft.triggers?.[triggerId], 'trigger in the saved draft');
    const slot = draft.connections?.[String(trigger.connection ?? '')];
    const rows = await this.database.query<{ id: string; receivedAt: Date }>(
      `select d.id, d.received_at as "receivedAt" from deliveries d
        where d.workspace_id = $1 and d.status <> 'refused' and d.cleared_at is null
          and (d.trigger_row = (select t.id from triggers t where t.flow_id = $2 and t.trigger_id = $3)
               or ($4::uuid is not null and d.connection_id = $4 and (d.event is null or d.event = $5)))
        order by d.id desc limit ${deliveriesTried}`,
      [
        ...[actor.workspaceId, flowId, triggerId],
        trigger.kind === 'connector' ? (slot?.id ?? null) : null,
        typeof trigger.event === 'string' ? trigger.event : null,
      ],
    );
    const start = { id: triggerId, trigger, connector: slot?.connector };
    const tried = await Promise.all(
      rows.map(async ({ id, receivedAt }): Promise<Tried[]> => {
        try {
          const data = await this.deliveries.dataFor(actor, id, start);
          return [{ deliveryId: id, receivedAt: receivedAt.toISOString(), data }];
        } catch (error) {
          // It brought another event, or was cleared in the meantime.
          if (error instanceof ApiError) return [];
          throw error;
        }
      }),
    );
    return tried.flat();
  }
}

function compiledFilter(filter: unknown, draft: Draft): CompiledFilter {
  const parsed = intakeFilterSchema.safeParse(filter);
  if (!parsed.success) throw new ApiError('invalid_input', '/filter: write { "cel": … } or { "jsonata": … }.');
  try {
    return withVariables(parsed.data as Value, (draft as Pick<Flow, 'variables'>).variables ?? {}) as CompiledFilter;
  } catch (error) {
    throw new ApiError('invalid_input', (error as Error).message);
  }
}

function verdict(passes: () => boolean): Pick<FilterTrial, 'passes' | 'error'> {
  try {
    return { passes: passes(), error: null };
  } catch (error) {
    if (!(error instanceof IntakeFailure)) throw error;
    return { passes: null, error: error.message };
  }
}

const idsOf = ({ deliveryId, receivedAt }: Tried) => ({ deliveryId, receivedAt });
