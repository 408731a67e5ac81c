import type { Catalog, DraftRunRequest } from '@castellan/api';
import type { Draft, DraftTrigger } from '@castellan/flow';
import { ApiError } from '../platform/errors.js';

/** A trigger of a draft. */
export interface DraftStart {
  id: string;
  trigger: DraftTrigger;
  /** Of a connector trigger: the connector of its slot. */
  connector: string | undefined;
}

/** The trigger that a run of the draft starts by: the named one, else the manual one or the only one. */
export function startOf(draft: Draft, wanted: string | undefined): DraftStart {
  const triggers = Object.entries(draft.triggers ?? {});
  const manual =
    triggers.find(([, { kind }]) => kind === 'manual') ?? (triggers.length === 1 ? triggers[0] : undefined);
  const chosen = wanted === undefined ? manual : triggers.find(([id]) => id === wanted);
  if (chosen) {
    const [id, trigger] = chosen;
    return { id, trigger, connector: draft.connections?.[String(trigger.connection ?? '')]?.connector };
  }
  if (triggers.length === 0) throw new ApiError('invalid_input', 'The flow has no trigger to run it by. Add one.');
  throw new ApiError(
    'invalid_input',
    `/trigger: say by which trigger to run: ${triggers.map(([id]) => id).join(', ')}.`,
  );
}

/**
 * What expressions see as `trigger` in a run that is started by hand: data that was given, else the trigger's own
 * sample, else its connector's.
 */
export function startingData(
  { id, trigger, connector }: DraftStart,
  given: Pick<DraftRunRequest, 'input' | 'body' | 'headers'>,
  catalog: Pick<Catalog, 'connectors'>,
): Record<string, unknown> {
  const now = new Date().toISOString();
  const shared = { id, kind: trigger.kind, delivery: null, receivedAt: now };
  const sample = fieldsOf(trigger.sample);
  switch (trigger.kind) {
    case 'webhook':
      return { ...shared, ...asDelivery(given, sample) };
    case 'connector': {
      const event = catalog.connectors
        .find((one) => one.id === connector)
        ?.triggers.find((one) => one.id === trigger.event);
      return { ...shared, ...asDelivery(given, { body: event?.sample, ...sample }) };
    }
    case 'schedule':
      return { ...shared, scheduledAt: now };
    default:
      return { ...shared, input: given.input ?? sample.input ?? {} };
  }
}

function asDelivery({ body, headers }: Pick<DraftRunRequest, 'body' | 'headers'>, sample: Record<string, unknown>) {
  const shown = Object.entries(headers ?? fieldsOf(sample.headers)).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  return {
    method: 'POST',
    headers: Object.fromEntries(shown),
    query: fieldsOf(sample.query),
    body: body === undefined ? (sample.body ?? null) : body,
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
