import type { ControlGraph, ControlLevel, ControlStep, Wire } from '@castellan/flow/runtime';
import { afterLevel } from './after.js';

/** A step with what the interpreter asks of its surroundings, looked up once per version. */
export interface PlannedStep {
  step: ControlStep;
  /** Id of the loop whose body holds it; '' at the top. */
  loop: string;
  incoming: Wire[];
  /** Ids of the steps that a wire of this step leads to, whatever its port. */
  followers: string[];
}

export interface Plan {
  graph: ControlGraph;
  steps: Map<string, PlannedStep>;
  /** Levels by the id of their loop; the top is ''. */
  levels: Map<string, ControlLevel>;
  /** Steps that run after the end; they stand on no level. */
  after: Map<string, PlannedStep>;
  /** Some step starts another flow. */
  callsFlows: boolean;
}

/** Indexes a control graph. Pure; done once per version and process. */
export function makePlan(graph: ControlGraph): Plan {
  const plan: Plan = { graph, steps: new Map(), levels: new Map(), after: new Map(), callsFlows: false };
  indexLevel(plan, '', graph.top);
  for (const step of Object.values(graph.after?.steps ?? {})) {
    plan.after.set(step.id, { step, loop: afterLevel, incoming: [], followers: [] });
  }
  plan.callsFlows = [...plan.steps.values()].some(({ step }) => step.kind === 'subflow');
  return plan;
}

function indexLevel(plan: Plan, loop: string, level: ControlLevel): void {
  plan.levels.set(loop, level);
  for (const step of Object.values(level.steps)) {
    plan.steps.set(step.id, {
      step,
      loop,
      incoming: level.wires.filter((wire) => wire.to === step.id),
      followers: [...new Set(level.wires.filter((wire) => wire.from === step.id).map((wire) => wire.to))],
    });
    if (step.body) indexLevel(plan, step.id, step.body);
  }
}

export function plannedStep(plan: Plan, stepId: string): PlannedStep {
  const planned = plan.steps.get(stepId) ?? plan.after.get(stepId);
  if (!planned) throw new Error(`The version has no step ${stepId}`);
  return planned;
}
