import type { Draft, DraftStep } from './schema/draft.js';

/** Ids of the flows that a draft starts: by its steps, also inside loops, and when it fails. Each once. */
export function calledFlowsOf({ steps, settings }: Draft): string[] {
  const found = Object.values(steps ?? {}).flatMap(calledBy);
  const onFailure = settings?.onFailure?.flow;
  return [...new Set(onFailure ? [...found, onFailure] : found)];
}

function calledBy(step: DraftStep): string[] {
  if (step.kind === 'subflow') return typeof step.flow === 'string' && step.flow !== '' ? [step.flow] : [];
  return step.kind === 'loop' ? Object.values(step.steps ?? {}).flatMap(calledBy) : [];
}

/** The draft with other flows in the place of those that it starts; null leaves the place empty, to be chosen. */
export function bindCalledFlows(draft: Draft, bindings: Readonly<Record<string, string | null>>): Draft {
  const bound = (id: unknown): { flow?: string } => {
    if (typeof id !== 'string') return {};
    const flow = Object.hasOwn(bindings, id) ? bindings[id] : id;
    return flow == null ? {} : { flow };
  };
  const bindAll = (steps: Record<string, DraftStep>): Record<string, DraftStep> =>
    Object.fromEntries(Object.entries(steps).map(([id, step]) => [id, bind(step)]));
  const bind = (step: DraftStep): DraftStep => {
    if (step.kind === 'loop') return step.steps ? { ...step, steps: bindAll(step.steps) } : step;
    if (step.kind !== 'subflow') return step;
    const { flow, ...rest } = step;
    return { ...rest, ...bound(flow) };
  };
  const { onFailure, ...settings } = draft.settings ?? {};
  const { flow, ...rest } = onFailure ?? {};
  return {
    ...draft,
    ...(draft.steps ? { steps: bindAll(draft.steps) } : {}),
    ...(onFailure ? { settings: { ...settings, onFailure: { ...rest, ...bound(flow) } } } : {}),
  };
}
