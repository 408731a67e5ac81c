import type { JsonObject, JsonValue } from '../types.js';

/** A call that reached a simulator. */
export interface SimulatedCall {
  method: string;
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** JSON or form fields; null if empty. */
  body: JsonValue;
  /** The connection's workspace. */
  workspace: string;
  now: Date;
}

/** A call as a simulator's rules see it, already checked against the vendor's description. */
export interface SimulatedRequest extends Omit<SimulatedCall, 'method' | 'path'> {
  operationId: string;
  /** Decoded path parameters. */
  params: Record<string, string>;
}

export interface SimulatedAnswer {
  /** Default 200. */
  status?: number;
  /** Sent as JSON; a text is sent as it is. */
  body?: object | JsonValue;
  /** With `content-encoding: gzip` the body is compressed on its way. */
  headers?: Record<string, string>;
  /** What the vendor delivers because of this call, once it is answered. */
  sends?: SimulatedDelivery[];
}

/** What came of a delivery: the answer, or why there was none. */
export type DeliveryOutcome = { status: number; body: JsonValue } | { problem: string };

/** A call that a simulator makes by itself, as its vendor does. It reaches the addresses of this installation only. */
export interface SimulatedDelivery {
  url: string;
  headers: Record<string, string>;
  /** Sent as JSON. */
  body: JsonValue;
  /** How long the vendor waits for the answer. */
  timeoutSeconds: number;
  /** Notes in the state what came of it; may lead to further deliveries. */
  settled(state: JsonObject, outcome: DeliveryOutcome, now: Date): SimulatedDelivery[];
}

/** One API of a vendor: its description, cut down to the operations that our connector calls, and its rules. */
export interface SimulatedApi<State> {
  description: object;
  /** What stands before the description's paths, such as `/v1`. Default: nothing. */
  root?: string;
  /** By operationId; each may change the state that it is given. */
  rules: Record<string, (state: State, request: SimulatedRequest) => SimulatedAnswer>;
  /** A call as the description knows it, for a vendor that takes the same call in other forms, too. Default: as it is. */
  read?(call: SimulatedCall): SimulatedCall;
  /** A request that the vendor would refuse before looking at it (credentials). Default: any is taken. */
  authorize?(request: SimulatedCall, state: State): SimulatedAnswer | null;
  /** The vendor's shape of an error. Default: `{ code, message }`. */
  error?(status: number, message: string): object;
}

/** What a simulator holds, for people: tables of records and channels of messages. */
export interface SimulatorView {
  tables: { title: string; columns: { key: string; title: string }[]; rows: JsonObject[] }[];
  channels?: { name: string; messages: { at: string; from: string; text: string }[] }[];
}

/**
 * A small stateful stand-in for a vendor. The state is plain JSON, one collection a key, so that a seed can replace
 * single collections by name.
 */
export interface SimulatorDefinition<State extends object> {
  /** Id of the connector that it stands behind. */
  connector: string;
  title: string;
  apis: SimulatedApi<State>[];
  seed(): State;
  /** Collections in which the vendor only notes what was done. */
  logs?: (keyof State & string)[];
  view(state: State): SimulatorView;
}

/** What the server of simulators meets. */
export type Simulator = SimulatorDefinition<JsonObject>;

export function defineSimulator<State extends object>(definition: SimulatorDefinition<State>): Simulator {
  return definition as unknown as Simulator;
}

/** A refusal from within a rule, in the vendor's shape of an error. */
export class SimulatedRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'SimulatedRefusal';
  }
}
