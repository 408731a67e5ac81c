import type { Program } from '@castellan/flow';
import type { EvaluationRequest } from '../../expressions/evaluation.js';
import { mostBytes } from '../../platform/large-values/index.js';
import type { PureCommand } from '../../workflows/interpreter/index.js';
import { compiledStep, contextIn, type EvaluationPlace } from '../contexts.js';
import { itemKeys } from '../item-keys.js';
import { approvalRequest } from '../kinds/approval.js';
import { type Evaluation, evaluationOf, notYet, stepError } from '../kinds/index.js';
import { loopItems } from '../kinds/loop.js';
import { callInput } from '../kinds/subflow.js';
import { awaited } from '../kinds/wait.js';
import { outputTooLarge } from '../values.js';
import { endLoop } from './step-outcomes.js';
import type { StretchRun } from './stretch.js';

type Compiled = Program['steps'][string];
export type StepCommand = Exclude<PureCommand, { type: 'finish' | 'next' }>;

/** One thing to evaluate in a round, and where its answers go. */
export interface RoundPart {
  place: EvaluationPlace;
  evaluation: Evaluation;
  command: StepCommand;
}

/** What there is to evaluate for a command; none when it can be done without. */
export function partsOf(run: StretchRun, command: StepCommand, now: number): RoundPart[] {
  const compiled = compiledStep(run.version, command.step);
  const { facts, version } = run;
  const { step, iteration } = command;
  const place: EvaluationPlace = { facts, version, step, iteration, ...(run.error ? { error: run.error } : {}) };
  if (command.type === 'collect') return partsOfCollect(run, command, place, compiled);
  const evaluation =
    compiled.kind === 'subflow'
      ? callInput(compiled.input, itemKeys(version, compiled.level, command.iteration))
      : evaluationFor(command, fieldsOf(compiled), now);
  return [{ place, command, evaluation }];
}

/** One evaluation an iteration, in a frame of its own; none when the loop collects nothing. */
function partsOfCollect(
  run: StretchRun,
  command: StepCommand,
  place: EvaluationPlace,
  compiled: Compiled,
): RoundPart[] {
  const loop = run.loopAt(command);
  const collect = fieldsOf(compiled).collect;
  if (!loop || collect === undefined || collect === false || loop.count === 0) {
    endLoop(run, command, []);
    return [];
  }
  const collected: unknown[] = [];
  let open = loop.finished;
  let size = 0;
  return Array.from({ length: loop.finished }, (_, index) => ({
    command,
    place: { ...place, inside: { loop: command.step, index } },
    evaluation: {
      parts: [{ value: collect === true ? { jsonata: 'steps' } : collect }],
      conclude: ([result]) => {
        if (result && !result.ok)
          return { status: 'failed', error: stepError(result.error.code, result.error.message) };
        collected[index] = result?.value ?? null;
        // Known before all of it is in memory.
        size += JSON.stringify(collected[index]).length + 1;
        if (size > mostBytes) return { status: 'failed', error: outputTooLarge(size) };
        return --open === 0 ? { status: 'succeeded', port: null, output: collected } : notYet;
      },
    },
  }));
}

/** The step's own fields, with variables put in at publish. */
const fieldsOf = (compiled: Compiled): Record<string, unknown> & { kind: string } => ({
  ...compiled,
  kind: compiled.kind,
});

function evaluationFor(
  command: StepCommand,
  fields: Record<string, unknown> & { kind: string },
  now: number,
): Evaluation {
  if (command.type === 'items') return loopItems(fields as unknown as Parameters<typeof loopItems>[0]);
  if (command.type === 'open' && fields.kind === 'wait') return awaited(fields as Parameters<typeof awaited>[0], now);
  if (command.type === 'open') return approvalRequest(fields as unknown as Parameters<typeof approvalRequest>[0]);
  return evaluationOf(fields);
}

/** The request to the expression host for a part; its expressions take `now` (epoch milliseconds) for the time. */
export function requestOf(part: RoundPart, context: Record<string, unknown>, now: number): EvaluationRequest[] {
  const { workspaceId } = part.place.facts;
  return part.evaluation.parts.map(({ within, ...piece }) => {
    const seen = within === undefined ? context : contextIn(context, within);
    return { workspaceId, ...piece, context: seen, now };
  });
}
