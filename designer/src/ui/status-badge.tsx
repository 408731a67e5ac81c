import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CirclePause,
  CircleX,
  Clock,
  LoaderCircle,
  type LucideIcon,
  Minus,
} from 'lucide-react';
import classes from './status-badge.module.css';

/** How a state looks: its icon and its colour (`--state-<look>` in theme.css). */
export type Look = 'succeeded' | 'failed' | 'running' | 'waiting' | 'unknown' | 'skipped' | 'neutral';

const icons: Record<Look, LucideIcon> = {
  succeeded: CircleCheck,
  failed: CircleX,
  running: LoaderCircle,
  waiting: Clock,
  unknown: CircleHelp,
  skipped: CircleDashed,
  neutral: Minus,
};

export const stateIcons = { ...icons, paused: CirclePause, cancelled: Ban };

interface Props {
  look: Look;
  /** The state in one word: colour is never alone. */
  word: string;
  /** Another icon than the look's own. */
  icon?: LucideIcon;
  /** Icon and word without a ground, for rows of a table. */
  plain?: boolean;
}

/** A state: icon, word and colour. */
export function StatusBadge({ look, word, icon, plain = false }: Props) {
  const Icon = icon ?? icons[look];
  return (
    <span className={classes.badge} data-look={look} data-plain={plain || undefined}>
      <Icon size={14} aria-hidden className={look === 'running' ? 'turning' : undefined} />
      {word}
    </span>
  );
}
