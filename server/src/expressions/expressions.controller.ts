import { routes } from '@castellan/api';
import { jsonTypeOf, lineAndColumn, readExpression, shapeInWords, valueAt } from '@castellan/flow';
import { Controller } from '@nestjs/common';
import { ApiError } from '../platform/errors.js';
import { Actor, Input, On } from '../platform/routes/index.js';
import type { EvaluationError, EvaluationResult } from './evaluation.js';
import { ExpressionHost } from './expression-host.js';

const previewMs = 1000;
const sampleBytes = 1024 * 1024;

type Evaluate = typeof routes.expressions.evaluate;

/** What the designer shows beside an expression: its value on sample data, or what is wrong at which place. */
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
    return toEvaluation(result as EvaluationResult, body.value);
  }
}

function toEvaluation(result: EvaluationResult, value: unknown) {
  if (!result.ok) return { ...result, error: { ...result.error, ...lineOf(result.error, value) } };
  const type = jsonTypeOf(result.value);
  return { ...result, type, shape: shapeInWords(result.value) };
}

/** Line and column in the source that the error is about. */
function lineOf({ pointer = '', position }: EvaluationError, value: unknown) {
  const expression = readExpression(valueAt(value, pointer));
  if (position === undefined || !expression || !('source' in expression)) return {};
  return lineAndColumn(expression.source, position);
}
