import { type StepStands, stepStatus } from '../status/statuses.js';
import { duration, elapsed } from '../ui/format.js';
import { stateIcons } from '../ui/status-badge.js';
import { useNow } from '../ui/use-now.js';
import type { BoxState } from './box-data.js';
import classes from './canvas.module.css';

/** The icon of a step's status, in its colour; its word goes with it for those who do not see it. */
export function StateIcon({ step, size = 16 }: { step: StepStands; size?: number }) {
  const { look, word, icon } = stepStatus(step);
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
  const now = useNow(state.startedAt === null || state.endedAt !== null);
  const took = elapsed(state.startedAt, state.endedAt, Math.max(now, Date.now()));
  const text = [state.attempts > 1 ? `×${state.attempts}` : '', took === null ? '' : duration(took)].join(' ').trim();
  return (
    <span className={classes.stateLine}>
      {text !== '' && <span className={classes.stateText} data-text={text} />}
      <StateIcon step={state} />
    </span>
  );
}
