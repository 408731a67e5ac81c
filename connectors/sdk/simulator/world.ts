import type { JsonObject, JsonValue } from '../types.js';
import { type CompiledApi, compileApi } from './api.js';
import type {
  DeliveryOutcome,
  SimulatedAnswer,
  SimulatedCall,
  SimulatedDelivery,
  Simulator,
  SimulatorView,
} from './define.js';
import { type Fault, FaultScript } from './faults.js';

/** One request that a simulator was asked. */
export interface LoggedRequest {
  /** Counts from 1 in its workspace. */
  number: number;
  at: string;
  method: string;
  path: string;
  query: Record<string, string>;
  operation: string | null;
  body: JsonValue;
  idempotencyKey: string | null;
  /** Null while unanswered, and for good if the connection broke. */
  status: number | null;
}

/** The longest log kept of one workspace. */
const longestLog = 20_000;

/** What one simulator holds for one workspace. */
class Room {
  readonly faults = new FaultScript();
  requests: LoggedRequest[] = [];
  asked = 0;

  constructor(public state: JsonObject) {}
}

/** A simulator with its description compiled and its state kept apart for each workspace. */
export class SimulatorWorld {
  private readonly rooms = new Map<string, Room>();

  private constructor(
    private readonly simulator: Simulator,
    private readonly apis: CompiledApi[],
  ) {}

  static async open(simulator: Simulator): Promise<SimulatorWorld> {
    return new SimulatorWorld(simulator, await Promise.all(simulator.apis.map((api) => compileApi(api))));
  }

  get connector(): string {
    return this.simulator.connector;
  }

  get title(): string {
    return this.simulator.title;
  }

  /** Notes the request and says which fault it meets. */
  begin(call: SimulatedCall): { entry: LoggedRequest; fault: Fault | null } {
    const room = this.room(call.workspace);
    const operation = this.apis.map((api) => api.match(call)).find((id) => id !== null) ?? null;
    room.asked += 1;
    const entry: LoggedRequest = {
      number: room.asked,
      at: call.now.toISOString(),
      method: call.method,
      path: call.path,
      query: call.query,
      operation,
      body: call.body,
      idempotencyKey: call.headers['x-castellan-idempotency-key'] ?? null,
      status: null,
    };
    room.requests.push(entry);
    if (room.requests.length > longestLog) room.requests.shift();
    return { entry, fault: room.faults.take({ ...call, operation }) };
  }

  /** The answer of the rules, which may change the state. */
  answer(call: SimulatedCall): SimulatedAnswer {
    const api = this.apis.find((candidate) => candidate.match(call) !== null) ?? this.apis[0];
    return api!.answer(this.room(call.workspace).state, call);
  }

  /** Notes what came of a delivery, in the state as it is by now; @returns further deliveries */
  settle(workspace: string, delivery: SimulatedDelivery, outcome: DeliveryOutcome): SimulatedDelivery[] {
    return delivery.settled(this.room(workspace).state, outcome, new Date());
  }

  view(workspace: string): SimulatorView {
    return this.simulator.view(this.room(workspace).state);
  }

  state(workspace: string): JsonObject {
    return structuredClone(this.room(workspace).state);
  }

  requests(workspace: string): LoggedRequest[] {
    return this.room(workspace).requests;
  }

  faults(workspace: string): FaultScript {
    return this.room(workspace).faults;
  }

  /** Back to the first state: no requests, no faults. */
  reset(workspace: string): void {
    this.rooms.delete(workspace);
  }

  /** Replaces the collections that are named; the others stay as they are. */
  seed(workspace: string, collections: JsonObject): void {
    const room = this.room(workspace);
    const unknown = Object.keys(collections).filter((name) => !(name in room.state));
    if (unknown.length > 0) {
      throw new Error(
        `${this.title} holds no “${unknown.join('”, “')}”. It holds: ${Object.keys(room.state).join(', ')}.`,
      );
    }
    room.state = { ...room.state, ...structuredClone(collections) };
  }

  private room(workspace: string): Room {
    const found = this.rooms.get(workspace) ?? new Room(this.simulator.seed());
    this.rooms.set(workspace, found);
    return found;
  }
}
