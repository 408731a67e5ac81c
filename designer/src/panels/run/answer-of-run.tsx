import type { RunRow } from '@castellan/api';
import { useGivenAnswer } from '../../api/index.js';
import { GivenAnswerText } from '../triggers/subscription/given-answer.js';
import classes from './run.module.css';
import { isOver } from './run-state.js';

/** Of a run that answers a system: what that was told. */
export function AnswerOfRun({ run }: { run: RunRow }) {
  const { data } = useGivenAnswer(run.id, run.trigger.kind === 'connector', isOver(run));
  if (!data?.answer || data.system === null) return null;
  return (
    <section className={classes.notice} data-look="neutral" aria-label="What was answered">
      <GivenAnswerText answer={data.answer} system={data.system} />
    </section>
  );
}
