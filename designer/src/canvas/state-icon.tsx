import type { StepStatus } from '@castellan/api';
import { stepStatus } from '../status/statuses.js';
import { Duration } from '../ui/duration.js';
import { stateIcons } from '../ui/status-badge.js';
import type { BoxState } from './box-data.js';
import classes from './canvas.module.css';

/** The icon of a step's status, in its colour; its word goes with it for those who do not see it. */
export function StateIcon({ status, size = 16 }: { status: StepStatus; size?: number }) {
  const { look, word, icon } = stepStatus(status);
  const Icon = icon ?? stateIcons[look];
  return (
    <Icon
      size={size}
      className={look === 'running' ? 'turning' : undefined}
      style={{ color: `var(--state-${look})`, flex: 'none' }}
      aria-label={word}
      role="img"
    />
  );
}

/** Attempts, duration and icon of a step, at the top right of its box. */
export function BoxStateLine({ state }: { state: BoxState }) {
  return (
    <span className={classes.stateLine}>
      {state.attempts > 1 && <span title={`${state.attempts} attempts`}>×{state.attempts}</span>}
      {state.startedAt !== null && <Duration from={state.startedAt} to={state.endedAt} />}
      <StateIcon status={state.status} />
    </span>
  );
}
