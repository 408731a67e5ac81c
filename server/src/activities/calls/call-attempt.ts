import type { CompiledAction, CompiledUndo } from '@castellan/flow';
import { isAfter } from '@castellan/flow/runtime';
import type { Operation } from '@castellan/sdk';
import type { ConnectionsService } from '../../connections/connections.service.js';
import type { OpenConnection } from '../../connections/open-connection.js';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import { calledConnector } from '../../connector-registry/references.js';
import type { PublishedVersion, VersionsService } from '../../flows/versions.service.js';
import type { Entry } from '../../operations/connection-gates.js';
import type { OperationsService } from '../../operations/operations.service.js';
import type { SafetyGate } from '../../safety/safety-gate.service.js';
import type { CallRequest, CallResult } from '../../workflows/contract.js';
import { plannedStep } from '../../workflows/interpreter/index.js';
import { compiledStep, type EvaluationPlace } from '../contexts.js';
import type { FactsCache, RunFacts } from '../facts.js';
import type { Plans } from '../plans.js';
import type { PreparationDependencies, PreparedCall } from './call-preparation.js';
import { type CallBefore, type CallRows, notBegun } from './call-rows.js';
import type { CallWatch } from './call-watch.js';
import type { Reversal } from './reversal.js';

export interface CallDependencies extends PreparationDependencies {
  versions: VersionsService;
  plans: Plans;
  facts: FactsCache;
  connections: ConnectionsService;
  operations: OperationsService;
  watch: CallWatch;
  rows: CallRows;
  safety: SafetyGate;
}

export type Outcome = CallResult['outcome'];

/** One attempt of one action step, with what its stages have found out so far. */
export class CallAttempt {
  readonly place: EvaluationPlace;
  action: CompiledAction;
  before: CallBefore = notBegun;
  /** Of a step of an undo: what it takes back. */
  reversal: Reversal | null = null;
  /** Null where its step needs none. */
  connection: OpenConnection | null = null;
  /** Past the limits of its connection. */
  entry: Entry | null = null;
  /** Null for reads, which have no row in the ledger. */
  effect: PreparedCall['effect'] = null;

  constructor(
    readonly on: CallDependencies,
    readonly request: CallRequest,
    readonly facts: RunFacts,
    readonly version: PublishedVersion,
  ) {
    this.action = compiledStep(version, request.step) as CompiledAction;
    this.place = { facts, version, step: request.step, iteration: request.iteration };
  }

  get operation(): Operation | undefined {
    return connectorOf(calledConnector(this.action)).operations[this.action.operation];
  }

  get operationName(): string {
    return `${this.action.connector}.${this.action.operation}`;
  }

  get connectionId(): string | null {
    return this.connection?.id ?? null;
  }

  get secrets(): string[] {
    return this.connection?.secretValues ?? [];
  }

  /** The step that it takes back, where it does that. */
  get undo(): CompiledUndo | null {
    return 'undoes' in this.action ? (this.action as CompiledUndo) : null;
  }

  /** It runs after the end of its run. */
  get isAfter(): boolean {
    return isAfter(this.request.step);
  }

  /** Its step as the interpreter has it. */
  get planned() {
    return plannedStep(this.on.plans.of(this.version), this.request.step).step;
  }

  get timeoutMs(): number {
    return this.planned.timeoutSeconds * 1_000;
  }

  /** What lets its requests pass, where a connection has let it in. */
  get gate() {
    return this.entry ? { gate: this.entry.gate } : {};
  }
}
