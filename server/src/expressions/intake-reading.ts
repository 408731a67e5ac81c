import { asKeyText, keyHash } from '../platform/key-text.js';
import type { EvaluationRequest, EvaluationResult } from './evaluation.js';
import type { ExpressionHost } from './expression-host.js';

/** A filter as a version has it. */
export type CompiledFilter = { jsonata: string } | { cel: string };
/** A key as a version has it: a JSON pointer into `trigger`, or an expression. */
export type CompiledKey = string | CompiledFilter;

/** What starts a run, as filters and keys see it. */
export interface IntakeScope {
  workspaceId: string;
  context: { trigger: unknown; vars: Record<string, unknown> };
}

/** A filter or a key fails, or takes too long. The message names which, and what is wrong with it. */
export class IntakeFailure extends Error {}

/**
 * What is read before a run is made: filters and keys. Pointers are read at once; all expressions go to the host in one
 * message, by `answer`. Until then the functions that were handed out may not be called.
 */
export class IntakeReading {
  private readonly asked: EvaluationRequest[] = [];
  private answers: EvaluationResult[] = [];

  /** @returns whether the filter lets it through; throws IntakeFailure */
  filter(scope: IntakeScope, filter: CompiledFilter, what: string): () => boolean {
    const answer = this.ask(scope, 'cel' in filter ? { cel: filter.cel } : { condition: filter });
    return () => answer(what) === true;
  }

  /** @returns the key as text, null where there is none: nothing, an empty text, an empty list; throws IntakeFailure */
  key(scope: IntakeScope, key: CompiledKey, what: string): () => string | null {
    if (typeof key === 'string') {
      const text = asText(atPointer(scope.context.trigger, key));
      return () => text;
    }
    const answer = this.ask(scope, 'cel' in key ? { celKey: key.cel } : { value: key });
    return () => asText(answer(what));
  }

  /** Evaluates all that was asked, within so many milliseconds each. */
  async answer(expressions: Pick<ExpressionHost, 'evaluate'>, milliseconds: number): Promise<void> {
    if (this.asked.length > 0) this.answers = await expressions.evaluate(this.asked, { milliseconds });
  }

  private ask(
    { workspaceId, context }: IntakeScope,
    part: Pick<EvaluationRequest, 'value' | 'condition' | 'cel' | 'celKey'>,
  ): (what: string) => unknown {
    const index = this.asked.push({ workspaceId, ...part, context }) - 1;
    return (what) => {
      const answer = this.answers[index];
      if (answer?.ok) return answer.value;
      throw new IntakeFailure(`${what} cannot be evaluated: ${answer?.error.message ?? 'no answer'}`);
    };
  }
}

/** What an index takes, and more than anybody reads. */
const longestKey = 500;

/** A key as text. One that is too long is kept by its beginning and what tells it from others. */
function asText(value: unknown): string | null {
  const text = asKeyText(value);
  if (text === null || text.length <= longestKey) return text;
  return `${text.slice(0, 100)}… (sha256 ${keyHash(text)})`;
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
