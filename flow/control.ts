import type { Effect } from './schema/catalog.js';
import type { Join, StepKind, Wire } from './schema/steps.js';

export type { Effect, Join, StepKind, Wire };

/** What the engine needs to know of a version to steer its runs: no inputs, no expressions, no titles. */
export interface ControlGraph {
  /** Ids of the triggers. A run is started by one of them; the wires of the others are dead in it. */
  triggers: string[];
  top: ControlLevel;
  /** Of the whole run. */
  timeoutSeconds?: number;
  /** What a run may do once it has failed or was cancelled; left out where there is nothing of the kind. */
  after?: AfterSteps;
}

/** Steps that stand on no level: they run one after another when all others have settled, and change no outcome. */
export interface AfterSteps {
  /** When undos run. */
  compensate: 'onFailure' | 'onCancel' | 'always' | 'never';
  /** By their ids, which nobody can write: `undoOf(step)`, `failureNotify`, `failureFlow`. */
  steps: Record<string, ControlStep>;
}

/** Id of the step that takes back what another one did. */
export const undoOf = (step: string): string => `undo:${step}`;
/** Id of the step that tells somebody that the run failed. */
export const failureNotify = 'failure:notify';
/** Id of the step that starts another flow because the run failed. */
export const failureFlow = 'failure:flow';

/** Whether a step is one that runs after the end. */
export const isAfter = (id: string): boolean => id.includes(':');

/** Title of a step that runs after the end; undefined for any other. */
export function titleAfter(id: string, titleOf: (step: string) => string): string | undefined {
  const undo = undoOf('');
  if (id.startsWith(undo)) return `Undo: ${titleOf(id.slice(undo.length))}`;
  if (id === failureNotify) return 'Tell that the run failed';
  return id === failureFlow ? 'Start the flow for failures' : undefined;
}

/** The steps of one level: the top, or the body of a loop. */
export interface ControlLevel {
  /** Ids of the level's own steps, each after all steps from which a wire leads to it. */
  order: string[];
  steps: Record<string, ControlStep>;
  /** In a body, the wires to its first steps come from the loop's id, port `each`. */
  wires: Wire[];
}

/** Pauses between attempts: `firstSeconds`, then each `factor` times the last, up to `maxSeconds`. */
export interface RetryPolicy {
  /** Calls in all, the first one included. */
  attempts: number;
  firstSeconds: number;
  factor: number;
  maxSeconds: number;
}

export interface ControlStep {
  id: string;
  /** `pinned` stands in for a step of any kind while a draft is tried out. */
  kind: StepKind | 'pinned';
  ports: string[];
  join: Join;
  retry: RetryPolicy;
  /** Of one attempt of a call; of the whole wait for wait, approval and subflow, where 0 means without end. */
  timeoutSeconds: number;
  /** What a failure does when no wire leaves by `error`. */
  onError: 'fail' | 'continue';
  /** Where a call goes whose outcome is not known: it waits for a person, or is an error. */
  onUnknown: 'wait' | 'error';
  errorWired: boolean;
  timeoutWired?: boolean;
  /** Of actions. */
  effect?: Effect;
  /** Of loops. */
  body?: ControlLevel;
  concurrency?: number;
  onItemError?: 'stop' | 'continue';
  collect?: boolean;
  /** Of stops. */
  outcome?: 'succeed' | 'fail';
}

/** The port by which a loop's body begins; it stands in the body's wires only. */
export const eachPort = 'each';

const portsByKind: Record<StepKind, readonly string[]> = {
  action: ['out', 'error'],
  subflow: ['out', 'error'],
  loop: ['out', 'error'],
  branch: ['else'],
  shape: ['out'],
  filter: ['out'],
  respond: ['out'],
  wait: ['out', 'timeout'],
  approval: ['approved', 'rejected', 'timeout'],
  stop: [],
};

/**
 * The ports by which a step may settle, in the order in which they are drawn. A branch has the names of its cases
 * and `else`. Answers undefined for a kind that does not exist; unfinished cases are left out.
 */
export function portsOf(step: { kind?: unknown; cases?: unknown }): string[] | undefined {
  if (typeof step.kind !== 'string' || !Object.hasOwn(portsByKind, step.kind)) return undefined;
  const ports = portsByKind[step.kind as StepKind];
  if (step.kind !== 'branch' || !Array.isArray(step.cases)) return [...ports];
  const names = step.cases.map((one: unknown) => (one as { name?: unknown } | null)?.name);
  return [...names.filter((name) => typeof name === 'string'), ...ports];
}

/**
 * What becomes of a step with `total` wires to it, of which `live` and `dead` are decided.
 * `all` runs when every wire is decided and one is live, `any` at the first live one, `n` at the nth.
 */
export function decideJoin(
  join: Join,
  wires: { total: number; live: number; dead: number },
): 'run' | 'skip' | 'undecided' {
  if (join === 'all') {
    if (wires.live + wires.dead < wires.total) return 'undecided';
    return wires.live > 0 ? 'run' : 'skip';
  }
  const needed = join === 'any' ? 1 : join.n;
  if (wires.live >= needed) return 'run';
  return wires.total - wires.dead < needed ? 'skip' : 'undecided';
}
