/** Parts of the format that the engine does not run yet: the palette leaves them out, publish refuses them. */
export const unavailable = {
  kinds: [],
  triggers: ['schedule'],
  settings: ['timeoutSeconds', 'budgets', 'retentionDays', 'onFailure'],
} as const;
