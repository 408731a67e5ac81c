import { type Catalog, calledFlowsOf, type FlowFile } from '@castellan/flow';

/** For each flow that the file's flow starts the one of this workspace that it likely is: itself, or the only one of its name. */
export function likelyFlows({ flow, flows: names }: FlowFile, here: Catalog['flows']): Record<string, string | null> {
  const likely = (id: string): string | null => {
    if (here.some((one) => one.id === id)) return id;
    const [only, ...others] = here.filter(({ name }) => name === names[id]);
    return only !== undefined && others.length === 0 ? only.id : null;
  };
  return Object.fromEntries(calledFlowsOf(flow).map((id) => [id, likely(id)]));
}
