import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './notice.module.css';
import { type Look, stateIcons } from './status-badge.js';

interface Props {
  look: Look;
  title: string;
  icon?: LucideIcon;
  children?: ReactNode;
}

/** Good news, or something to know, beside what it is about. Errors have `ErrorPanel`. */
export function Notice({ look, title, icon, children }: Props) {
  const Icon = icon ?? stateIcons[look];
  return (
    <div role="status" className={classes.notice} data-look={look}>
      <Icon size={18} aria-hidden />
      <div className={classes.text}>
        <strong>{title}</strong>
        {children && <div>{children}</div>}
      </div>
    </div>
  );
}
