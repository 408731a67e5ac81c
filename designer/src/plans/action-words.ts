import { type Plan, type PlanAction, planActions } from '@castellan/api';
import { count } from '../ui/format.js';

/** How a change is shown: `given` and `taken` have their colours, the rest is grey. */
interface ActionLook {
  sign: string;
  word: string;
  look: 'given' | 'taken' | 'other';
}

export const actionLooks: Record<PlanAction, ActionLook> = {
  grant: { sign: '+', word: 'Grant', look: 'given' },
  revoke: { sign: '−', word: 'Revoke', look: 'taken' },
  create: { sign: '+', word: 'Create', look: 'other' },
  update: { sign: '•', word: 'Update', look: 'other' },
  delete: { sign: '−', word: 'Delete', look: 'taken' },
  notify: { sign: '•', word: 'Notify', look: 'other' },
};

const nouns: Record<PlanAction, string> = {
  grant: 'grant',
  revoke: 'revoke',
  create: 'create',
  update: 'update',
  delete: 'delete',
  notify: 'message',
};

/** `4 revokes`, `1 message`. */
export const countWords = (action: PlanAction, number: number): string => count(number, nouns[action]);

/** All of it in one line: `1 grant, 4 revokes`. */
export function inOneLine(counts: Plan['counts']): string {
  const there = planActions.filter((action) => (counts[action] ?? 0) > 0);
  return there.map((action) => countWords(action, counts[action] ?? 0)).join(', ');
}

/** As short as a mark on a step can be: `+1 −4 •1`. */
export function inSigns(counts: Plan['counts']): string {
  const bySign = new Map<string, number>();
  for (const action of planActions) {
    const { sign } = actionLooks[action];
    const number = counts[action] ?? 0;
    if (number > 0) bySign.set(sign, (bySign.get(sign) ?? 0) + number);
  }
  return [...bySign].map(([sign, number]) => `${sign}${number}`).join(' ');
}
