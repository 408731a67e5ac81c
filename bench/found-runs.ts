/** A run as the history has it. */
export interface FoundRun {
  /** Id of the request that it was made for. */
  id: string;
  status: string;
  /** Ids of the steps that succeeded. */
  steps: string[];
}

/** Says what is missing: each request has one run, which succeeded, with every step of its way and no other. */
export function missingFrom(runs: FoundRun[], ids: string[], stepsOf: (id: string) => string[]): string[] {
  const found = new Map<string, FoundRun[]>();
  for (const run of runs) found.set(run.id, [...(found.get(run.id) ?? []), run]);
  const missing = ids.flatMap((id) => {
    const [run, ...more] = found.get(id) ?? [];
    if (!run) return [`${id} has no run`];
    if (more.length > 0) return [`${id} has ${more.length + 1} runs`];
    const steps = sorted(run.steps);
    if (run.status === 'succeeded' && steps === sorted(stepsOf(id))) return [];
    return [`the run of ${id} is ${run.status} with the steps ${steps || 'none'}`];
  });
  const asked = new Set(ids);
  const extra = [...found.keys()].filter((id) => !asked.has(id));
  return [...missing, ...extra.map((id) => `${id} has a run and was not answered`)];
}

const sorted = (steps: string[]): string => [...steps].sort().join(' ');
