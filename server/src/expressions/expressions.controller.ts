import { routes } from '@castellan/api';
import { Controller } from '@nestjs/common';
import { ApiError } from '../platform/errors.js';
import { Actor, Input, On } from '../platform/routes/index.js';
import type { EvaluationResult } from './evaluation.js';
import { ExpressionHost } from './expression-host.js';

const previewMs = 1000;
const sampleBytes = 1024 * 1024;

type Evaluate = typeof routes.expressions.evaluate;

/** What the designer shows beside an expression: its value on sample data. */
@Controller()
export class ExpressionsController {
  constructor(private readonly host: ExpressionHost) {}

  @On(routes.expressions.evaluate)
  async evaluate(@Actor() actor: Actor, @Input() { body }: Input<Evaluate>) {
    if (Buffer.byteLength(JSON.stringify(body.context)) > sampleBytes) {
      throw new ApiError('too_large', 'The sample data is larger than 1 MiB.', { limit: sampleBytes });
    }
    const request = { workspaceId: actor.workspaceId, value: body.value, context: body.context };
    const [result] = await this.host.evaluate([request], { milliseconds: previewMs });
    return toEvaluation(result as EvaluationResult);
  }
}

function toEvaluation(result: EvaluationResult) {
  return result.ok ? { ...result, type: typeOf(result.value) } : result;
}

/** JSON's name of the value's type. */
function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
