import type { BudgetUse, WorkspaceBudgets } from '@castellan/api';
import type { Budgets } from '@castellan/flow';

/** Limits of one flow, or of all together, with what they have let through by now. */
export interface Scope {
  /** As a sentence names it: `“Leaver”`, `all flows`. */
  of: string;
  limits: Budgets;
  used: BudgetUse & { run: number };
}

/** What a flow says, and what the workspace says of each flow where it does not. */
export const limitsOf = (own: Budgets | undefined, { eachFlow }: WorkspaceBudgets): Budgets => ({
  ...eachFlow,
  ...own,
});

export const hasLimits = (limits: Budgets): boolean => Object.values(limits).some((limit) => limit !== undefined);

/** Why so many changes more, about the people who are counted in `used`, would pass a limit: a sentence each. */
export function passedLimits(scopes: Scope[], amount: number): string[] {
  return scopes.flatMap(({ of, limits, used }) => [
    ...passedCount({ of, limit: limits.perRun, used: used.run, amount, during: 'in this run' }),
    ...passedCount({ of, limit: limits.perHour, used: used.hour, amount, during: 'this hour' }),
    ...passedCount({ of, limit: limits.perDay, used: used.day, amount, during: 'in 24 hours' }),
    ...passedShare(of, limits.shareOfPopulation, used),
  ]);
}

interface Counted {
  of: string;
  limit: number | undefined;
  used: number;
  amount: number;
  during: string;
}

function passedCount({ of, limit, used, amount, during }: Counted): string[] {
  if (limit === undefined || used + amount <= limit) return [];
  return [`The budget of ${of} is ${limit} ${during}, and ${used} ${used === 1 ? 'is' : 'are'} used.`];
}

function passedShare(of: string, share: number | undefined, { people, population }: BudgetUse): string[] {
  if (share === undefined || people === 0) return [];
  if (population === null) {
    return [`The budget of ${of} is a share of all people, and nobody has said how many there are (Settings, Safety).`];
  }
  if (people <= share * population) return [];
  const percent = (part: number): string => `${Math.round(part * 1_000) / 10} %`;
  return [
    `The budget of ${of} is ${percent(share)} of ${population} people in 24 hours, and this would be ${people} (${percent(people / population)}).`,
  ];
}
