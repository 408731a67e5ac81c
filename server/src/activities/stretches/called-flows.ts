import type { StepError } from '@castellan/api';
import type { CompiledTrigger, JsonSchema, Program } from '@castellan/flow';
import { mismatchesOf } from '@castellan/flow';
import { isAfter } from '@castellan/flow/runtime';
import type { ExpressionHost } from '../../expressions/expression-host.js';
import { IntakeFailure } from '../../expressions/intake-reading.js';
import type { PublishedVersion, VersionsService } from '../../flows/versions.service.js';
import type { Sql } from '../../platform/database/index.js';
import { newId } from '../../platform/ids.js';
import { holdsMask, maskSecrets } from '../../platform/masking.js';
import { deepestCall } from '../../runs/depth.js';
import type { NewRun } from '../../runs/make-run.js';
import { type RunKeys, readRunKeys } from '../../runs/run-keys.js';
import type { RunFacts } from '../facts.js';
import { stepError } from '../kinds/index.js';
import { earlierCall } from './earlier-call.js';

/** A flow that another one calls, as it was published when it was looked up. */
interface CalledFlow {
  id: string;
  name: string;
  versionId: string;
  version: number;
  program: Program;
  trigger: Extract<CompiledTrigger, { kind: 'call' }>;
  simulated: boolean;
}

/** Where a flow is called: the run and the step that calls it, and with what. */
export interface FlowCall {
  facts: RunFacts;
  version: PublishedVersion;
  step: string;
  iteration: string;
  /** What identifies the item of the loops around the step. */
  item: string;
  flow: string;
  wait: boolean;
  input: unknown;
}

/** A run to be made, and the name of its flow. */
export interface CalledRun {
  run: NewRun;
  flowName: string;
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface FlowRow {
  id: string;
  workspaceId: string;
  name: string;
  enabled: boolean;
  removed: boolean;
  versionId: string | null;
}

/** How steps call flows: those of the workspace, or what stands for them in a rehearsal. */
export interface FlowCalls {
  /** Before `start` is asked: reads what is not known yet of these flows. */
  prepare(calls: { version: PublishedVersion; flow: string }[]): Promise<void>;
  /** The run that a call makes, or why it makes none. */
  start(call: FlowCall): Promise<CalledRun | { error: StepError }>;
}

/** What the flows that steps call need to be known of: their versions, and what must not be handed to them. */
export interface CalledFlowsSource {
  database: Sql;
  versions: VersionsService;
  expressions: Pick<ExpressionHost, 'evaluate'>;
  secretsOf: (versionId: string) => Promise<string[]>;
}

/** The flows that steps call, read once for a stretch: the published version of that moment is what runs. */
export class CalledFlows implements FlowCalls {
  private readonly found = new Map<string, CalledFlow | StepError>();
  /** Secrets of the callers' connections, by version. */
  private readonly secrets = new Map<string, readonly string[]>();

  constructor(private readonly on: CalledFlowsSource) {}

  async prepare(calls: { version: PublishedVersion; flow: string }[]): Promise<void> {
    for (const { id } of new Set(calls.map(({ version }) => version)))
      this.secrets.set(id, await this.on.secretsOf(id));
    const missing = calls.filter((call) => !this.found.has(keyOf(call.version.workspaceId, call.flow)));
    if (missing.length === 0) return;
    const rows = await this.on.database.query<FlowRow>(
      `select f.id, f.workspace_id as "workspaceId", f.name, f.enabled, f.removed_at is not null as removed,
              v.id as "versionId"
         from flows f left join versions v on v.flow_id = f.id and v.number = f.published
        where f.id = any($1::uuid[])`,
      [[...new Set(missing.map(({ flow }) => flow))].filter((id) => uuid.test(id))],
    );
    for (const { version, flow } of missing) {
      const row = rows.find(({ id, workspaceId }) => id === flow && workspaceId === version.workspaceId);
      this.found.set(keyOf(version.workspaceId, flow), await this.callable(row));
    }
  }

  private callable(row: FlowRow | undefined): Promise<CalledFlow | StepError> | StepError {
    if (!row || row.removed) return refused('The flow that is called is no longer there');
    const { id, name, versionId } = row;
    if (versionId === null) return refused(`The flow “${name}” is not published`);
    if (!row.enabled) return refused(`The flow “${name}” is switched off`);
    return this.published({ id, name, versionId });
  }

  private async published(flow: { id: string; name: string; versionId: string }): Promise<CalledFlow | StepError> {
    const { program, number, simulated } = await this.on.versions.get(flow.versionId);
    const trigger = Object.values(program.triggers).find((one) => one.kind === 'call');
    if (!trigger) return refused(`The flow “${flow.name}” has no call trigger`);
    return { ...flow, version: number, program, trigger, simulated };
  }

  async start(call: FlowCall): Promise<CalledRun | { error: StepError }> {
    const { facts, version, step, iteration, item, input } = call;
    const called = this.found.get(keyOf(facts.workspaceId, call.flow));
    if (!called || 'code' in called) return { error: called ?? refused('The flow that is called is not known') };
    if (facts.depth >= deepestCall) {
      const message = `Flows call each other more than ${deepestCall} deep; “${called.name}” is not started`;
      return { error: stepError('E_RECURSION', message) };
    }
    if (holdsMask(input) || maskSecrets(input, this.secrets.get(version.id) ?? []) !== input) {
      const message =
        'The input holds a secret of a connection, or one that was masked; flows do not hand them on (/input)';
      return { error: stepError('E_MASKED', message) };
    }
    const error = inputError(called.trigger.input, input);
    if (error) return { error };
    const { id: triggerId, kind } = called.trigger;
    const triggerData = { id: triggerId, kind, delivery: null, receivedAt: new Date().toISOString(), input };
    const keys = await this.keysOf(called, { workspaceId: facts.workspaceId, triggerData });
    if ('error' in keys) return keys;
    const run: NewRun = {
      id: newId(),
      workspaceId: facts.workspaceId,
      flowId: called.id,
      versionId: called.versionId,
      version: called.version,
      mode: facts.mode,
      // What follows the end of a run is no part of its plan.
      planId: isAfter(step) ? null : (facts.plan?.id ?? null),
      triggerId,
      triggerKind: kind,
      deliveryId: null,
      triggerData,
      ...keys,
      // What follows the end of another run of the chain followed another end.
      ...(isAfter(step) ? {} : await earlierCall(this.on, facts, { step, item, input, called })),
      simulated: called.simulated,
      parent: {
        parentRunId: facts.id,
        parentStep: step,
        parentIteration: iteration,
        parentItem: item,
        parentWaits: call.wait,
        depth: facts.depth + 1,
      },
    };
    return { run, flowName: called.name };
  }

  private async keysOf(
    { name, program }: CalledFlow,
    start: { workspaceId: string; triggerData: unknown },
  ): Promise<RunKeys | { error: StepError }> {
    try {
      return await readRunKeys(this.on.expressions, { ...start, program });
    } catch (error) {
      if (!(error instanceof IntakeFailure)) throw error;
      return { error: stepError('E_EXPR', `“${name}” is not started: ${error.message}`) };
    }
  }
}

function inputError(schema: JsonSchema, input: unknown): StepError | null {
  const [first, ...others] = mismatchesOf(schema, input);
  if (!first) return null;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  const pointer = `/input${first.pointer}`;
  return stepError('E_INPUT', `The input ${first.message} (${pointer}${more})`, { pointer });
}

const refused = (message: string): StepError => stepError('E_FLOW', message);

const keyOf = (workspaceId: string, flow: string): string => `${workspaceId}/${flow}`;
