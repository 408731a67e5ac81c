import type { Plan, PlanAction } from '@castellan/api';
import { planActions } from '@castellan/api';
import { actionLooks, countWords } from './action-words.js';
import classes from './plans.module.css';

/** What a change does: sign, word and colour. */
export function ActionTag({ action }: { action: PlanAction }) {
  const { sign, word, look } = actionLooks[action];
  return (
    <span className={classes.action} data-look={look}>
      <span aria-hidden>{sign}</span> {word}
    </span>
  );
}

/** How many changes of each kind there are. */
export function ActionCounts({ counts }: { counts: Plan['counts'] }) {
  const there = planActions.filter((action) => (counts[action] ?? 0) > 0);
  if (there.length === 0) return <span className={classes.soft}>No changes</span>;
  return (
    <span className={classes.counts}>
      {there.map((action) => (
        <span key={action} className={classes.action} data-look={actionLooks[action].look}>
          <span aria-hidden>{actionLooks[action].sign}</span> {countWords(action, counts[action] ?? 0)}
        </span>
      ))}
    </span>
  );
}
