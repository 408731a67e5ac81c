import {
  type AfterSteps,
  type ControlGraph,
  type ControlLevel,
  type ControlStep,
  failureFlow,
  undoOf,
  type Wire,
} from '@castellan/flow/runtime';

/** What a step of a test's graph says beside its id; the rest is filled in. */
export type StepSketch = Partial<Omit<ControlStep, 'id' | 'body'>> & { body?: LevelSketch };

export interface LevelSketch {
  steps: Record<string, StepSketch>;
  /** `a -> b`, or `a:port -> b`. */
  wires: string[];
}

/** What may follow the end: steps that are undone, and what a failure starts. */
export interface AfterSketch {
  undo?: string[];
  failure?: ('notify' | 'flow')[];
  compensate?: AfterSteps['compensate'];
}

/** A whole graph: what runs, and what may follow its end. */
export type RunSketch = LevelSketch & { after?: AfterSketch };

export const portsByKind: Record<ControlStep['kind'], string[]> = {
  action: ['out', 'error'],
  subflow: ['out', 'error'],
  loop: ['out', 'error'],
  branch: ['yes', 'else'],
  shape: ['out'],
  filter: ['out'],
  respond: ['out'],
  wait: ['out', 'timeout'],
  approval: ['approved', 'rejected', 'timeout'],
  stop: [],
  pinned: ['out'],
};

/** A control graph out of a sketch; its trigger is `start`, and steps are actions unless they say otherwise. */
export function graphOf(sketch: RunSketch): ControlGraph {
  const { after } = sketch;
  return {
    triggers: ['start', 'other'],
    top: levelOf(sketch),
    ...(after ? { after: afterOf(after) } : {}),
  };
}

function afterOf({ undo = [], failure = [], compensate = 'onFailure' }: AfterSketch): AfterSteps {
  const steps = [...undo.map(undoOf), ...failure.map((kind) => `failure:${kind}`)].map((id) =>
    stepOf(id, { kind: id === failureFlow ? 'subflow' : 'action', onError: 'continue', onUnknown: 'error' }, []),
  );
  return { compensate, steps: Object.fromEntries(steps.map((step) => [step.id, step])) };
}

function levelOf({ steps, wires }: LevelSketch): ControlLevel {
  const parsed = wires.map(wireOf);
  const compiled = Object.entries(steps).map(([id, sketch]) => stepOf(id, sketch, parsed));
  return {
    order: Object.keys(steps),
    steps: Object.fromEntries(compiled.map((step) => [step.id, step])),
    wires: parsed,
  };
}

function stepOf(id: string, { body, ...sketch }: StepSketch, wires: Wire[]): ControlStep {
  const kind = sketch.kind ?? 'action';
  return {
    id,
    kind,
    ports: portsByKind[kind],
    join: 'all',
    retry: { attempts: 3, firstSeconds: 1, factor: 2, maxSeconds: 60 },
    timeoutSeconds: 60,
    onError: 'fail',
    onUnknown: 'wait',
    errorWired: wires.some((wire) => wire.from === id && wire.port === 'error'),
    ...sketch,
    ...(body ? { body: levelOf(body) } : {}),
  };
}

function wireOf(text: string): Wire {
  const [from = '', to = ''] = text.split(' -> ');
  const [id = '', port = 'out'] = from.split(':');
  return { from: id, port, to };
}
