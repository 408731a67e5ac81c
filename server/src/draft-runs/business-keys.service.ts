import { type Program, valueAt } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';

/** Whom or what a run is about, by the flow's setting `subject`. */
@Injectable()
export class BusinessKeys {
  constructor(private readonly expressions: ExpressionHost) {}

  /** Null where the flow names none, or where it cannot be told from this data: a draft is tried all the same. */
  async of(workspaceId: string, { settings, variables }: Program, trigger: unknown): Promise<string | null> {
    const { subject } = settings;
    if (subject === undefined) return null;
    if (typeof subject === 'string') return asText(valueAt(trigger, subject));
    const part = 'cel' in subject ? { cel: subject.cel } : { value: subject };
    const context = { trigger, vars: variables };
    const [answer] = await this.expressions.evaluate([{ workspaceId, ...part, context }], { milliseconds: 1_000 });
    return answer?.ok ? asText(answer.value) : null;
  }
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
