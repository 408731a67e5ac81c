import type { CompiledSubflow } from '@castellan/flow';
import type { EvaluationResult } from '../../expressions/evaluation.js';
import { failurePort, plannedStep } from '../../workflows/interpreter/index.js';
import { compiledStep } from '../contexts.js';
import type { ApprovalRequest } from '../kinds/approval.js';
import { type Conclusion, notYet, stepError } from '../kinds/index.js';
import { atOnce } from '../kinds/planned.js';
import type { CallInput } from '../kinds/subflow.js';
import type { Awaited } from '../kinds/wait.js';
import { tooLargeToKeep } from '../values.js';
import type { FlowCalls } from './called-flows.js';
import { openApproval, openWait } from './openings.js';
import type { RoundPart, StepCommand } from './round-parts.js';
import type { StretchRun } from './stretch.js';

type Succeeded = Extract<Conclusion, { status: 'succeeded' }>;
type Failed = Extract<Conclusion, { status: 'failed' }>;

/** What follows from a part's evaluation. `now` is that of the round; `called` knows the flows that its parts call. */
export async function concludePart(
  run: StretchRun,
  { command, evaluation }: RoundPart,
  results: EvaluationResult[],
  { now, called }: { now: number; called: FlowCalls },
): Promise<void> {
  const conclusion = evaluation.conclude(results);
  if (conclusion === notYet) return;
  if (conclusion.status === 'failed') {
    fail(run, command, conclusion);
    return;
  }
  switch (command.type) {
    case 'evaluate':
      succeed(run, command, conclusion);
      break;
    case 'items':
      startLoop(run, command, conclusion.output as unknown[]);
      break;
    case 'collect':
      endLoop(run, command, conclusion.output as unknown[]);
      break;
    case 'open':
      if (plannedStep(run.plan, command.step).step.kind === 'subflow')
        await callFlow(run, command, conclusion.output as CallInput, { now, called });
      else if (run.facts.mode === 'plan') passAtOnce(run, command, conclusion.output);
      else open(run, command, conclusion.output, now);
      break;
  }
}

export function endLoop(run: StretchRun, command: StepCommand, items: unknown[]): void {
  const { step, iteration } = command;
  const loop = run.loopAt(command);
  const output = { count: loop?.count ?? 0, failed: loop?.failed ?? 0, items };
  run.changes.closedLoops.push({ step, iteration });
  if (loop?.stopped) {
    const message = `${loop.failed} of ${loop.count} items failed, and the loop stops at the first`;
    fail(run, command, { error: stepError('E_ITEM', message) });
    return;
  }
  succeed(run, command, { port: 'out', output });
}

/** The time of a wait, an approval or a called flow is over. */
export function expire(run: StretchRun, command: StepCommand): void {
  const { step, iteration } = command;
  if (run.lacksTurn) {
    run.changes.woken.push({ step, iteration });
    return;
  }
  const { kind, timeoutSeconds } = plannedStep(run.plan, step).step;
  if (kind === 'subflow') {
    run.changes.abandoned.push({ step, iteration });
    const message = `The flow that was called did not end within ${timeoutSeconds} s; its run is cancelled`;
    fail(run, command, { error: stepError('E_TIMEOUT', message) });
    return;
  }
  const port = run.stepAt(command)?.duePort ?? (kind === 'wait' ? 'out' : 'timeout');
  const awaitsEvent = 'event' in compiledStep(run.version, step);
  if (kind === 'approval' || awaitsEvent) {
    run.changes.expired.push({ step, iteration, kind: awaitsEvent ? 'event' : 'approval' });
  }
  run.settle(command, { status: 'succeeded', port, output: null });
}

/** Nobody has decided by now: more people are asked. */
export function escalate(run: StretchRun, command: StepCommand): void {
  const { step, iteration } = command;
  const until = run.stepAt(command)?.escalations?.[0];
  if (until === undefined) return;
  run.changes.escalated.push({ step, iteration, until });
  run.happened({ type: 'escalated', step, iteration });
}

function succeed(
  run: StretchRun,
  command: StepCommand,
  { port, output, response, outcome }: Omit<Succeeded, 'status'>,
): void {
  // Only lists can grow past what one evaluation may put out.
  const error = Array.isArray(output) || command.type === 'collect' ? tooLargeToKeep(output) : null;
  if (error) {
    fail(run, command, { error });
    return;
  }
  if (response && !run.changes.response) run.changes.response = response;
  if (outcome !== undefined) run.changes.outcome = outcome;
  run.settle(command, { status: 'succeeded', port, output });
}

function fail(run: StretchRun, command: StepCommand, { error, input }: Omit<Failed, 'status'>): void {
  const port = failurePort(plannedStep(run.plan, command.step).step);
  run.settle(command, { status: 'failed', port, error, ...(input === undefined ? {} : { input }) });
}

function startLoop(run: StretchRun, command: StepCommand, items: unknown[]): void {
  const { step, iteration } = command;
  run.write(command, { status: 'running', count: items.length, begins: true });
  run.changes.items.push({ step, iteration, items });
  run.happened({ type: 'items', step, iteration, count: items.length });
}

/** Nobody is asked and nothing is awaited where only a plan is made. */
function passAtOnce(run: StretchRun, command: StepCommand, resolved: unknown): void {
  const { kind } = plannedStep(run.plan, command.step).step;
  const { port, output } = atOnce(kind === 'wait' ? 'wait' : 'approval', run.facts.plan?.pins[command.step]);
  run.settle(command, { status: 'succeeded', port, input: resolved, output });
}

function open(run: StretchRun, command: StepCommand, resolved: unknown, now: number): void {
  const { step: id, iteration } = command;
  const { step } = plannedStep(run.plan, id);
  const at = { version: run.version, step, iteration, title: titleOf(run, id), now };
  const opening =
    step.kind === 'wait' ? openWait(at, resolved as Awaited) : openApproval(at, resolved as ApprovalRequest);
  if (opening.approval) run.changes.approvals.push(opening.approval);
  if (opening.event) run.changes.awaitedEvents.push(opening.event);
  const { due, detail } = opening.row;
  run.write(command, { status: 'waiting', ...opening.row, begins: true });
  run.happened({ type: 'opened', step: id, iteration, due, port: detail?.port, escalations: detail?.escalations });
}

/** Starts the called flow: its run is made in the transaction that says on the step's row which one it is. */
async function callFlow(
  run: StretchRun,
  command: StepCommand,
  { input, item }: CallInput,
  { now, called }: { now: number; called: FlowCalls },
): Promise<void> {
  const { facts, version, plan } = run;
  const { step, iteration } = command;
  const { flow, wait } = compiledStep(version, step) as CompiledSubflow;
  const start = await called.start({ facts, version, step, iteration, item, flow, wait, input });
  if ('error' in start) {
    fail(run, command, { error: start.error, input });
    return;
  }
  const { run: child, flowName } = start;
  run.changes.children.push(child);
  if (!wait) {
    const output = { runId: child.id };
    run.settle(command, { status: 'succeeded', port: 'out', input, output, childRunId: child.id });
    return;
  }
  const { timeoutSeconds } = plannedStep(plan, step).step;
  const due = timeoutSeconds > 0 ? now + timeoutSeconds * 1_000 : undefined;
  const detail = { kind: 'subflow' as const, what: titleOf(run, step), who: flowName };
  run.write(command, { status: 'waiting', due, input, detail, childRunId: child.id, begins: true });
  run.happened({ type: 'opened', step, iteration, due });
}

const titleOf = ({ version }: StretchRun, step: string): string => compiledStep(version, step).title || step;
