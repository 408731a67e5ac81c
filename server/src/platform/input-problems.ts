import type { z } from 'zod';
import { ApiError } from './errors.js';

/** Something wrong with what a caller gave: a JSON pointer to it, and what. */
export interface InputProblem {
  pointer: string;
  message: string;
}

/** What a schema found wrong; `place` is the pointer of what was held against it. */
export const problemsIn = ({ issues }: z.core.$ZodError, place: string): InputProblem[] =>
  issues.map(({ path, message }) => ({ pointer: place + path.map(part).join(''), message }));

const part = (key: PropertyKey): string => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** The refusal that says the first problem and names them all. */
export function invalidInput(problems: InputProblem[]): ApiError {
  const [first] = problems;
  return new ApiError('invalid_input', `${first?.pointer}: ${first?.message}`, { problems });
}
