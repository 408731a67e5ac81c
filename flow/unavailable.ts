/** Parts of the format that the engine does not act on yet: publish refuses them. Fields of steps by their kind. */
export const unavailable = {
  settings: [] as readonly string[],
  steps: {} as Readonly<Record<string, readonly string[]>>,
} as const;
