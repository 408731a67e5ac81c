/** Parts of the format that the engine does not run yet: publish refuses them. */
export const unavailable = {
  settings: ['budgets', 'retentionDays'],
} as const;
