import type { ControlGraph } from '@castellan/flow/runtime';
import type { CallOutcome, Ending, PureCommand, RunEvent, RunState } from './interpreter/index.js';

/** The one task queue of an installation: calls are started eagerly only on the carrier's own queue. */
export const taskQueue = 'castellan';
/** Name of the workflow that hosts runs. */
export const carrierWorkflow = 'carrier';
/** Signal that a run of the carrier has controls to take. Argument: the run's id. */
export const pokeSignal = 'poke';

/** A run as its carrier knows it. `epoch` is the fence: a host whose epoch is no longer the row's drops the run. */
export interface HostedRun {
  runId: string;
  epoch: number;
  workspaceId: string;
  versionId: string;
  /** Id of the trigger that started it. */
  trigger: string;
  /** How far it is: `new` has no rows yet; `rows` is to be read from them; else the state itself. */
  from: 'new' | 'rows' | RunState;
}

export interface CarrierInput {
  /** Of one workspace; of any of its versions. */
  runs: HostedRun[];
  /** Control graphs by version id. */
  graphs: Record<string, ControlGraph>;
}

/** One run's part in a stretch: the pure commands that are ready, with the state that they are ready in. */
export interface StretchRequest {
  runId: string;
  epoch: number;
  workspaceId: string;
  versionId: string;
  trigger: string;
  /** Null: to be read from the rows. */
  state: RunState | null;
  /** The run has no rows yet, so that none need to be looked for. */
  fresh: boolean;
  /** Its carrier was started for several runs: what would keep the others waiting moves out. */
  shared: boolean;
  commands: PureCommand[];
}

export interface StretchResult {
  runId: string;
  /** The run is no longer this host's: moved, terminated or ended. */
  dropped?: boolean;
  /** The state that was read from the rows. */
  state?: RunState;
  /** What happened, in order; the rows are committed. */
  events: RunEvent[];
}

export interface CallRequest {
  runId: string;
  epoch: number;
  workspaceId: string;
  versionId: string;
  step: string;
  iteration: string;
  attempt: number;
  /** It was begun together with others and went on for longer than they did: what becomes of it is awaited here. */
  awaited?: true;
}

export interface CallResult {
  runId: string;
  step: string;
  iteration: string;
  /** `open`: still under way; to be awaited by itself. Only of calls that were asked for together. */
  outcome: CallOutcome | { kind: 'dropped' } | { kind: 'open' };
  /** How the run is to end, where that was asked for by then: it may be what broke the call off. */
  ending?: Ending;
}

/** Name of the workflow that a schedule's fire starts. Argument: the id of the trigger's row. */
export const fireWorkflow = 'fire';

/** A time at which a schedule trigger was to fire. */
export interface FireRequest {
  /** Id of the trigger's row. */
  trigger: string;
  /** The nominal time, before jitter and delays, in ISO 8601. */
  scheduledAt: string;
}

/** Name of the workflow that reads a trigger's events from their system. Argument: the id of the trigger's row. */
export const pollWorkflow = 'poll';

/** What workflows of triggers may ask of the world. */
export interface TriggerActivities {
  /** Local: stores the fire with what comes of it. Once, however often it is asked. */
  storeFire(request: FireRequest): Promise<void>;
  /**
   * Reads what happened since the last time, and stores it with what comes of it and where it has come to. That the
   * system fails is noted and no failure here: it throws only when our own side failed. The trigger's row is named.
   */
  pollTrigger(trigger: string): Promise<void>;
}

/** Name of the workflow that syncs a directory. Argument: the id of the sync. */
export const directorySyncWorkflow = 'directorySync';

/** How a sync goes on behind a page. */
export interface SyncedPage {
  done: boolean;
  /** To be waited for before the next page. */
  pauseMs: number;
}

/** What syncs of directories may ask of the world. */
export interface DirectoryActivities {
  /**
   * Reads one page and keeps it, once, however often it is asked. That the system fails is noted and no failure here: it
   * throws only when our own side failed.
   */
  syncPage(sync: string): Promise<SyncedPage>;
}

/** What carriers may ask of the world. Both take lists, so that runs can share a carrier. */
export interface Activities {
  /** Local: evaluates all that is ready of these runs, as far as it leads without a call, and commits it at once. */
  settle(requests: StretchRequest[]): Promise<StretchResult[]>;
  /**
   * Calls other systems; a vendor's answer, good or bad, is a result. Throws only when our own side failed. Several
   * calls are of one step of one version, and those that take long are answered as `open`.
   */
  call(requests: CallRequest[]): Promise<CallResult[]>;
}
