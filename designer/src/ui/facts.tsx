import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** Names beside their values: `dt` and `dd`, one pair below the other. `room`: little in panels, much where it is read at leisure. */
export function Facts({ room = 'some', children }: { room?: 'little' | 'some' | 'much'; children: ReactNode }) {
  return (
    <dl className={classes.facts} data-room={room}>
      {children}
    </dl>
  );
}
