import { type CompiledTrigger, fitTo } from '@castellan/flow';
import { ApiError } from '../platform/errors.js';

/**
 * What a person, or a calling program, gives to a trigger with a form: checked by its schema, with defaults filled in.
 * Other triggers take anything.
 * @throws ApiError `invalid_input` with every problem and its place below `/input`.
 */
export function formInput(spec: CompiledTrigger, given: unknown): unknown {
  if (spec.kind !== 'manual' && spec.kind !== 'call') return given ?? null;
  const hasFields = Object.keys(spec.input).length > 0;
  const fitted = fitTo(spec.input, given ?? (hasFields ? {} : null));
  if ('value' in fitted) return fitted.value;
  const problems = fitted.mismatches.map(({ pointer, message }) => ({ pointer: `/input${pointer}`, message }));
  throw new ApiError('invalid_input', `${problems[0]?.pointer} ${problems[0]?.message}.`, { problems });
}
