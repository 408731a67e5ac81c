import type { StepTry } from '@castellan/api';
import { exactTime } from '../../ui/format.js';
import classes from './run.module.css';

interface AttemptListProps {
  tries: readonly StepTry[];
  /** Attempts in all: of many only the first and the latest are remembered. */
  attempts: number;
}

/** What was tried, attempt by attempt: when, what the system said, when the next one was due. */
export function AttemptList({ tries, attempts }: AttemptListProps) {
  const left = attempts - tries.length;
  return (
    <ol className={classes.attempts} aria-label="Attempts">
      {tries.map((attempt, index) => (
        <li key={attempt.at}>
          <span className={classes.soft}>
            {exactTime(attempt.at)}
            {attempt.status !== undefined && ` · HTTP ${attempt.status}`}
            {attempt.next !== undefined && ` · tried again at ${exactTime(attempt.next)}`}
          </span>
          <span className="break-anywhere">{attempt.message}</span>
          {index === 0 && left > 1 && tries.length > 1 && <span className={classes.soft}>… and others between</span>}
        </li>
      ))}
    </ol>
  );
}
