import type { Json } from './expression.js';
import type { Effect, Idempotency } from './schema/catalog.js';
import type { Budgets, Lane } from './schema/flow.js';
import type {
  ActionStep,
  ApprovalStep,
  BranchStep,
  FilterStep,
  LoopStep,
  RespondStep,
  ShapeStep,
  StopStep,
  SubflowStep,
  WaitStep,
} from './schema/steps.js';
import type {
  CallTrigger,
  ConnectorTrigger,
  IntakeKey,
  ManualTrigger,
  ScheduleTrigger,
  WebhookTrigger,
} from './schema/triggers.js';

/**
 * What activities need of a version: values and expressions, with variables put in their places, so that nothing
 * names a variable by `{ "var": … }` any more. It goes with the control graph, which steers.
 */
export interface Program {
  steps: Record<string, CompiledStep>;
  /** The steps of the control graph's `after`. */
  after?: Record<string, CompiledAfter>;
  triggers: Record<string, CompiledTrigger>;
  /** What expressions see as `vars`: the variables that are data. */
  variables: Record<string, Json>;
  slots: Record<string, CompiledSlot>;
  settings: CompiledSettings;
  /** Left out: it was made before that was noted. */
  madeWith?: MadeWith;
}

/** The server that published a version, and the operations as it had them. */
export interface MadeWith {
  release: string;
  /** `connector.operation` → a hash of what it takes and gives. */
  operations: Record<string, string>;
}

/** A slot with the connection that was in it at publish. */
export interface CompiledSlot {
  connector: string;
  title: string;
  /** Null only where the connector needs no connection. */
  id: string | null;
}

interface Notes {
  id: string;
  title: string;
  /** Ids of the loops around it, the outermost first. */
  level: string[];
  /** Ids of the steps that its expressions name, sorted; `*` where they may read any. */
  reads: string[] | '*';
}

/** Fields that stand in the control graph or are not needed to run. */
type Steering =
  | 'title'
  | 'join'
  | 'undo'
  | 'retry'
  | 'timeoutSeconds'
  | 'onError'
  | 'onUnknown'
  | 'concurrency'
  | 'onItemError';

type Compiled<S, Filled extends keyof S = never> = Omit<S, Steering | Filled> & Required<Pick<S, Filled>> & Notes;

export type CompiledAction = Compiled<ActionStep, 'input'> & {
  connector: string;
  /** The very connector that it was compiled with, where the workspace changes it. */
  pin?: string;
  effect: Effect;
  idempotency: Idempotency;
  /** Its undo is made of what there was before, among others. */
  readsBefore?: true;
  /** Takes back what another run did: the ledger of that one gives what is sent. */
  reverses?: true;
};
/** Takes back what the step `undoes` did; `auto`: by the call that its operation makes of its input and its output. */
export type CompiledUndo = CompiledAction & { undoes: string; auto: boolean };
export type CompiledAfter = CompiledUndo | CompiledAction | CompiledSubflow;
export type CompiledBranch = Compiled<BranchStep>;
export type CompiledShape = Compiled<ShapeStep>;
export type CompiledFilter = Compiled<FilterStep>;
export type CompiledLoop = Omit<Compiled<LoopStep, 'collect'>, 'steps' | 'wires'> & {
  /** As `reads`, of `collect`, which sees the steps of the body. */
  bodyReads: string[] | '*';
};
export type CompiledWait = Compiled<WaitStep>;
export type CompiledApproval = Compiled<ApprovalStep, 'needed' | 'show' | 'escalate'> & {
  /** Ids of the steps whose effects it allows. */
  covers: string[];
};
export type CompiledSubflow = Compiled<SubflowStep, 'input' | 'wait'>;
export type CompiledRespond = Compiled<RespondStep, 'status' | 'headers' | 'body'>;
export type CompiledStop = Compiled<StopStep, 'message'>;

/** Gives an output that a person pinned to the step, and does nothing. */
export type CompiledPinned = Notes & { kind: 'pinned'; output: Json; port: string };

/** A step's own value fields, by kind. */
export type CompiledStep =
  | CompiledAction
  | CompiledBranch
  | CompiledShape
  | CompiledFilter
  | CompiledLoop
  | CompiledWait
  | CompiledApproval
  | CompiledSubflow
  | CompiledRespond
  | CompiledStop
  | CompiledPinned;

type CompiledTriggerOf<T, Filled extends keyof T = never> = Omit<T, 'title' | 'sample' | Filled> &
  Required<Pick<T, Filled>> & {
    id: string;
    title: string;
    /** Where no wire leads from it: what it hears wakes runs that wait for it, and starts none. */
    starts?: false;
  };

export type CompiledTrigger =
  | CompiledTriggerOf<WebhookTrigger, 'methods' | 'respond'>
  /** `everySeconds` stands only where the event is read from the system. */
  | CompiledTriggerOf<ConnectorTrigger, 'answers'>
  | CompiledTriggerOf<ScheduleTrigger, 'zone' | 'jitterSeconds' | 'overlap' | 'catchupSeconds'>
  | CompiledTriggerOf<ManualTrigger, 'input'>
  | CompiledTriggerOf<CallTrigger, 'input' | 'output'>;

export interface CompiledSettings {
  /** Whom or what a run is about. */
  subject?: IntakeKey;
  /** Runs at one time; left out: no limit. */
  concurrency?: number;
  order?: { key: IntakeKey; whenBusy: 'queue' | 'supersede'; lane?: Lane };
  budgets?: Budgets;
  retentionDays?: number;
}
