import type { Program } from '@castellan/flow';
import type { EvaluationRequest, EvaluationResult } from '../expressions/evaluation.js';
import type { ExpressionHost } from '../expressions/expression-host.js';
import { asKeyText } from '../platform/key-text.js';
import type { TriggerRow } from './trigger-row.js';

/** One event of a delivery for one trigger, before it is decided what comes of it. */
export interface Candidate {
  trigger: TriggerRow;
  program: Program;
  /** Which event of the delivery. */
  event: number;
  /** What expressions see as `trigger`. */
  data: Record<string, unknown>;
  /** Tells a repeated delivery of the same event apart from another one, where the vendor says so. */
  vendorKey: string | null;
}

export type Match =
  | { outcome: 'run'; dedupeKey: string | null; dedupeSeconds: number; businessKey: string | null }
  | { outcome: 'filtered'; reason: string };

/** Thrown when an intake expression fails or takes too long: the delivery stays stored and is tried again. */
export class IntakeFailure extends Error {}

/** A vendor repeats a delivery for days, not for ever. */
const vendorWindowSeconds = 7 * 86_400;

/**
 * Decides for each candidate whether it makes a run and by which key it is the same as another. Pointers are read
 * here; all expressions go to the host in one message. Rejects with IntakeFailure.
 */
export async function matchAll(
  expressions: ExpressionHost,
  candidates: Candidate[],
  milliseconds: number,
): Promise<Match[]> {
  const asked: EvaluationRequest[] = [];
  const ask = (candidate: Candidate, part: Pick<EvaluationRequest, 'value' | 'condition' | 'cel'>): number => {
    const { trigger, program, data } = candidate;
    const context = { trigger: data, vars: program.variables };
    return asked.push({ workspaceId: trigger.workspaceId, ...part, context }) - 1;
  };
  const plans = candidates.map((candidate) => {
    const { filter, dedupe } = candidate.trigger.spec as {
      filter?: Expression;
      dedupe?: { key: Key; windowSeconds: number };
    };
    const subject = candidate.program.settings.subject as Key | undefined;
    return {
      candidate,
      filter: filter && ask(candidate, isCel(filter) ? { cel: filter.cel } : { condition: filter }),
      dedupe: dedupe && { ...readKey(candidate, dedupe.key, ask), windowSeconds: dedupe.windowSeconds },
      subject: subject === undefined ? undefined : readKey(candidate, subject, ask),
    };
  });
  const answers = asked.length > 0 ? await expressions.evaluate(asked, { milliseconds }) : [];
  return plans.map(({ candidate, filter, dedupe, subject }) => {
    const { title, id } = candidate.trigger.spec;
    if (filter !== undefined && evaluated(answers[filter], `the filter of ${title || id}`) !== true) {
      return { outcome: 'filtered', reason: 'The filter of the trigger does not let it through.' };
    }
    const key = dedupe && keyText(dedupe, answers, `the dedupe key of ${title || id}`);
    const businessKey = subject ? keyText(subject, answers, `the subject of the flow`) : null;
    if (key) return { outcome: 'run', dedupeKey: key, dedupeSeconds: dedupe.windowSeconds, businessKey };
    const { vendorKey } = candidate;
    return {
      outcome: 'run',
      dedupeKey: vendorKey === null ? null : `delivery:${vendorKey}`,
      dedupeSeconds: vendorWindowSeconds,
      businessKey,
    };
  });
}

type Expression = { jsonata: string } | { cel: string };
type Key = string | Expression;
type ReadKey = { text: string | null; answer?: undefined } | { text?: undefined; answer: number };

const isCel = (expression: Expression): expression is { cel: string } => 'cel' in expression;

function readKey(
  candidate: Candidate,
  key: Key,
  ask: (candidate: Candidate, part: { value: unknown }) => number,
): ReadKey {
  if (typeof key === 'string') return { text: asKeyText(atPointer(candidate.data, key)) };
  return { answer: ask(candidate, { value: key }) };
}

function keyText(key: ReadKey, answers: EvaluationResult[], what: string): string | null {
  return key.answer === undefined ? key.text : asKeyText(evaluated(answers[key.answer], what));
}

function evaluated(answer: EvaluationResult | undefined, what: string): unknown {
  if (answer?.ok) return answer.value;
  throw new IntakeFailure(`${what} cannot be evaluated: ${answer?.error.message ?? 'no answer'}`);
}

/** The value at a JSON pointer, or undefined. Own properties only. */
export function atPointer(value: unknown, pointer: string): unknown {
  let at: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
