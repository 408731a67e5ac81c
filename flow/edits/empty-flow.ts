import type { Flow } from '../schema/flow.js';

/** A flow with nothing in it but its name: what a person starts from. */
export function emptyFlow({ name }: { name: string }): Flow {
  return { schema: 1, name, connections: {}, variables: {}, triggers: {}, steps: {}, wires: [] };
}
