import type { TestCoverage } from '@castellan/api';
import { type ControlGraph, type ControlLevel, type ControlStep, undoOf } from '@castellan/flow/runtime';
import type { Rehearsal } from '../rehearsal/rehearsal.js';

/**
 * The ways through a flow, and which of them no rehearsal went: steps, and for steps with several ports that lead
 * somewhere or decide something, each of these; and what follows a failure.
 */
export function coverageOf(graph: ControlGraph, rehearsals: Rehearsal[]): TestCoverage {
  const reached = new Set<string>();
  for (const { steps } of rehearsals) {
    for (const { step, status, port } of steps) {
      if (status === 'skipped') continue;
      reached.add(step);
      if (port !== null) reached.add(wayKey(step, port));
    }
  }
  const steps: string[] = [];
  const ports: TestCoverage['ports'] = [];
  let of = 0;
  for (const { step, level } of stepsOf(graph.top)) {
    of++;
    if (!reached.has(step.id)) steps.push(step.id);
    for (const port of portsToTake(step, level)) {
      of++;
      if (!reached.has(wayKey(step.id, port))) ports.push({ stepId: step.id, port });
    }
  }
  for (const step of stepsAfter(graph)) {
    of++;
    if (!reached.has(step)) steps.push(step);
  }
  return { reached: of - steps.length - ports.length, of, steps, ports };
}

/** What may follow the failure of a run. What is taken back only when a person ends the run, no test case reaches. */
function stepsAfter({ after }: ControlGraph): string[] {
  if (!after) return [];
  const takesBack = after.compensate === 'onFailure' || after.compensate === 'always';
  return Object.keys(after.steps).filter((step) => takesBack || !step.startsWith(undoOf('')));
}

const wayKey = (step: string, port: string): string => `${step}:${port}`;

function stepsOf(level: ControlLevel): { step: ControlStep; level: ControlLevel }[] {
  return level.order.flatMap((id) => {
    const step = level.steps[id];
    if (!step) return [];
    return [{ step, level }, ...(step.body ? stepsOf(step.body) : [])];
  });
}

/** Ports that are a choice: all of a branch and of an approval, else those that a wire leaves by where there are several. */
function portsToTake(step: ControlStep, { wires }: ControlLevel): string[] {
  if (step.kind === 'branch') return step.ports;
  const isWired = (port: string): boolean => wires.some(({ from, port: by }) => from === step.id && by === port);
  if (step.kind === 'approval') {
    return step.ports.filter((port) => port !== 'timeout' || step.timeoutSeconds > 0 || isWired(port));
  }
  const wired = step.ports.filter(isWired);
  return wired.length > 1 || (wired.length === 1 && wired[0] !== 'out') ? wired : [];
}
