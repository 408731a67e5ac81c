import type { LucideIcon } from 'lucide-react';
import classes from './tag.module.css';

/** A remark beside a name, such as that something is a draft; states have `StatusBadge`. */
export function Tag({ icon: Icon, children }: { icon?: LucideIcon; children: string }) {
  return (
    <span className={classes.tag}>
      {Icon && <Icon size={12} aria-hidden />}
      {children}
    </span>
  );
}
