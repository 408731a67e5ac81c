import { type StepError, type StepErrorCode, stepErrors } from '@castellan/api';
import type { CompiledAction, FlowTest, TestAnswer } from '@castellan/flow';
import { sampleAnswer } from '../rehearsal/sample-answer.js';
import type { CallAnswer, Decision, StandIns } from '../rehearsal/stand-ins.js';

type RankedAnswer = TestAnswer & { rank: number };

/**
 * Stands in for the world as a test case says: answers come in the order in which they stand there. A call that it does
 * not name gets the example of the catalogue; an approval that it does not name is decided by nobody.
 */
export function givenStandIns({ answers = [] }: FlowTest): StandIns {
  const ranked = answers.map((answer, rank): RankedAnswer => ({ ...answer, rank }));
  const answersTo = (step: string, iteration: string): RankedAnswer[] => {
    const own = ranked.filter((answer) => answer.step === step && answer.iteration === iteration);
    return own.length > 0 ? own : ranked.filter((answer) => answer.step === step && answer.iteration === undefined);
  };
  return {
    call: ({ step, iteration, attempt, compiled }) => {
      const given = answersTo(step, iteration);
      const answer = given[attempt - 1] ?? given.at(-1);
      return answer ? callAnswer(answer) : sampleAnswer(compiled as CompiledAction);
    },
    decide: ({ step, iteration }) => decisionOf(answersTo(step, iteration)[0]),
  };
}

function callAnswer({ output, error, rank }: RankedAnswer): CallAnswer {
  const timing = { from: 'given' as const, rank };
  if (!error) return { ...timing, output: output ?? null };
  const { retryAfterSeconds, ...said } = error;
  return { ...timing, error: stepErrorOf(said), ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

function stepErrorOf(error: Partial<StepError> & { code: string }): StepError {
  const known = stepErrors[error.code as StepErrorCode];
  return { ...error, message: error.message ?? error.code, retryable: error.retryable ?? known?.retryable ?? false };
}

function decisionOf(answer: RankedAnswer | undefined): Decision | null {
  if (answer?.port === undefined) return null;
  return { from: 'given', rank: answer.rank, port: answer.port, output: answer.output };
}
